"""Read models made anew: the same rows, the same indexes, and a projector that steps aside."""

import pytest

from projector.application.poison import PoisonFactError
from projector.application.projection import Pace
from projector.bootstrap import rebuild
from projector.settings import Settings
from service_runtime.addresses import Addresses
from support.generations import ReadConnection
from support.projections import (
    Story,
    Verify,
    project_all,
    running_projector,
    stored_rows,
    until_applied,
)

_INDEXES = (
    "select replace(indexdef, schemaname, '') from pg_indexes"
    " where schemaname = (select 'read_' || number from projection.current) order by 1"
)


def _unseen(_done: int, _all: int) -> None:
    """Leave progress unread."""


async def test_a_rebuild_comes_to_the_rows_of_the_projection(
    database: str, settings: Settings, story: Story, connection: ReadConnection
) -> None:
    await story(11, 400)
    await story(12, 50)
    await project_all(database, settings)
    projected = await stored_rows(connection)
    indexes = await connection.fetch(_INDEXES)
    done = await rebuild(Addresses.one(database), settings.master_key_file, _unseen)
    assert await stored_rows(connection) == projected
    assert await connection.fetch(_INDEXES) == indexes
    assert done.facts == await connection.fetchval("select count(*) from log.facts")
    assert done.rows == sum(map(len, projected.values()))


async def test_a_rebuild_mends_whatever_was_damaged(
    database: str,
    settings: Settings,
    story: Story,
    connection: ReadConnection,
    verified: Verify,
) -> None:
    await story(13, 100)
    await project_all(database, settings)
    await connection.execute("delete from read.opportunities")
    await connection.execute("update read.totals set count = count + 1")
    assert (await verified()).count > 0
    await rebuild(Addresses.one(database), settings.master_key_file, _unseen)
    assert (await verified()).differences == ()


async def test_a_running_projector_steps_aside_and_goes_on_afterwards(
    database: str, settings: Settings, story: Story, verified: Verify
) -> None:
    await story(14, 200)
    async with running_projector(settings, Pace(first_backoff_s=0.05, standby_interval_s=0.05)):
        await until_applied(database)
        await rebuild(Addresses.one(database), settings.master_key_file, _unseen)
        await story(15, 100)
        await rebuild(Addresses.one(database), settings.master_key_file, _unseen)
        await story(16, 100)
        await until_applied(database)
    assert (await verified()).differences == ()


async def test_a_rebuild_that_meets_poison_changes_nothing(
    database: str, settings: Settings, story: Story, connection: ReadConnection
) -> None:
    await story(17, 60)
    await project_all(database, settings)
    before = await stored_rows(connection)
    checkpoints = await connection.fetch("select * from projection.checkpoints")
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("update log.facts set bytes = '{}' where lane_position = 20")
    with pytest.raises(PoisonFactError) as caught:
        await rebuild(Addresses.one(database), settings.master_key_file, _unseen)
    assert caught.value.lane_position == 20
    assert await stored_rows(connection) == before
    assert await connection.fetch("select * from projection.checkpoints") == checkpoints


async def test_a_rebuild_of_an_empty_log_leaves_empty_tables(
    database: str, settings: Settings, connection: ReadConnection, verified: Verify
) -> None:
    done = await rebuild(Addresses.one(database), settings.master_key_file, _unseen)
    assert (done.facts, done.rows) == (0, 0)
    assert not any((await stored_rows(connection)).values())
    assert (await verified()).differences == ()
