"""Reads on a hot standby: late at times, never wrong, and nothing waits for what cannot come."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import pytest_asyncio

from cohoi.bootstrap import bring_up_to_date
from service_runtime import listening
from service_runtime.addresses import Addresses
from service_runtime.metrics import REGISTRY
from service_runtime.read_schema import ReadSchema
from support.deadlines import until_true
from support.hot_standby import HotStandby
from support.office import Office, open_office
from support.private_postgres import PrivatePostgres
from support.projections import key_settings, running_projector, until_applied
from support.query_door import QueryDoor, Reader, open_query_door
from support.rebuilds import unseen
from support.stream_room import Room, open_room

WAIT_S: Final = 1.0


@pytest.fixture(scope="module")
def primary() -> Iterator[PrivatePostgres]:
    with PrivatePostgres() as server:
        asyncio.run(bring_up_to_date(Addresses.one(server.dsn), Path("no.key"), unseen))
        yield server


@pytest.fixture(scope="module")
def standby(primary: PrivatePostgres) -> Iterator[HotStandby]:
    with HotStandby(primary) as server:
        yield server


@dataclass
class Place:
    """An office that writes to the primary, and who reads what on the standby."""

    office: Office
    primary: str
    standby: HotStandby
    room: Room
    reader: Reader


@asynccontextmanager
async def open_place(
    primary: PrivatePostgres, standby: HotStandby, folder: Path
) -> AsyncGenerator[Place]:
    """Begin an organization, project it, and open the door on the standby alone."""
    async with (
        open_office(primary.dsn) as office,
        running_projector(key_settings(primary.dsn, folder)),
    ):
        standby.catch_up()
        async with open_room(office, standby.dsn, folder) as room:
            yield Place(office, primary.dsn, standby, room, room.reader())


@pytest_asyncio.fixture
async def place(
    primary: PrivatePostgres, standby: HotStandby, tmp_path: Path
) -> AsyncGenerator[Place]:
    async with open_place(primary, standby, tmp_path) as opened:
        yield opened
    standby.resume()


def hears(application: str) -> float | None:
    """Return what the metric says of a listener."""
    return REGISTRY.get_sample_value("cohoi_listens", {"listener": application})


async def test_what_was_written_is_read_at_its_position(place: Place) -> None:
    for number in range(20):
        wanted = await place.room.write(title=f"Deal {number}")
        answer = await place.reader.ask("/v1/opportunities", min_position=wanted, limit=200)
        assert answer.status_code == 200, answer.text
        assert int(answer.headers["cohoi-position"]) >= wanted
        items = answer.json()["items"]
        assert {one["title"] for one in items} == {f"Deal {n}" for n in range(number + 1)}
        history = f"/v1/opportunities/{items[0]['id']}/history"
        assert (await place.reader.read(history, min_position=wanted))["items"]
        facts = await place.reader.read("/v1/events", min_position=wanted, after=wanted - 1)
        assert [one["position"] for one in facts["items"]] == [wanted]
        past = await place.reader.read("/v1/opportunities/totals", as_of=wanted)
        assert past["totals"][0]["count"] == number + 1
    assert hears("cohoi query listens") == 0
    await place.room.door.side.replays.publish()
    for database in ("log", "read"):
        age = REGISTRY.get_sample_value("cohoi_standby_age_seconds", {"database": database})
        assert age is not None


async def test_a_stream_gives_what_the_standby_replays(place: Place) -> None:
    follower = place.room.follower()
    assert await follower.connect() == 200
    written = [await place.room.write() for _ in range(10)]
    await follower.until(written[-1])
    assert follower.got[-10:] == written
    resumed = place.room.follower()
    resumed.last_id = await place.room.write()  # of the primary, so that the standby may be behind
    assert await resumed.connect() == 200
    wanted = await place.room.write()
    await resumed.until(wanted)
    assert resumed.got == [wanted]
    assert hears("cohoi query follows") == 0


async def test_while_replay_is_paused_reads_are_behind_and_then_go_on(place: Place) -> None:
    before = await place.room.write(title="Before")
    assert (await place.reader.ask("/v1/boards", min_position=before)).status_code == 200
    place.standby.pause()
    wanted = await place.room.write(title="After")
    await until_applied(place.primary)
    began = time.monotonic()
    late: list[tuple[str, dict[str, Any]]] = [
        ("/v1/opportunities", {"min_position": wanted}),
        ("/v1/opportunities", {"as_of": wanted}),
        ("/v1/events", {"min_position": wanted}),
        ("/v1/events", {"after": wanted}),
        ("/v1/events/stream", {"after": wanted}),
        ("/v1/opportunities", {"min_position": wanted + 1_000}),  # nobody here knows better
    ]
    for path, query in late:
        answer = await place.reader.ask(path, **query)
        assert (answer.status_code, answer.json()["type"]) == (503, "read-model-behind"), path
        assert int(answer.headers["retry-after"]) >= 1
    assert time.monotonic() - began < 6 * (WAIT_S + 1)
    assert [one["title"] for one in (await place.reader.read("/v1/opportunities"))["items"]] == [
        "Before"
    ]
    follower = place.room.follower()
    assert await follower.connect(f"?after={before}") == 200
    place.standby.resume()
    await follower.until(wanted)
    assert follower.got == [wanted]
    answer = await place.reader.read("/v1/opportunities", min_position=wanted)
    assert {one["title"] for one in answer["items"]} == {"Before", "After"}


async def test_a_history_lacks_nothing_where_only_the_log_is_a_late_copy(
    place: Place, tmp_path: Path
) -> None:
    (tmp_path / "mixed").mkdir()
    first = await place.room.write(title="Deal")
    await until_applied(place.primary)
    place.standby.catch_up()
    async with open_query_door(
        place.primary, tmp_path / "mixed", log=place.standby.dsn, wait_s=WAIT_S
    ) as door:
        reader = door.as_user(place.office.org, place.office.admin, "admin")
        (deal,) = (await reader.read("/v1/opportunities", min_position=first))["items"]
        history = f"/v1/opportunities/{deal['id']}/history"
        place.standby.pause()
        await place.room.write(title="Another")
        await until_applied(place.primary)
        refused = await reader.refused(history)
        assert refused[:2] == (503, "read-model-behind")
        place.standby.resume()
        place.standby.catch_up()
        assert len((await reader.read(history))["items"]) == 1


async def test_a_read_that_replay_cancels_is_put_again(place: Place) -> None:
    reads = ReadSchema(place.room.door.side.read_pool)
    slow = "select position, pg_sleep(0.5)::text as slept from read.applied"
    cancelled = "select sum(confl_lock)::int from pg_stat_database_conflicts"
    before = place.standby.run(cancelled)
    await _replayed(place)
    asking = asyncio.create_task(reads.fetch(place.office.org, slow))
    busy = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
    await until_true(lambda: place.standby.run(busy), "the read is under way")
    _lock_tables(place.primary)
    rows = await asking
    assert [row["position"] > 0 for row in rows] == [True]
    await until_true(lambda: place.standby.run(cancelled) != before, "it was cancelled once")


async def test_a_table_that_replay_holds_is_told_as_trouble_and_is_no_defect(place: Place) -> None:
    wanted = await _replayed(place)
    with psycopg.connect(place.primary) as holder:
        holder.execute(_lock_statement(place.primary).encode())
        holder.execute("select pg_switch_wal()")  # so that the lock is told of now
        granted = "select count(*) from pg_locks where mode = 'AccessExclusiveLock'"
        await until_true(lambda: place.standby.run(granted), "the standby holds it too")
        answer = await place.reader.ask("/v1/opportunities")
        assert (answer.status_code, answer.json()["type"]) == (503, "log-unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    answer = await place.reader.ask("/v1/opportunities", min_position=wanted)
    assert answer.status_code == 200, answer.text


async def test_a_standby_that_becomes_the_primary_is_listened_to(
    primary: PrivatePostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "LISTEN_AGAIN_S", 0.1)
    with HotStandby(primary) as second:
        async with open_place(primary, second, tmp_path) as place:
            wanted = await place.room.write()
            assert (await place.reader.ask("/v1/me", min_position=wanted)).status_code == 200
            assert hears("cohoi query listens") == 0
            second.promote()
            await until_true(lambda: hears("cohoi query listens") == 1, "it is listened to")
            await _answers(place.room.door, place)


async def _answers(door: QueryDoor, place: Place) -> None:
    reader = door.as_user(place.office.org, place.office.admin, "admin")
    assert (await reader.ask("/v1/opportunities")).status_code == 200


async def _replayed(place: Place) -> int:
    """Write, and wait until the standby shows it; return the position."""
    wanted = await place.room.write()
    answer = await place.reader.ask("/v1/opportunities", min_position=wanted)
    assert answer.status_code == 200, answer.text
    return wanted


def _lock_tables(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(_lock_statement(dsn).encode())
        connection.execute("select pg_logical_emit_message(true, 'tests', 'the lock is replayed')")


def _lock_statement(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select number from projection.current").fetchone()
    assert row is not None
    return f"lock table read_{row[0]}.applied in access exclusive mode"
