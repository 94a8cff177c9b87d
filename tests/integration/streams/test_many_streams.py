"""Many streams at once: torn, slow, counted, and ended together."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from random import Random

import asyncpg
import pytest_asyncio

from support.deadlines import until_true
from support.office import Office
from support.projections import asking, until
from support.served_streams import Follower
from support.stream_room import Room, open_room

_SESSIONS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and application_name like 'cohoi query%'"
)
_DROP = (
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
    " and application_name like 'cohoi query%'"
)
_CALLS = "select funcname, sum(calls)::int as calls from pg_stat_user_functions group by 1"


async def _write(room: Room, count: int, *, at_once: int = 10, note: str | None = None) -> int:
    last = 0
    for _ in range(count // at_once):
        last = max(await asyncio.gather(*(room.write(note=note) for _ in range(at_once))))
    return last


async def test_torn_connections_resume_without_gap_or_repetition_under_load(room: Room) -> None:
    begin = await room.write()
    writing = asyncio.create_task(_write(room, 600))
    chance = Random(7)  # noqa: S311 - a reproducible test
    followers = [room.follower() for _ in range(20)]
    tears = 0

    async def follow(follower: Follower) -> None:
        nonlocal tears
        follower.last_id = begin
        while not writing.done() or follower.last_id < writing.result():
            assert await follower.connect() == 200
            for _ in range(chance.randrange(1, 60)):
                if writing.done() and follower.last_id >= writing.result():
                    break
                assert await follower.block()
            follower.tear()
            tears += 1

    async with asyncio.timeout(60):
        await asyncio.gather(*map(follow, followers))
    last = await writing
    for follower in followers:
        assert follower.got == list(range(begin + 1, last + 1))
    assert tears > 100


async def test_clients_that_do_not_read_stall_nobody_and_miss_nothing(room: Room) -> None:
    slow = [room.follower() for _ in range(10)]
    quick = [room.follower() for _ in range(5)]
    for follower in slow:
        await follower.connect(small=True)
    for follower in quick:
        await follower.connect()
    start = quick[0].headers["cohoi-position"]
    reading = asyncio.gather(*(_read_to(follower, int(start) + 600) for follower in quick))
    last = await _write(room, 600, note="Ghi chú dài. " * 100)
    await reading
    assert last == int(start) + 600
    streams = room.door.side.streams
    assert len(streams) == 15
    waiting = [stream for stream in streams if stream.is_sending]
    assert len(waiting) == 10, "the slow ones wait for their sockets"
    assert max(stream.position for stream in waiting) < last
    for follower in slow:
        await follower.until(last)
        assert follower.got == list(range(int(start) + 1, last + 1))


async def _read_to(follower: Follower, position: int) -> None:
    await follower.until(position)
    assert follower.got == list(range(follower.got[0], position + 1))
    assert len(follower.got) == 600


async def test_a_client_that_takes_nothing_is_cut_off_and_resumes(hasty_room: Room) -> None:
    room = hasty_room
    stuck, quick = room.follower(), room.follower()
    await stuck.connect(small=True)
    await quick.connect()
    start = int(quick.headers["cohoi-position"])
    reading = asyncio.create_task(quick.until(start + 300))
    last = await _write(room, 300, note="Ghi chú dài. " * 100)
    await reading
    streams = room.door.side.streams
    await until_true(lambda: len(streams) == 1, "the one that takes nothing is cut off")
    stuck.last_id = start
    stuck.tear()
    await stuck.connect()
    await stuck.until(last)
    assert stuck.got == list(range(start + 1, last + 1))


@pytest_asyncio.fixture
async def counting(database: str) -> AsyncGenerator[asyncpg.Connection]:
    """Let PostgreSQL count the calls of functions in sessions that begin from now on."""
    connection = await asyncpg.connect(database)
    name = await connection.fetchval("select quote_ident(current_database())")
    await connection.execute(f"alter database {name} set track_functions = 'all'")
    yield connection
    await connection.close()


async def test_each_organizations_facts_are_read_once_for_all_streams(
    counting: asyncpg.Connection, office: Office, database: str, tmp_path: Path
) -> None:
    async with open_room(office, database, tmp_path) as room:
        followers = [room.follower() for _ in range(60)]
        for follower in followers:
            await follower.connect()
        last = await _write(room, 200, note="Gọi lại")
        for follower in followers:
            await follower.until(last)
            assert len(follower.got) == 200
        sessions = int(await counting.fetchval(_SESSIONS) or 0)
        assert sessions <= 2 * 4 + 2, "two pools, the watcher, the tail"
    # a session's counts are there once it has ended
    await until(asking(counting, f"select ({_SESSIONS}) = 0"), "all sessions have ended")
    calls = {row["funcname"]: row["calls"] for row in await counting.fetch(_CALLS)}
    assert "organization_facts" not in calls, "nobody was behind"
    for once in ("lane_facts", "open_keys"):
        assert 0 < calls[once] < 450, f"{once}: one read a round, not one a stream"


async def test_a_database_that_drops_every_session_takes_no_fact_from_a_stream(
    counting: asyncpg.Connection, room: Room
) -> None:
    begin = await room.write()
    followers = [room.follower() for _ in range(10)]
    for follower in followers:
        await follower.connect()
    dropped, last = 0, begin
    for _ in range(5):
        last = await _write(room, 40)
        dropped += len(await counting.fetch(_DROP))
        last = await _write(room, 40)
    for follower in followers:
        await follower.until(last)
        assert follower.got == list(range(begin + 1, last + 1))
    assert dropped >= 5


async def test_five_hundred_streams_end_at_once_with_the_server(room: Room) -> None:
    followers = [room.follower() for _ in range(500)]
    for first in range(0, 500, 50):
        await asyncio.gather(*(one.connect() for one in followers[first : first + 50]))
    position = await room.write()
    for follower in followers:
        await follower.until(position)
    began = time.monotonic()
    ending = asyncio.gather(*(follower.to_the_end() for follower in followers))
    await room.served.stop()
    took = time.monotonic() - began
    await ending
    assert took < 2.5, "it waited for streams"
    assert len(room.door.side.streams) == 0
