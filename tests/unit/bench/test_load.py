"""The load generator counts what is answered, and from when each request was due."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from cohoi_bench.load import Plan, run
from cohoi_bench.requests import creations, edits, key_of

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REFUSED: Final = b"HTTP/1.1 409 Conflict\r\ncontent-length: 4\r\n\r\nbusy"
GET: Final[dict[str, Any]] = {"method": "GET", "path": "/", "headers": {}, "body": None}


@asynccontextmanager
async def _server(answers: list[bytes], stall: asyncio.Event | None = None) -> AsyncGenerator[int]:
    """Answer with these in turn, in pieces; the last one again and again."""
    served = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                if stall is not None:
                    await stall.wait()
                answer = answers[min(served, len(answers) - 1)]
                served += 1
                writer.write(answer[:20])
                await writer.drain()
                writer.write(answer[20:])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_closed_loop_stops_after_so_many_and_counts_statuses() -> None:
    async with _server([REFUSED, OK]) as port:
        plan = Plan("127.0.0.1", port, 2, 20.0, "same", GET, limit=10)
        report = await run(plan)
    assert report.answered >= 10
    assert report.statuses == {"200": report.answered - 1, "409": 1}
    assert (report.accepted, report.broken) == (report.answered - 1, 0)
    assert report.first_refusal.endswith("busy")


async def test_an_open_loop_counts_a_stall_from_when_each_request_was_due() -> None:
    stall = asyncio.Event()
    async with _server([OK], stall) as port:
        plan = Plan("127.0.0.1", port, 4, 0.4, "same", GET, rate=50)
        asyncio.get_running_loop().call_later(0.8, stall.set)
        report = await run(plan)
    assert report.answered == 20
    # the last was due after 0.4 s and the first at once: none waited less than the stall left
    assert report.latency_ms["max"] >= 700
    assert report.latency_ms["p50"] >= 500


async def test_a_lost_connection_is_told() -> None:
    async with _server([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"]) as port:
        report_of = asyncio.create_task(
            run(Plan("127.0.0.1", port, 1, 0.1, "same", GET, limit=1, grace_s=0.2))
        )
        report = await report_of
    assert (report.answered, report.broken) == (0, 1)


def test_every_command_has_a_key_of_its_own() -> None:
    keys = {key_of(run, client, n) for run in "ab" for client in range(5) for n in range(5)}
    assert len(keys) == 50
    one = edits(["/v1/opportunities/1"], {"Authorization": "Bearer x"}, "run")(1, 2)
    assert one.startswith(b"PATCH /v1/opportunities/1 HTTP/1.1\r\n")
    assert b"Idempotency-Key: " + key_of("run", 1, 2).encode() in one
    head, _, body = creations("/v1/opportunities", {}, {"customer_id": "c"}, "run")(0, 7).partition(
        b"\r\n\r\n"
    )
    assert f"Content-Length: {len(body)}".encode() in head
