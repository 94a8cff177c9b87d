"""A door behind the real server: what only shows on a socket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
import uvicorn
from fastapi import Body as JsonBody

from service_runtime.http.door import create_door
from service_runtime.http.health import Readiness
from service_runtime.http.routes import new_router

echoes = new_router(prefix="/v1/echo", public=True)


@echoes.post("")
async def echo(body: Annotated[dict[str, Any], JsonBody()]) -> dict[str, Any]:
    return body


@echoes.get("/broken")
async def broken() -> None:
    raise RuntimeError("broken")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = create_door(
        service="echo", version="1", routers=[echoes], readiness=Readiness(), body_limit=2_000
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http="httptools", loop="none", log_config=None, lifespan="off")
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await asyncio.wait_for(serving, 20)
    listening.close()


async def exchange(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send raw bytes; return status, headers and body of the first answer."""
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(sent)
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        finally:
            writer.close()
    return int(head[0].split(" ")[1]), headers, body


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: door", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


JSON, CHUNKED = "Content-Type: application/json", "Transfer-Encoding: chunked"


async def test_a_body_in_chunks_is_read(port: int) -> None:
    body = chunked(b'{"a":', b'"\xc4\x90"}') + b"0\r\n\r\n"
    status, headers, answered = await exchange(
        port, request("POST", "/v1/echo", JSON, CHUNKED, body=body)
    )
    assert (status, json.loads(answered)) == (200, {"a": "Đ"})
    assert headers["x-content-type-options"] == "nosniff"


async def test_a_body_in_chunks_that_never_ends_is_cut_off(port: int) -> None:
    status, headers, answered = await exchange(
        port, request("POST", "/v1/echo", JSON, CHUNKED, body=chunked(b" " * 1_500, b" " * 1_500))
    )
    assert (status, json.loads(answered)["type"]) == (413, "too-large")
    assert headers["connection"] == "close"


async def test_a_large_announced_body_is_refused_before_it_is_sent(port: int) -> None:
    status, _, answered = await exchange(
        port, request("POST", "/v1/echo", JSON, "Content-Length: 1000000000")
    )
    assert (status, json.loads(answered)["type"]) == (413, "too-large")


async def test_a_defect_is_answered_and_the_connection_goes_on(port: int) -> None:
    status, headers, answered = await exchange(port, request("GET", "/v1/echo/broken"))
    assert (status, json.loads(answered)["type"]) == (500, "internal")
    assert headers.get("connection") != "close"


@pytest.mark.parametrize(
    "path", ["/v1/echo%00", "/v1/%ff%fe", "/v1/echo?%00=%00", "/v1/%ED%A0%80", "//", "/v1/../etc"]
)
async def test_a_strange_path_is_answered_as_a_problem(port: int, path: str) -> None:
    status, headers, answered = await exchange(port, request("GET", path))
    assert status in {404, 405}
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(answered)["status"] == status
