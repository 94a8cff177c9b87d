"""Facts straight from the log's table, in the portions that memory allows."""

import pytest

from service_runtime.lane_facts import LogTable
from service_runtime.pools import open_pool
from support.generations import ReadConnection
from support.projections import Story


@pytest.mark.parametrize(
    ("limit", "page_facts", "batch_bytes", "read"),
    [(50, 20, 1 << 20, 50), (50, 20, 1, 20), (7, 20, 1 << 20, 7), (20, 20, 1 << 20, 20)],
    ids=["page by page", "large facts end a batch early", "no more than asked for", "one page"],
)
async def test_a_batch_is_as_large_as_its_limits_allow(
    database: str, story: Story, limit: int, page_facts: int, batch_bytes: int, read: int
) -> None:
    await story(41, 60)
    pool = await open_pool(
        database, role="cohoi_projector", application="tests", min_size=1, max_size=1
    )
    async with pool:
        source = LogTable(
            pool,
            database,
            None,
            application="tests",
            page_facts=page_facts,
            batch_bytes=batch_bytes,
        )
        facts = await source.read(0, 5, limit)
    assert [fact.lane_position for fact in facts] == [*range(6, 6 + read)]


async def test_behind_the_head_there_is_nothing(
    database: str, story: Story, connection: ReadConnection
) -> None:
    await story(42, 5)
    head = await connection.fetchval("select head from log.lanes")
    pool = await open_pool(
        database, role="cohoi_projector", application="tests", min_size=1, max_size=1
    )
    async with pool:
        source = LogTable(pool, database, None, application="tests")
        assert [*await source.lanes()] == [0]
        assert await source.read(0, head or 0, 10) == []
