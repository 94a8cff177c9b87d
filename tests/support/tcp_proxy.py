"""A proxy between a client and its server, which may swallow what the server answers."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path


class TcpProxy:
    """Passes bytes on both ways; while `deaf`, answers are swallowed and the connection is cut."""

    def __init__(self, target: int | Path) -> None:
        """Pass on to a port of this machine, or to a socket."""
        self.target = target
        self.port = 0
        self.has_swallowed = asyncio.Event()
        self._deaf = False
        self._tasks: set[asyncio.Task[None]] = set()

    def swallow_answers(self) -> None:
        """Let requests arrive, and lose every answer from now on."""
        self.has_swallowed.clear()
        self._deaf = True

    def behave(self) -> None:
        """Pass everything on again."""
        self._deaf = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client through; ends with either side."""
        with contextlib.suppress(OSError):
            to_server, at_server = await self._connect()
            ways = [
                asyncio.create_task(self._pass_on(reader, at_server, answers=False)),
                asyncio.create_task(self._pass_on(to_server, writer, answers=True)),
            ]
            self._tasks.update(ways)
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            self._tasks.difference_update(ways)
            at_server.close()
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.target, Path):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection("127.0.0.1", self.target)

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                if answers and self._deaf:
                    self.has_swallowed.set()
                    return
                target.write(data)
                await target.drain()

    def close(self) -> None:
        """Cut every connection."""
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def tcp_proxy(port: int, target: int | Path) -> AsyncGenerator[TcpProxy]:
    """Serve a proxy on a port of this machine."""
    proxy = TcpProxy(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", port)
    proxy.port = port
    try:
        yield proxy
    finally:
        server.close()
        proxy.close()
