"""A connection remembers whose rows it may see, and is told again whenever that is in doubt."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from service_runtime.fence import stand_behind
from service_runtime.pools import open_pool

ONE, TWO = UUID(int=1), UUID(int=2)
SHOWN = "select nullif(current_setting('app.org', true), '')"


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    opened = await open_pool(
        database, role="cohoi_query", application="fence", min_size=1, max_size=1
    )
    yield opened
    await opened.close()


async def test_a_connection_sees_the_organization_it_was_set_to_last(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval(SHOWN) is None
    for org in (ONE, TWO, TWO, ONE):
        async with pool.acquire() as connection:
            await stand_behind(connection, org)
            assert await connection.fetchval(SHOWN) == str(org)
        assert await pool.fetchval(SHOWN) == str(org)


async def test_setting_the_same_again_asks_the_server_nothing(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        await stand_behind(connection, ONE)
        await connection.execute("select set_config('app.org', 'seen', false)")
        await stand_behind(connection, ONE)
        assert await connection.fetchval(SHOWN) == "seen"


async def test_inside_a_transaction_it_is_refused(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        async with connection.transaction():
            with pytest.raises(RuntimeError, match="transaction"):
                await stand_behind(connection, ONE)
        await stand_behind(connection, ONE)
        assert await connection.fetchval(SHOWN) == str(ONE)


async def test_after_a_failure_it_is_set_again(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        await stand_behind(connection, ONE)
        with pytest.raises(TimeoutError):
            await connection.execute("select pg_sleep(5)", timeout=0.05)
    async with pool.acquire() as connection:
        await stand_behind(connection, TWO)
        await connection.execute("select set_config('app.org', 'lost', false)")
        failing = pytest.raises(asyncpg.UndefinedFunctionError)
        with failing:
            await connection.execute("select no_such_function()")
        await stand_behind(connection, ONE)
        assert await connection.fetchval(SHOWN) == str(ONE)
