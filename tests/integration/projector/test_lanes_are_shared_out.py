"""Several projectors share the lanes out, whichever came first, and whoever leaves."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import asyncpg
import pytest_asyncio

from cohoi.bootstrap import bring_up_to_date
from projector.settings import Settings
from service_runtime.addresses import Addresses
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.histories import History
from support.projections import (
    MASTER_KEY,
    key_settings,
    running_projector,
    until,
    until_applied,
    verified_in,
)

LANES = 5
_SHARES = """
select array_agg(held order by held) from (
    select count(*)::integer as held from projection.checkpoints
    where lease_until >= clock_timestamp() group by owner) shares"""
_OWNERS = "select array_agg(owner order by lane) from projection.checkpoints"


@pytest_asyncio.fixture
async def connection(database: str) -> AsyncGenerator[asyncpg.Connection]:
    opened = await asyncpg.connect(database)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def settings(database: str, tmp_path: Path) -> Settings:
    made = key_settings(database, tmp_path)
    await bring_up_to_date(
        Addresses.one(database), made.master_key_file, lambda _done, _all: None, lanes=LANES
    )
    return made


async def _until_shared(connection: asyncpg.Connection, *shares: int) -> None:
    async def are_shared() -> bool:
        return await connection.fetchval(_SHARES) == list(shares)

    await until(are_shared, f"the lanes are shared out as {shares}", within_s=4)


async def test_who_comes_later_gets_a_fair_share_and_who_goes_leaves_it_to_the_others(
    connection: asyncpg.Connection, settings: Settings, database: str
) -> None:
    writer = FactWriter(connection, MasterKey(MASTER_KEY))
    async with AsyncExitStack() as first, AsyncExitStack() as others:
        await first.enter_async_context(running_projector(settings))
        await _until_shared(connection, LANES)
        await _tell(connection, writer, 1)
        await others.enter_async_context(running_projector(settings))
        await _until_shared(connection, 2, 3)
        await _tell(connection, writer, 2)
        await others.enter_async_context(running_projector(settings))
        await _until_shared(connection, 1, 2, 2)
        before = await connection.fetchval(_OWNERS)
        await _tell(connection, writer, 3)
        await until_applied(database)
        assert await connection.fetchval(_OWNERS) == before
        await first.aclose()
        await _until_shared(connection, 2, 3)
        await _tell(connection, writer, 4)
        await until_applied(database)
    assert (await verified_in(settings)).count == 0


async def test_a_lane_that_nobody_has_two_more_than_others_of_stays_where_it_is(
    connection: asyncpg.Connection, settings: Settings
) -> None:
    async with running_projector(settings), running_projector(settings):
        await _until_shared(connection, 2, 3)
        epochs = "select sum(owner_epoch)::integer from projection.checkpoints"
        before = await connection.fetchval(epochs)
        await connection.execute("select pg_sleep(2)")
        assert await connection.fetchval(epochs) == before


async def test_a_lane_that_somebody_is_at_holds_up_the_taking_of_no_other(
    connection: asyncpg.Connection, settings: Settings, database: str
) -> None:
    async with running_projector(settings):
        await _until_shared(connection, LANES)
    other = await asyncpg.connect(database)
    try:
        async with other.transaction():
            await other.execute("select from projection.checkpoints where lane = 0 for update")
            async with running_projector(settings):
                await _until_shared(connection, LANES - 1)
    finally:
        await other.close()


async def _tell(connection: asyncpg.Connection, writer: FactWriter, seed: int) -> None:
    """Plant a history in each lane."""
    for part in range(LANES):
        history = History(Random(seed * LANES + part), writer.seal)  # noqa: S311 - a test's own
        await writer.register(history.org)
        lane = await connection.fetchval(
            "select lane from log.organizations where org = $1", history.org
        )
        await writer.append(history.facts(20), lane or 0)
