"""P8: from the acknowledgement of a command to its fact on the event stream, at a steady pace."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import ExitStack
from typing import Final

import asyncpg
import uvloop

from cohoi_bench import requests
from cohoi_bench.bench_room import Room
from cohoi_bench.outcome import Outcome, Target
from cohoi_bench.stage import Office, Served, Stage, fresh_stage, served

_RATE: Final = 500.0
_CONNECTIONS: Final = 64
_SETTLE_S: Final = 10.0
_ANSWERED_WITHIN_S: Final = 0.5
_POSITION: Final = b"cohoi-position: "


def measure(room: Room) -> list[Outcome]:
    """Measure one stream, beside the time of one commit and one empty GET."""
    stage = fresh_stage(room.cluster, room.directory, "bench_p8")
    office = asyncio.run(stage.open_office())
    base: list[float] = []
    own: list[float] = []
    complete = True
    with ExitStack() as stack:
        empty = stack.enter_context(served("empty", stage.environment, room.log("empty")))
        web = stack.enter_context(served("web", stage.environment, room.log("web")))
        for n in range(room.rounds):
            base.append(uvloop.run(_commit_and_get(stage, empty)))
            bout = _Bout(web, office, f"stream-{n}")
            own.append(uvloop.run(bout.run(_RATE if not room.quick else 50.0, room.seconds(15, 3))))
            complete = complete and bout.complete
    rate = _RATE if not room.quick else 50.0
    return [
        Outcome(
            part="P8",
            work=f"acknowledged → on the event stream, at {rate:.0f} commands/s, p99",
            unit="ms",
            baseline="one commit + one empty GET, p50",
            baseline_rounds=base,
            our_rounds=own,
            first=Target("≤ 100 ms", 100, "ours", "lower"),
            then=Target("≤ 50 ms", 50, "ours", "lower"),
            checks={"every fact came once, in order": complete},
        )
    ]


class _Bout:
    """Commands on some connections, a stream on another, and the times of both."""

    def __init__(self, web: Served, office: Office, run: str) -> None:
        self._web = web
        self._office = office
        self._commands = Commands(web.port, office, run)
        self._acknowledged = self._commands.acknowledged
        self._arrived: dict[int, float] = {}
        self._order: list[int] = []
        self.complete = False

    async def run(self, rate: float, seconds: float) -> float:
        """Return the p99 of what was acknowledged and came, in ms."""
        begun = asyncio.Event()
        following = asyncio.create_task(self._follow(begun))
        async with asyncio.timeout(seconds + _SETTLE_S * 3):
            await begun.wait()
            await self._commands.run(rate, seconds)
            await self._settle()
        following.cancel()
        wanted = sorted(self._acknowledged)
        got = [position for position in self._order if position in self._acknowledged]
        self.complete = bool(wanted) and got == wanted
        late = sorted(
            max(0.0, self._arrived[position] - at) * 1000
            for position, at in self._acknowledged.items()
            if position in self._arrived
        )
        return late[min(len(late) - 1, int(len(late) * 0.99))] if late else float("inf")

    async def _settle(self) -> None:
        """Wait until every acknowledged fact came, for some seconds."""
        until = time.perf_counter() + _SETTLE_S
        while time.perf_counter() < until:
            await asyncio.sleep(0.1)
            if self._acknowledged and self._acknowledged.keys() <= self._arrived.keys():
                return

    async def _follow(self, begun: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._web.port)
        headers = {**self._office.headers, "Accept": "text/event-stream"}
        writer.write(requests.raw_request("GET", "/v1/events/stream", headers))
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"the stream was answered {head[:200]!r}")
        begun.set()
        try:
            while line := await reader.readline():
                if line.startswith(b"id:"):
                    position = int(line[3:])
                    self._order.append(position)
                    self._arrived.setdefault(position, time.perf_counter())
        finally:
            writer.close()


class Commands:
    """Commands at a steady pace over some connections, and when each was acknowledged."""

    def __init__(self, port: int, office: Office, run: str) -> None:
        self.acknowledged: dict[int, float] = {}
        self._port = port
        self._sent = 0
        fields = {"customer_id": str(office.customer)}
        self._request_of = requests.creations("/v1/opportunities", office.headers, fields, run)

    async def run(self, rate: float, seconds: float) -> None:
        """Send for so long; each request has a moment at which it is due."""
        connections = [_Caller(self.acknowledged) for _ in range(_CONNECTIONS)]
        loop = asyncio.get_running_loop()
        for caller in connections:
            await loop.create_connection(lambda c=caller: c, "127.0.0.1", self._port)
        began = time.perf_counter()
        for n in range(int(rate * seconds)):
            ahead = began + n / rate - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
            place = n % len(connections)
            connections[place].send(self._request_of(place, self._sent + n))
        self._sent += int(rate * seconds)
        await asyncio.sleep(_ANSWERED_WITHIN_S)


class _Caller(asyncio.Protocol):
    """Notes when each position was acknowledged."""

    def __init__(self, acknowledged: dict[int, float]) -> None:
        self._acknowledged = acknowledged
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue] - uvloop's

    def send(self, request: bytes) -> None:
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._received += data
        while (at := self._received.lower().find(_POSITION)) >= 0:
            end = self._received.find(b"\r\n", at)
            if end < 0:
                return
            self._acknowledged[int(self._received[at + len(_POSITION) : end])] = now
            self._received = self._received[end:]


async def _commit_and_get(stage: Stage, empty: Served) -> float:
    """Return the medians of a durable commit and of an empty GET, added, in ms."""
    connection = await asyncpg.connect(stage.dsn)
    try:
        await connection.execute("create table if not exists bench_commits (at timestamptz)")
        commits = [
            await _timed(connection.execute("insert into bench_commits values (now())"))
            for _ in range(100)
        ]
    finally:
        await connection.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", empty.port)
    request = requests.raw_request("GET", "/empty", {})
    gets: list[float] = []
    for _ in range(100):
        began = time.perf_counter()
        writer.write(request)
        await reader.readuntil(b"}")
        gets.append((time.perf_counter() - began) * 1000)
    writer.close()
    return sorted(commits)[50] + sorted(gets)[50]


async def _timed(doing: Awaitable[object]) -> float:
    began = time.perf_counter()
    await doing
    return (time.perf_counter() - began) * 1000
