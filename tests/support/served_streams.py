"""The door of query-api behind our real server on a socket, and clients of its event stream."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from cohoi.adapters.web_server import ConnectionProtocol, WebServer

_WITHIN_S = 30
_SMALL_BUFFER = 4096


@dataclass
class Served:
    """A server on a port of this machine, in this process."""

    server: WebServer
    port: int
    serving: asyncio.Task[None]

    async def stop(self) -> None:
        """Tell it to go down, as a signal would, and wait until it has."""
        self.server.should_exit = True
        await asyncio.wait_for(asyncio.shield(self.serving), _WITHIN_S)


@asynccontextmanager
async def serve(
    app: ASGIApp,
    going_down: Callable[[], None],
    *,
    drain_s: int = 3,
    protocol: type[ConnectionProtocol] = ConnectionProtocol,
) -> AsyncGenerator[Served]:
    """Serve an app on a free port as `cohoi up` does."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    config = uvicorn.Config(
        app,
        http=protocol,
        loop="none",
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=drain_s,
    )
    server = WebServer(config, going_down)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    served = Served(server, int(listening.getsockname()[1]), serving)
    try:
        yield served
    finally:
        await served.stop()
        listening.close()


@dataclass
class Follower:
    """A client of the stream: it notes what it is given, and where it would resume."""

    port: int
    credential: str
    last_id: int | None = None
    got: list[int] = field(default_factory=list[int])
    facts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    comments: int = 0
    keep_facts: bool = True
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def connect(
        self, query: str = "", *, small: bool = False, headers: dict[str, str] | None = None
    ) -> int:
        """Ask for the stream, after the last id where there is one; return the status."""
        made = socket.socket()
        if small:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        made.setblocking(False)  # noqa: FBT003 - the socket's own
        async with asyncio.timeout(_WITHIN_S):
            await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", self.port))
            self._reader, self._writer = await asyncio.open_connection(
                sock=made, limit=_SMALL_BUFFER if small else 2**16
            )
            sent = {"Authorization": f"Bearer {self.credential}", **(headers or {})}
            if self.last_id is not None:
                sent["Last-Event-ID"] = str(self.last_id)
            lines = [f"{name.replace('_', '-')}: {value}" for name, value in sent.items()]
            request = [f"GET /v1/events/stream{query} HTTP/1.1", "Host: test", *lines, "", ""]
            self._writer.write("\r\n".join(request).encode())
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.status = int(head[0].split(" ")[1])
        pairs = (line.partition(":") for line in head[1:] if line)
        self.headers = {name.lower(): value.strip() for name, _, value in pairs}
        return self.status

    async def problem(self) -> dict[str, Any]:
        """Read the body of a refusal."""
        assert self._reader is not None
        body = await self._reader.readexactly(int(self.headers["content-length"]))
        return json.loads(body)

    async def block(self) -> bool:
        """Read the next event or comment; False where the stream has ended in good order."""
        text = await self._line_block()
        if text is None:
            return False
        fields = dict(line.split(": ", 1) for line in text.split("\n") if line[:1] not in {"", ":"})
        self.last_id = int(fields["id"])
        if fields.get("event") == "fact":
            self.got.append(self.last_id)
            if self.keep_facts:
                self.facts.append(json.loads(fields["data"]))
        else:
            self.comments += 1
        return True

    _rest: bytes = b""

    async def _line_block(self) -> str | None:
        """Return what stands before the next empty line; chunks of HTTP may hold several."""
        while b"\n\n" not in self._rest:
            chunk = await self._chunk()
            if chunk is None:
                assert self._rest == b"", "the stream ended in the middle of a frame"
                return None
            self._rest += chunk
        block, _, self._rest = self._rest.partition(b"\n\n")
        return block.decode()

    async def _chunk(self) -> bytes | None:
        assert self._reader is not None
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        data = await self._reader.readexactly(size + 2)
        return data[:-2] if size else None

    async def until(self, position: int) -> None:
        """Read until this position was given, or looked at."""
        async with asyncio.timeout(_WITHIN_S):
            while self.last_id is None or self.last_id < position:
                assert await self.block(), f"ended before {position}: {self.last_id}"

    async def to_the_end(self) -> None:
        """Read until the stream ends in good order."""
        async with asyncio.timeout(_WITHIN_S):
            while await self.block():
                pass

    def tear(self) -> None:
        """Drop the connection, and what was read of a frame that is not whole."""
        self._rest = b""
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None
