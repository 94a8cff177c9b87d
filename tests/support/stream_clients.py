"""Hundreds of clients of the event stream in one loop: quick, slow, torn, and checked as they go.

They look for frames and parse no JSON, so that five hundred of them keep up with 200 facts a
second beside the server that they try.
"""

import asyncio
import re
import socket
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final, cast

_FRAME: Final = re.compile(rb"id: (\d+)\n(event: fact\n)?")
_HEAD_END: Final = b"\r\n\r\n"
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
_SMALL_BUFFER: Final = 16 * 1024


@dataclass
class Habits:
    """How a client reads: how long it rests and reads at most, and after how long it tears."""

    rests_s: float = 0.0
    reads_s: float = 1.0
    tears_after_s: float | None = None


@dataclass
class StreamClient:
    """Somebody who follows; `dense` clients see everything, others note what they are given."""

    port: int
    token: str
    last_id: int
    habits: Habits
    chance: Random
    dense: bool = True
    heard: Callable[[int, float], None] | None = None
    """Is told of each fact that comes, and when."""
    got: "array[int]" = field(default_factory=lambda: array("Q"))
    facts: int = 0
    connections: int = 0
    busy: int = 0
    refused: list[bytes] = field(default_factory=list[bytes])
    wrong: list[str] = field(default_factory=list[str])

    def take(self, position: int, *, is_fact: bool, now: float) -> None:
        """Take a frame: a fact must follow the last one, an id alone must not go back."""
        if is_fact:
            if position <= self.last_id or (self.dense and position != self.last_id + 1):
                self.wrong.append(f"{position} after {self.last_id}")
            self.facts += 1
            if not self.dense:
                self.got.append(position)
            if self.heard is not None:
                self.heard(position, now)
        elif position < self.last_id or (self.dense and position != self.last_id):
            self.wrong.append(f"looked at {position} after {self.last_id}")
        self.last_id = position

    async def follow(self, end: Callable[[], int | None]) -> None:
        """Follow, and connect again whenever the connection is gone, until the end is reached."""
        while not self._is_through(end()):
            connection = await self._connect()
            try:
                await self._use(connection, end)
            finally:
                connection.transport.abort()
            if connection.told_to_wait:
                await asyncio.sleep(1 + self.chance.random())

    async def _use(self, connection: "_Connection", end: Callable[[], int | None]) -> None:
        """Read and rest by turns; once the end is known nobody rests or tears any more."""
        loop = asyncio.get_running_loop()
        tears_at = loop.time() + self.chance.uniform(0.5, 1) * (self.habits.tears_after_s or 1e9)
        while not connection.gone.is_set() and not self._is_through(end()):
            known = end() is not None
            if self.habits.rests_s and not known:
                connection.transport.pause_reading()
                await asyncio.sleep(self.chance.random() * self.habits.rests_s)
                if connection.gone.is_set():
                    return
                connection.transport.resume_reading()
            if loop.time() > tears_at and not known:
                return
            try:
                async with asyncio.timeout(0.2 if known else self.habits.reads_s):
                    await connection.gone.wait()
            except TimeoutError:
                pass

    def _is_through(self, end: int | None) -> bool:
        return end is not None and self.last_id >= end

    async def _connect(self) -> "_Connection":
        made = socket.socket()
        if self.habits.rests_s:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        made.setblocking(False)  # noqa: FBT003 - the socket's own
        loop = asyncio.get_running_loop()
        await loop.sock_connect(made, ("127.0.0.1", self.port))
        _, connection = await loop.create_connection(lambda: _Connection(self), sock=made)
        lines = (
            "GET /v1/events/stream HTTP/1.1",
            "Host: soak",
            f"Authorization: Bearer {self.token}",
            f"Last-Event-ID: {self.last_id}",
        )
        connection.transport.write("\r\n".join((*lines, "", "")).encode())
        return connection


class _Connection(asyncio.Protocol):
    """Hands whole frames to its client; what is torn in the middle of one is dropped."""

    transport: asyncio.Transport

    def __init__(self, client: StreamClient) -> None:
        self._client = client
        self._buffer = b""
        self._begun = False
        self.gone = asyncio.Event()
        self.told_to_wait = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._begun and not self._begin():
            return
        whole = self._buffer.rfind(b"\n\n")
        if whole < 0:
            return
        now = time.monotonic()
        for position, is_fact in _FRAME.findall(self._buffer, 0, whole + 1):
            self._client.take(int(position), is_fact=bool(is_fact), now=now)
        self._buffer = self._buffer[whole + 2 :]

    def _begin(self) -> bool:
        head, found, rest = self._buffer.partition(_HEAD_END)
        if not found:
            return False
        if b" 200 " not in head[:16]:
            # a crowd that comes at once may be told to come again, and nothing else
            self.told_to_wait = b" 503 " in head[:16] and b"retry-after: " in head.lower()
            self._client.busy += 1
            if not self.told_to_wait:
                self._client.refused.append(head)
            self.transport.abort()
            return False
        self._begun, self._buffer = True, rest
        self._client.connections += 1
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.gone.set()


@dataclass
class Writers:
    """Commands at a steady rate over a few connections; notes when each was acknowledged."""

    port: int
    token: str
    body_of: Callable[[int], bytes]
    acknowledged: dict[int, float] = field(default_factory=dict[int, float])
    refused: list[bytes] = field(default_factory=list[bytes])

    async def write(self, rate: float, seconds: float, connections: int = 16) -> None:
        """Write on schedule; a connection that is late catches up."""
        began = time.monotonic()
        numbers = iter(range(int(rate * seconds)))
        await asyncio.gather(*(self._one(numbers, began, 1 / rate) for _ in range(connections)))

    async def _one(self, numbers: Iterator[int], began: float, every_s: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for number in numbers:
            await asyncio.sleep(max(0.0, began + number * every_s - time.monotonic()))
            body = self.body_of(number)
            head = (
                "POST /v1/opportunities HTTP/1.1\r\nHost: soak\r\n"
                f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.readuntil(_HEAD_END)
            size = int(re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)[1])  # pyright: ignore[reportOptionalSubscript]
            content = await reader.readexactly(size)
            if b" 201 " in answer[:16]:
                position = int(re.search(rb'"position":(\d+)', content)[1])  # pyright: ignore[reportOptionalSubscript]
                self.acknowledged[position] = time.monotonic()
            else:
                self.refused.append(content[:300])
        writer.close()
