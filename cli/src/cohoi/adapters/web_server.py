"""The web server as we run it: it ends event streams before it waits for what is being answered."""

import socket
from collections.abc import Callable

import uvicorn

from cohoi.adapters.client_patience import PatientProtocol
from service_runtime.http.connection import EXTENSION


class WebServer(uvicorn.Server):
    """A server that says when it goes down.

    uvicorn tells an application so only after all answers are through, and a stream is an answer
    that never is.
    """

    def __init__(self, config: uvicorn.Config, going_down: Callable[[], None]) -> None:
        super().__init__(config)
        self._going_down = going_down

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, wait for all other answers, and close."""
        self._going_down()
        await super().shutdown(sockets)


class ConnectionProtocol(PatientProtocol):
    """HTTP/1.1 whose requests know their connection, so that a dead one can be dropped."""

    def on_message_begin(self) -> None:
        """Put the transport into the scope of the request that begins."""
        super().on_message_begin()
        self.scope["extensions"] = {EXTENSION: {"transport": self.transport}}
