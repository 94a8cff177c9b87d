"""The read models after facts were projected: equal to a refold, whatever happened on the way."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from opportunity_events import v1
from opportunity_events.envelope import Recorded, Stream
from projector.adapters.read_models import ReadModelTables
from projector.application.ports import Lease, LeaseLostError, Step
from projector.application.projection import Pace
from projector.domain.fold import Fold
from projector.settings import Settings
from support.fact_writer import FactWriter
from support.generations import ReadConnection
from support.histories import History
from support.planted import Planted
from support.projections import (
    Hand,
    Story,
    Verify,
    asking,
    project_all,
    running_projector,
    stored_rows,
    until,
    until_applied,
)

ORG = UUID(int=0xC0)
BEGUN = Planted(
    Stream(ORG, "organization", ORG),
    v1.OrganizationCreated("Cohoi Ltd", "VND", "Asia/Ho_Chi_Minh", "vi", "all"),
)

_LET_LEASES_END = "update projection.checkpoints set lease_until = clock_timestamp()"
_LISTENS = (
    "select exists (select from pg_stat_activity where query ilike 'listen%'"
    " and application_name like 'cohoi projector%' and datname = current_database())"
)


async def test_what_is_projected_is_the_fold_of_the_log(
    database: str, settings: Settings, story: Story, verified: Verify
) -> None:
    await story(1, 400)
    await story(2, 400)
    await project_all(database, settings)
    found = await verified()
    assert found.differences == ()
    assert found.facts > 800
    assert found.rows > 800
    assert found.cells > 10 * found.rows


async def test_small_batches_and_large_ones_leave_the_same_rows(
    database: str,
    settings: Settings,
    story: Story,
    connection: ReadConnection,
) -> None:
    await story(3, 300)
    await project_all(database, settings, Pace(batch_facts=7))
    in_small_ones = await stored_rows(connection)
    await connection.execute("truncate projection.checkpoints")
    for table in in_small_ones:
        await connection.execute(f"truncate read.{table}")
    await project_all(database, settings)
    assert await stored_rows(connection) == in_small_ones


async def test_applying_the_whole_log_twice_changes_nothing(
    database: str, settings: Settings, story: Story, connection: ReadConnection
) -> None:
    await story(4, 300)
    await project_all(database, settings)
    once = await stored_rows(connection)
    await connection.execute("update projection.checkpoints set lane_position = 0")
    await project_all(database, settings)
    assert await stored_rows(connection) == once


async def test_a_crash_before_the_commit_leaves_the_batch_to_the_next_one(
    hand: Hand, story: Story, connection: ReadConnection, verified: Verify
) -> None:
    await story(5, 60)
    projector = hand.lane_projector("first")
    assert await projector.take_lane()
    await projector.project(await hand.read(0, 40))
    before = await stored_rows(connection)

    crashing = hand.lane_projector("first", models=_CrashingModels(hand.models))
    assert await crashing.take_lane()
    with pytest.raises(_CrashError):
        await crashing.project(await hand.read(40, 40))
    assert await stored_rows(connection) == before
    assert (await verified()).differences == ()

    second = hand.lane_projector("first")
    assert await second.take_lane()
    await second.project(await hand.read(40, 10_000))
    assert (await verified()).differences == ()
    assert await stored_rows(connection) != before


async def test_two_projectors_side_by_side_do_no_harm(
    database: str, settings: Settings, writer: FactWriter, verified: Verify
) -> None:
    history = History(random.Random(6), writer.seal)  # noqa: S311 - a test's own
    await writer.register(history.org)
    await writer.append(history.begin())
    hasty = Pace(batch_facts=20, standby_interval_s=0.01)
    async with running_projector(settings, hasty), running_projector(settings, hasty):
        for _ in range(30):
            facts = [fact for _ in range(20) for fact in history.step()]
            await writer.append(facts)
        await until_applied(database)
    assert (await verified()).differences == ()


async def test_an_owner_that_lost_its_lane_writes_nothing_more(
    hand: Hand, story: Story, connection: ReadConnection
) -> None:
    await story(7, 20)
    stale = hand.lane_projector("stale")
    assert await stale.take_lane()
    await connection.execute(_LET_LEASES_END)
    fresh = hand.lane_projector("fresh")
    assert await fresh.take_lane()
    with pytest.raises(LeaseLostError, match="another projector"):
        await stale.project(await hand.read(0, 10))
    assert not any((await stored_rows(connection)).values())
    await fresh.project(await hand.read(0, 10))
    assert any((await stored_rows(connection)).values())


async def test_a_lane_is_taken_only_when_nobody_holds_it(hand: Hand) -> None:
    first, second = hand.lane_projector("first"), hand.lane_projector("second")
    assert await first.take_lane()
    assert not await second.take_lane()
    await first.release_lane()
    assert await second.take_lane()


async def test_a_projector_that_stands_by_takes_over_when_the_lease_runs_out(
    database: str, settings: Settings, hand: Hand, story: Story, connection: ReadConnection
) -> None:
    gone = hand.lane_projector("gone without a word")
    assert await gone.take_lane()
    await story(8, 20)
    async with running_projector(settings, Pace(standby_interval_s=0.02)) as projector:

        async def stands_by() -> bool:
            return [lane.state for lane in projector.health.lanes()] == ["standby"]

        await until(stands_by, "the second projector stands by")
        await connection.execute(_LET_LEASES_END)
        await until_applied(database)


async def test_an_append_wakes_the_projector_without_a_poll(
    database: str, settings: Settings, writer: FactWriter, connection: ReadConnection
) -> None:
    async with running_projector(settings, Pace(poll_interval_s=600, renew_interval_s=600)):
        await until(asking(connection, _LISTENS), "the projector listens")
        await writer.register(ORG)
        await writer.append([BEGUN])
        await until_applied(database, within_s=30)


async def test_readers_are_told_which_organizations_went_on(
    settings: Settings, writer: FactWriter, connection: ReadConnection
) -> None:
    heard: asyncio.Queue[object] = asyncio.Queue()

    def hear(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        heard.put_nowait(payload)

    await connection.add_listener("cohoi_applied", hear)
    async with running_projector(settings):
        await writer.register(ORG)
        await writer.append([BEGUN])
        async with asyncio.timeout(30):
            assert await heard.get() == str(ORG)
    applied = await connection.fetchval("select position from read.applied where org = $1", ORG)
    assert applied == 1


async def test_a_lost_listener_is_replaced_and_nothing_is_missed(
    database: str, settings: Settings, writer: FactWriter, connection: ReadConnection
) -> None:
    await writer.register(ORG)
    async with running_projector(settings):
        await writer.append([BEGUN])
        await until_applied(database)
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name like 'cohoi projector%' and datname = current_database()"
        )
        await writer.append([_renamed("Cohoi JSC")])
        await until_applied(database)
    assert await connection.fetchval("select name from read.organizations") == "Cohoi JSC"


def _renamed(name: str) -> Planted:
    edited = v1.OrganizationEdited((v1.Change("name", "", name),))
    return Planted(Stream(ORG, "organization", ORG), edited)


class _CrashError(Exception):
    pass


class _CrashingStep:
    def __init__(self, step: Step) -> None:
        self._step = step

    async def load(self, fold: Fold, batch: Sequence[Recorded]) -> None:
        await self._step.load(fold, batch)

    async def write(self, fold: Fold) -> None:
        await self._step.write(fold)
        raise _CrashError


class _CrashingModels(ReadModelTables):
    """Dies when all of a batch is written, before the commit."""

    def __init__(self, models: ReadModelTables) -> None:
        self._models = models

    async def acquire(self, lane: int, owner: str) -> Lease | None:
        return await self._models.acquire(lane, owner)

    @asynccontextmanager
    async def step(self, lease: Lease, upto: int) -> AsyncGenerator[Step]:
        async with self._models.step(lease, upto) as step:
            yield _CrashingStep(step)
