"""A rebuild beside everybody's work: no failed read, no position back, whole after a crash."""

import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from command_api.domain import commands as c
from projector.application.changeover import NothingKeptError
from projector.application.projection import Pace
from projector.application.rebuilding import RebuildRunningError
from projector.bootstrap import drop_kept, rebuild, roll_back
from projector.settings import Settings
from service_runtime.addresses import Addresses
from service_runtime.pools import open_pool
from service_runtime.read_schema import ReadSchema
from support.generations import ReadConnection
from support.office import Office, open_office
from support.operator import cohoi_process, projector_process, run_cohoi
from support.projections import (
    Story,
    Verify,
    project_all,
    running_projector,
    until,
    until_applied,
)
from support.query_door import Reader, open_query_door
from support.rebuilds import (
    generations,
    held_facts,
    held_lanes,
    read_schemas,
    unseen,
    until_phase,
)

NAME = "Trần Thị Lan"
PACE = Pace(first_backoff_s=0.05, standby_interval_s=0.05)


@pytest_asyncio.fixture
async def office(database: str) -> AsyncGenerator[Office]:
    async with open_office(database) as opened:
        yield opened


@dataclass
class Crowd:
    """People who write and read one organization without a pause, until they are told to stop."""

    office: Office
    board: UUID
    customer: UUID
    statuses: list[UUID]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    reads: int = 0
    acknowledged: int = 0

    async def write(self) -> None:
        for number in count():
            if self.stop.is_set():
                return
            deal = await self.office.add_opportunity(self.board, self.customer, f"Deal {number}")
            status = self.statuses[number % len(self.statuses)]
            answer = await self.office.ask(c.MoveOpportunity(deal, status))
            self.acknowledged = max(self.acknowledged, int(answer["position"]))

    async def read(self, reader: Reader, path: str) -> None:
        """Read again and again: every answer is one, and none is older than the one before."""
        last = 0
        while not self.stop.is_set():
            response = await reader.ask(path, min_position=self.acknowledged)
            assert response.status_code == 200, response.text
            position = int(response.headers["Cohoi-Position"])
            assert position >= max(last, 1)
            last = position
            self.reads += 1

    def after(self, reads: int) -> Callable[[], Awaitable[bool]]:
        """Return what says whether there were so many reads."""

        async def ask() -> bool:
            return self.reads >= reads

        return ask


async def _crowd(office: Office) -> Crowd:
    board, statuses = await office.add_board("Lead", "Talk")
    customer = await office.add_customer()
    return Crowd(office, board, customer, [statuses["Talk"], statuses["Won"]])


async def test_under_load_no_read_fails_and_no_position_goes_back(
    database: str,
    settings: Settings,
    story: Story,
    office: Office,
    verified: Verify,
    tmp_path: Path,
) -> None:
    await story(51, 600)
    crowd = await _crowd(office)
    paths = ["/v1/opportunities", f"/v1/boards/{crowd.board}/view", "/v1/opportunities/totals"]
    async with (
        running_projector(settings, PACE),
        open_query_door(database, tmp_path, wait_s=20) as door,
        asyncio.TaskGroup() as tasks,
    ):
        await until_applied(database)
        reader = door.as_user(office.org, office.admin, "admin")
        for _ in range(2):
            tasks.create_task(crowd.write())
        for path in paths * 2:
            tasks.create_task(crowd.read(reader, path))
        for expected in (2, 3, 4):
            done = await rebuild(Addresses.one(database), settings.master_key_file, unseen)
            assert done.generation == expected
            await until(crowd.after(crowd.reads + 30), "reads of the new generation")
        crowd.stop.set()
    await project_all(database, settings)
    assert crowd.reads > 90
    found = await verified()
    assert found.differences == ()


async def test_a_rebuild_that_is_killed_leaves_the_current_one_and_the_next_clears_it_away(
    database: str, settings: Settings, story: Story, connection: ReadConnection, tmp_path: Path
) -> None:
    await story(52, 200)
    await project_all(database, settings)
    for phase, held in (("loading", held_facts), ("catching up", held_lanes)):
        async with held(database):  # so that it cannot get beyond
            process = await cohoi_process(settings, tmp_path, "rebuild")
            await until_phase(database, phase)
            process.kill()
            await process.wait()
        assert "current" in (await generations(connection)).values()
        assert await connection.fetchval("select count(*) from read.opportunities") > 0
    current = await connection.fetchval("select number from projection.current")
    assert current == 1
    await until_free(database, settings)
    states = await generations(connection)
    assert sorted(states.values()) == ["current", "kept"]
    assert await read_schemas(connection) == {f"read_{number}" for number in states}


async def until_free(database: str, settings: Settings) -> None:
    """Rebuild as soon as PostgreSQL noticed that the one before was killed."""

    async def rebuilt() -> bool:
        try:
            await rebuild(Addresses.one(database), settings.master_key_file, unseen)
        except RebuildRunningError:
            return False
        return True

    await until(rebuilt, "the right to make generations is free again")


async def test_a_projector_that_is_killed_at_the_flip_is_followed_by_one_that_misses_nothing(
    database: str, settings: Settings, story: Story, verified: Verify
) -> None:
    await story(53, 200)
    async with projector_process(settings) as process:
        await until_applied(database)
        rebuilding = asyncio.create_task(
            rebuild(Addresses.one(database), settings.master_key_file, unseen)
        )
        async with held_lanes(database):
            await story(54, 200)
            await until_phase(database, "catching up")
            process.kill()
            await process.wait()
        done = await rebuilding
        assert done.generation == 2
    async with projector_process(settings):
        await story(55, 50)
        await until_applied(database)
    assert (await verified()).differences == ()


async def test_one_rolls_back_and_forth_and_misses_nothing(
    database: str, settings: Settings, office: Office, connection: ReadConnection, verified: Verify
) -> None:
    crowd = await _crowd(office)
    async with running_projector(settings, PACE):
        await until_applied(database)
        await rebuild(Addresses.one(database), settings.master_key_file, unseen)
        await office.add_opportunity(crowd.board, crowd.customer)
        await until_applied(database)
        for current, kept in ((1, 2), (2, 1)):
            done = await roll_back(Addresses.one(database), settings.master_key_file)
            assert done.generation == current
            assert await generations(connection) == {current: "current", kept: "kept"}
            await office.add_opportunity(crowd.board, crowd.customer)
            await until_applied(database)
            assert (await verified()).differences == ()
    assert await drop_kept(Addresses.one(database)) == 0
    assert await generations(connection) == {2: "current"}
    assert await read_schemas(connection) == {"read_2"}
    with pytest.raises(NothingKeptError, match="No generation is kept"):
        await roll_back(Addresses.one(database), settings.master_key_file)


async def test_of_two_rebuilds_at_once_one_is_refused_in_one_sentence(
    database: str, settings: Settings, story: Story, connection: ReadConnection, tmp_path: Path
) -> None:
    await story(60, 40)
    await project_all(database, settings)
    async with held_lanes(database):
        first = asyncio.create_task(
            rebuild(Addresses.one(database), settings.master_key_file, unseen)
        )
        await until_phase(database, "catching up")
        second = await run_cohoi(settings, tmp_path, "rebuild")
        assert second.returncode == 1
        assert "Another rebuild of this database is running" in second.stderr
        assert "Traceback" not in second.stderr
    assert (await first).tries > 0
    assert await generations(connection) == {1: "kept", 2: "current"}


async def test_whoever_reads_an_old_generation_for_long_reads_it_to_the_end(
    database: str, settings: Settings, story: Story, connection: ReadConnection
) -> None:
    org = (await story(61, 60)).org
    await project_all(database, settings)
    pool = await open_pool(
        database, role="cohoi_query", application="tests", min_size=1, max_size=1
    )
    async with pool:
        async with ReadSchema(pool).snapshot(org) as snapshot:
            before = await snapshot.fetch("select id from read.opportunities order by id")
            await rebuild(Addresses.one(database), settings.master_key_file, unseen)
            await rebuild(Addresses.one(database), settings.master_key_file, unseen)
            assert await drop_kept(Addresses.one(database)) == 1  # the first one is still read
            assert await snapshot.fetch("select id from read.opportunities order by id") == before
            assert await snapshot.fetch("select from read.opportunity_versions") != []
        assert "read_1" in await read_schemas(connection)
        async with running_projector(settings, Pace(renew_interval_s=0.05)):

            async def dropped() -> bool:
                return await read_schemas(connection) == {"read_3"}

            await until(dropped, "the projector drops what nobody reads any more")


async def test_an_erasure_ends_the_kept_generation(
    database: str, settings: Settings, office: Office, connection: ReadConnection
) -> None:
    person = UUID(int=7)
    await office.ask(c.AddCustomer(person, NAME, None, person=True))
    await project_all(database, settings)
    await rebuild(Addresses.one(database), settings.master_key_file, unseen)
    assert await connection.fetchval("select count(*) from read_1.customers where name = $1", NAME)
    async with running_projector(settings, Pace(renew_interval_s=0.05)):
        await office.ask(c.ArchiveCustomer(person))
        await office.ask(c.EraseCustomer(person))
        await until_applied(database)

        async def dropped() -> bool:
            return await read_schemas(connection) == {"read_2"}

        await until(dropped, "the kept generation is dropped")
    with pytest.raises(NothingKeptError):
        await roll_back(Addresses.one(database), settings.master_key_file)


async def test_a_rollback_past_an_erasure_keeps_nothing_of_the_one_before(
    database: str, settings: Settings, office: Office, connection: ReadConnection, verified: Verify
) -> None:
    person = UUID(int=7)
    await office.ask(c.AddCustomer(person, NAME, None, person=True))
    await project_all(database, settings)
    await rebuild(Addresses.one(database), settings.master_key_file, unseen)
    await office.ask(c.ArchiveCustomer(person))
    await office.ask(c.EraseCustomer(person))  # no projector runs: the current one lags behind
    await roll_back(Addresses.one(database), settings.master_key_file)
    assert await read_schemas(connection) == {"read_1"}
    assert (
        await connection.fetchval("select count(*) from read.customers where name = $1", NAME) == 0
    )
    assert (await verified()).differences == ()


async def test_watching_shows_how_far_a_rebuild_is(
    database: str, settings: Settings, story: Story, tmp_path: Path
) -> None:
    await story(62, 80)
    await project_all(database, settings)
    nothing = await run_cohoi(settings, tmp_path, "rebuild", "--watch")
    assert nothing.stdout == "no rebuild is running\n"
    async with held_lanes(database):
        rebuilding = asyncio.create_task(
            rebuild(Addresses.one(database), settings.master_key_file, unseen)
        )
        await until_phase(database, "catching up")
        watching = await cohoi_process(settings, tmp_path, "rebuild", "--watch", "--json")
        assert watching.stdout is not None
        line = json.loads(await watching.stdout.readline())
    done = await rebuilding
    assert line["generation"] == done.generation
    assert (line["phase"], line["done"], line["total"]) == ("catching up", done.facts, done.facts)
    assert (line["running"], line["lag"]) == (True, 0)
    assert await watching.wait() == 0


async def test_a_rebuild_that_is_told_to_stop_clears_its_remains_away(
    database: str, settings: Settings, story: Story, connection: ReadConnection, tmp_path: Path
) -> None:
    await story(64, 60)
    await project_all(database, settings)
    async with held_lanes(database):
        process = await cohoi_process(settings, tmp_path, "rebuild")
        await until_phase(database, "catching up")
        process.send_signal(signal.SIGINT)
        assert await process.wait() != 0
    assert await generations(connection) == {1: "current"}
    assert await read_schemas(connection) == {"read_1"}


async def test_a_rebuild_that_loses_the_database_says_so_in_one_sentence(
    database: str, settings: Settings, story: Story, connection: ReadConnection, tmp_path: Path
) -> None:
    await story(65, 60)
    await project_all(database, settings)
    async with held_lanes(database):
        rebuilding = asyncio.create_task(run_cohoi(settings, tmp_path, "rebuild"))
        await until_phase(database, "catching up")
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name like 'cohoi rebuild%'"
        )
        done = await rebuilding
    assert done.returncode == 1
    assert "The database went away" in done.stderr
    assert "Traceback" not in done.stderr
    assert await connection.fetchval("select number from projection.current") == 1
