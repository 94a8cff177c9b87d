"""An event stream on the wire: Server-Sent Events on one connection, until either side ends it."""

import asyncio
import contextlib
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from query_api.application.event_stream import EventStream
from query_api.application.event_streams import EventStreams
from service_runtime.http.connection import Connection
from service_runtime.http.request_context import call_endless, position_header

MEDIA_TYPE: Final = "text/event-stream"
_SEND_BUFFER_BYTES: Final = 128 * 1024
_LINGER_S: Final = 15.0
_PARTING_S: Final = 0.05


class EventStreamResponse(Response):
    """Sends what a stream has until it is ended, or the client is gone."""

    media_type = MEDIA_TYPE
    charset = "utf-8"

    def __init__(self, streams: EventStreams, stream: EventStream) -> None:
        super().__init__(
            headers={
                **position_header(stream.position),
                "Connection": "close",  # a stream that ended leaves nothing to wait for
                "X-Accel-Buffering": "no",
            }
        )
        del self.headers["content-length"]
        self._streams = streams
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end, and let go of the stream however that comes."""
        call_endless(scope)
        connection = Connection(scope)
        self._stream.cut = connection.cut
        listening = asyncio.create_task(self._listen(receive))
        try:
            connection.hold_at_most(_SEND_BUFFER_BYTES)
            await self._send(send)
        finally:
            self._streams.close(self._stream)
            connection.leave(_PARTING_S if self._streams.ending else _LINGER_S)
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, HTTPException):
                await listening

    async def _send(self, send: Send) -> None:
        stream = self._stream
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        while (chunk := await stream.next()) is not None:
            stream.sending()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            stream.sent()
        stream.sending()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        stream.sent()

    async def _listen(self, receive: Receive) -> None:
        """End the stream when the client hangs up, or sends what nobody asked for."""
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._stream.end()
