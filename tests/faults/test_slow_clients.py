"""Clients that take their time: they cost a connection for a while, and nobody else waits."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from cohoi.adapters.web_server import ConnectionProtocol
from service_runtime.metrics import collected, written
from support.deadlines import soon
from support.numbers import Numbers
from support.query_door import open_query_door
from support.read_rows import ReadRows
from support.served_streams import Served, serve

_WITHIN_S: Final = 20.0
_LARGE: Final = 64 * 1024 * 1024


class Impatient(ConnectionProtocol):
    """Our protocol with bounds that a test can wait for."""

    head_within_s = 0.2
    body_grace_s = 0.2
    read_within_s = 0.5
    most_connections = 8


async def small_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer the size of the body, or much at `/large`."""
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = b"x" * _LARGE if scope["path"] == "/large" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def served() -> AsyncGenerator[int]:
    async with serve(small_app, lambda: None, protocol=Impatient) as server:
        yield server.port


async def until_end(reader: asyncio.StreamReader) -> bytes:
    """Read all that comes until the server ends the connection."""
    async with asyncio.timeout(_WITHIN_S):
        try:
            return await reader.read(-1)
        except ConnectionResetError:
            return b""


def dropped(reason: str) -> float:
    numbers = Numbers(written(collected()).decode())
    return numbers.of("cohoi_http_connections_dropped_total", reason=reason)


@pytest.mark.parametrize("begun", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: a"])
async def test_a_head_that_does_not_come_ends_its_connection(begun: bytes) -> None:
    before = dropped("head")
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        assert (await until_end(reader)).startswith(b"HTTP/1.1 408 ")
        writer.close()
    assert dropped("head") == before + 1


async def test_a_head_that_trickles_on_does_not_buy_more_time() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ending = asyncio.create_task(until_end(reader))
        writer.write(b"GET / HTTP/1.1\r\n")
        while not ending.done():
            writer.write(b"X-A: b\r\n")
            await asyncio.wait({ending}, timeout=0.02)
        assert ending.result().startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_second_head_on_a_kept_connection_is_waited_for_no_longer_than_a_first() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HTT")
        assert b"HTTP/1.1 408 " in await until_end(reader)
        writer.close()


async def test_a_body_that_trickles_ends_its_connection_and_one_that_flows_does_not() -> None:
    before = dropped("body")
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ending = asyncio.create_task(until_end(reader))
        writer.write(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 262144\r\n\r\n")
        while not ending.done():
            writer.write(b"x")
            await asyncio.wait({ending}, timeout=0.02)
        assert ending.result().startswith(b"HTTP/1.1 408 ")
        writer.close()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            answer = await client.post("/", content=b"y" * 262_144)
            assert (answer.status_code, answer.text) == (200, "262144")
    assert dropped("body") == before + 1


async def test_a_client_that_never_reads_its_answer_is_dropped() -> None:
    before = dropped("read")
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
        await soon(lambda: dropped("read") > before, "dropped", within_s=_WITHIN_S)
        got = await until_end(reader)
        assert len(got) < _LARGE
        writer.close()


async def test_a_client_that_reads_slowly_but_reads_gets_its_answer() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        got = 0
        async with asyncio.timeout(60):
            while part := await reader.read(4 * 1024 * 1024):
                got += len(part)
                await asyncio.sleep(0)
        assert got > _LARGE
        writer.close()


async def test_one_connection_too_many_is_told_to_come_again_and_room_comes_back() -> None:
    async with served() as port:
        idle = [
            await asyncio.open_connection("127.0.0.1", port)
            for _ in range(Impatient.most_connections)
        ]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head, _, body = (await until_end(reader)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 1" in head
        assert json.loads(body)["type"] == "busy"
        writer.close()
        for waiting, closing in idle:  # they sent nothing, and are ended for it
            await until_end(waiting)
            closing.close()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/")).status_code == 200


async def test_a_client_that_reads_slowly_holds_no_database_connection(
    database: str, tmp_path: Path
) -> None:
    with ReadRows(database) as rows:
        rows.add_all([{"title": f"Deal {n} {'x' * 250}"} for n in range(200)])
        rows.settle()
        async with (
            open_query_door(database, tmp_path) as door,
            serve(door.app, lambda: None) as server,
        ):
            request = (
                "GET /v1/opportunities?limit=200 HTTP/1.1\r\nHost: here\r\n"
                f"Authorization: Bearer {door.of(rows).credential}\r\n\r\n"
            ).encode()
            slow = [
                slow_caller(server.port, request)
                for _ in range(door.side.read_pool.get_max_size() + 2)
            ]
            writers = [await one for one in slow]
            await soon(lambda: full_buffers(server) == len(writers), "buffers are full")
            pool = door.side.read_pool
            assert pool.get_idle_size() == pool.get_size()
            assert len((await door.of(rows).read("/v1/opportunities"))["items"]) == 50
            for writer in writers:
                writer.transport.abort()
            await soon(lambda: full_buffers(server) == 0, "their connections are gone")


def full_buffers(server: Served) -> int:
    """Return how many connections wait for their client to read."""
    connections = server.server.server_state.connections
    return sum(
        1 for one in connections if isinstance(one, ConnectionProtocol) and one.flow.write_paused
    )


async def slow_caller(port: int, request: bytes) -> asyncio.StreamWriter:
    """Ask for more than all buffers hold, and read nothing of it."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.setblocking(False)  # noqa: FBT003 - the socket's own
    await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
    _, writer = await asyncio.open_connection(sock=made, limit=1)
    writer.write(request * 100)
    return writer
