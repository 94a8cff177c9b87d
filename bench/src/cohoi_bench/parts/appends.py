"""P2: commands decided and appended by many callers, beside a plain INSERT and eventsourcing."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import asyncpg
import psycopg
import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from cohoi_bench.bench_room import Room
from cohoi_bench.outcome import Outcome, Target, in_turn
from cohoi_bench.stage import Office, Stage, fresh_stage, submission
from command_api.bootstrap import CommandSide
from command_api.domain import commands as c
from service_runtime.ids import new_id

Rate = Callable[[int], float]
MANY: Final = 32
_THREADS: Final = 8
_STATE: Final = 900
"""About the bytes of a fact of ours."""

_PLAIN_TABLE: Final = """
create table plain (id bigint generated always as identity primary key, stream uuid not null,
    version integer not null, type text not null, recorded_at timestamptz not null default now(),
    bytes bytea not null, unique (stream, version))
"""
_PLAIN_INSERT: Final = (
    "insert into plain (stream, version, type, bytes) values "
    "(gen_random_uuid(), 1, 'opportunity_edited.v1', decode(repeat('ab', %d), 'hex'));\n"
)


def measure(room: Room) -> list[Outcome]:
    """Measure ours with one caller and with 32, each beside its baselines."""
    stage = fresh_stage(room.cluster, room.directory, "bench_p2")
    with psycopg.connect(stage.dsn, autocommit=True) as connection:
        connection.execute(_PLAIN_TABLE)
    seconds = room.seconds(10, 2)
    with _Loop() as loop, ExitStack() as stack:
        ours = _Ours(stage, loop)
        stack.callback(ours.close)
        peers = [_Peer(room, functions=functions) for functions in (False, True)]
        for peer in peers:
            stack.callback(peer.close)

        def many(_: int) -> float:
            return ours.rate(MANY, seconds)

        def best(_: int) -> float:
            return max(one.rate(seconds) for one in peers)

        def plain(clients: int) -> Rate:
            return lambda _: _pgbench(room, stage, clients, seconds)

        outcomes = [
            _beside(
                room,
                f"eventsourcing, the better of two ways, {_THREADS} threads",
                (best, many),
                Target("≥ 5x", 5.0),
                Target("≥ 8x", 8.0),
            ),
            _beside(
                room,
                "a plain durable INSERT, 1 client",
                (plain(1), many),
                Target("≥ 2.5x", 2.5),
                Target("≥ 3x", 3.0),
            ),
            _beside(
                room,
                f"a plain durable INSERT, {MANY} clients",
                (plain(MANY), many),
                Target("≥ 0.6x", 0.6),
                Target("≥ 0.9x", 0.9),
            ),
        ]
        committed = ours.committed()
    for outcome in outcomes:
        outcome.checks["rows committed = commands answered"] = committed == ours.answered
        outcome.notes.append("ours: with decision, versions, hash, decision state and receipt")
    return outcomes


def _beside(
    room: Room, name: str, rates: tuple[Rate, Rate], first: Target, then: Target
) -> Outcome:
    figures = in_turn(room.rounds, *rates)
    work = f"append, {MANY} callers, one event each"
    return Outcome("P2", work, "events/s", name, *figures, first, then)


class _Loop:
    """An event loop of our own for as long as the part takes."""

    def __enter__(self) -> asyncio.AbstractEventLoop:
        self._loop = uvloop.new_event_loop()
        return self._loop

    def __exit__(self, *_: object) -> None:
        self._loop.close()


class _Ours:
    """The committer inside this process, and how many commands it answered."""

    def __init__(self, stage: Stage, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._stage = stage
        self._context = stage.command_side()
        self._office: Office = loop.run_until_complete(stage.open_office())
        self._side: CommandSide = loop.run_until_complete(self._context.__aenter__())
        self._ids: list[UUID] = []
        self.answered = 0
        self._begun = self.committed()
        loop.run_until_complete(self._seed())

    def close(self) -> None:
        self._loop.run_until_complete(self._context.__aexit__(None, None, None))

    def rate(self, callers: int, seconds: float) -> float:
        """Return events a second with so many callers."""
        return self._loop.run_until_complete(self._run(callers, seconds))

    def committed(self) -> int:
        """Count the facts of opportunities."""
        with psycopg.connect(self._stage.dsn) as connection:
            asked = "select count(*) from log.facts where stream_kind = 'opportunity'"
            found = connection.execute(asked).fetchone()
        return int(found[0]) if found else 0

    async def _seed(self) -> None:
        async def some() -> None:
            for _ in range(20):
                one = new_id()
                await self._do(c.CreateOpportunity(one, "Deal", self._office.customer))
                self._ids.append(one)

        await asyncio.gather(*(some() for _ in range(50)))

    async def _do(self, command: c.Command) -> None:
        await self._side.committer.submit(submission(self._office.org, self._office.admin, command))
        self.answered += 1

    async def _run(self, callers: int, seconds: float) -> float:
        until = time.perf_counter() + seconds
        before = self.answered

        async def call(caller: int) -> None:
            n = 0
            while time.perf_counter() < until:
                n += 1
                one = self._ids[(caller + n * callers) % len(self._ids)]
                await self._do(c.EditOpportunity(one, title=f"Deal {self.answered} {caller}"))

        began = time.perf_counter()
        await asyncio.gather(*(call(caller) for caller in range(callers)))
        return (self.answered - before) / (time.perf_counter() - began)


class _Peer:
    """A recorder of the eventsourcing package in a database of its own."""

    def __init__(self, room: Room, *, functions: bool) -> None:
        name = f"bench_p2_peer_{int(functions)}"
        room.cluster.drop(name)
        parts = urlsplit(room.cluster.create(name))
        host = parse_qs(parts.query).get("host", [parts.hostname or "127.0.0.1"])[0]
        self._datastore = PostgresDatastore(
            dbname=name,
            host=host,
            port=parts.port or 5432,
            user=parts.username or "postgres",
            password=parts.password or "",
            pool_size=_THREADS,
            max_overflow=_THREADS,
            enable_db_functions=functions,
        )
        self._recorder = PostgresApplicationRecorder(self._datastore)
        self._recorder.create_table()

    def close(self) -> None:
        self._datastore.close()

    def rate(self, seconds: float) -> float:
        """Return events a second, one event an append, from eight threads."""
        until = time.perf_counter() + seconds

        def insert(_: int) -> int:
            count = 0
            while time.perf_counter() < until:
                event = StoredEvent(new_id(), 1, "bench:Edited", b"x" * _STATE)
                self._recorder.insert_events([event])
                count += 1
            return count

        began = time.perf_counter()
        with ThreadPoolExecutor(_THREADS) as pool:
            count = sum(pool.map(insert, range(_THREADS)))
        return count / (time.perf_counter() - began)


def _pgbench(room: Room, stage: Stage, clients: int, seconds: float) -> float:
    """Return commits a second of a C client that inserts as many bytes."""
    found = room.cluster.bindir and shutil.which("pgbench", path=str(room.cluster.bindir))
    program = found or shutil.which("pgbench")
    if program is None:
        return asyncio.run(_insert(stage.dsn, clients, seconds))
    script = Path(room.directory) / "plain.sql"
    script.write_text(_PLAIN_INSERT % _STATE, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [
            program,
            "-n",
            "-M",
            "prepared",
            "-f",
            str(script),
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(max(1, round(seconds))),
            stage.dsn,
        ],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


async def _insert(dsn: str, clients: int, seconds: float) -> float:
    """Do the same from here, where there is no pgbench."""
    statement = (_PLAIN_INSERT % _STATE).rstrip(";\n")
    pool = await asyncpg.create_pool(dsn, min_size=clients, max_size=clients)
    until = time.perf_counter() + seconds

    async def client() -> int:
        count = 0
        async with pool.acquire() as connection:
            while time.perf_counter() < until:
                await connection.execute(statement)
                count += 1
        return count

    began = time.perf_counter()
    counts = await asyncio.gather(*(client() for _ in range(clients)))
    await pool.close()
    return sum(counts) / (time.perf_counter() - began)
