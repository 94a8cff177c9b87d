"""The second fence: without any first one, reads still see nothing of another organization."""

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest

from query_api.adapters import asking, board_queries, directory_queries, opportunity_queries
from service_runtime.fence import stand_behind
from service_runtime.fragments import Statement
from service_runtime.ids import new_id
from service_runtime.pools import open_pool
from service_runtime.read_schema import ReadSchema, placed
from support.query_door import Reader
from support.read_rows import ReadRows

FIRST_FENCE = re.compile(r"\b[a-z]+\.org = :org\b")
FENCED_ROLES = ("cohoi_query", "cohoi_command", "cohoi_report")
TABLES = """
select c.relname as name, c.relrowsecurity as fenced, pg_get_userbyid(c.relowner) as owner,
    (select array_agg(r.rolname::text order by r.rolname) from pg_policy p
     join pg_roles r on r.oid = any (p.polroles) where p.polrelid = c.oid) as roles
from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') order by 1
"""


@pytest.fixture(params=FENCED_ROLES)
async def pool(request: pytest.FixtureRequest, database: str) -> AsyncIterator[asyncpg.Pool]:
    """Give connections of every role that reads for callers."""
    role: str = request.param
    opened = await open_pool(database, role=role, application="fence", min_size=1, max_size=1)
    yield opened
    await opened.close()


async def tables_of(pool: asyncpg.Pool) -> tuple[int, list[asyncpg.Record]]:
    number: int = await pool.fetchval("select number from projection.current")
    return number, await pool.fetch(TABLES, f"read_{number}")


async def test_every_table_of_the_read_models_has_its_fence(pool: asyncpg.Pool) -> None:
    _, tables = await tables_of(pool)
    assert len(tables) >= 16
    for table in tables:
        assert table["fenced"], table["name"]
        assert table["roles"] == sorted(FENCED_ROLES), table["name"]
        assert table["owner"] == "cohoi_projector", table["name"]


async def test_a_connection_reaches_the_rows_of_its_organization_alone(
    rows: ReadRows, neighbour: ReadRows, pool: asyncpg.Pool
) -> None:
    rows.add()
    number, tables = await tables_of(pool)
    views = ("searched_opportunities", "searched_customers")
    names = [*(table["name"] for table in tables), *views]

    async def seen(name: str) -> set[object]:
        text = f"select distinct org from read_{number}.{name}"  # noqa: S608 - names of our own
        return {row["org"] for row in await pool.fetch(text)}

    for name in names:
        assert await seen(name) == set(), name
    for org in (rows.org, neighbour.org, new_id()):
        async with pool.acquire() as connection:
            await stand_behind(connection, org)
        found = {name: await seen(name) for name in names}
        assert set().union(*found.values()) <= {org}
        if org in {rows.org, neighbour.org}:
            assert found["opportunities"] == found["searched_customers"] == {org}


async def unfenced(reads: ReadSchema, statement: Statement) -> asyncpg.Record:
    """Ask a statement without the first fence: every condition on the organization is gone."""
    text, count = FIRST_FENCE.subn("true", statement.text)
    assert count
    numbered, values = Statement(text, {**statement.values}).numbered()
    return await reads.ask(statement.values["org"], numbered, *values)


async def test_without_the_first_fence_reads_answer_the_same(
    monkeypatch: pytest.MonkeyPatch, rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    mine, theirs = rows.add("Deal"), next(iter(neighbour.opportunities))
    asked = [
        ("/v1/opportunities", {}),
        ("/v1/opportunities", {"q": "deal"}),
        ("/v1/opportunities", {"q": "neighbour"}),
        ("/v1/opportunities", {"sort": "title", "period": "one_time"}),
        ("/v1/opportunities/totals", {}),
        ("/v1/opportunities/totals", {"owner": "me"}),
        ("/v1/opportunities/totals", {"q": "deal"}),
        ("/v1/boards", {}),
        (f"/v1/boards/{rows.board}/view", {}),
        (f"/v1/boards/{rows.board}/totals", {}),
        (f"/v1/opportunities/{mine}", {}),
        (f"/v1/customers/{rows.customer}", {}),
        ("/v1/customers", {"q": "an"}),
        ("/v1/customers", {}),
        ("/v1/users", {}),
        ("/v1/teams", {}),
        ("/v1/me", {}),
        ("/v1/organization", {}),
    ]
    before = [await reader.read(path, **query) for path, query in asked]
    for module in (board_queries, directory_queries, opportunity_queries):
        monkeypatch.setattr(module, "ask", unfenced)
    assert asking.ask is not unfenced
    assert [await reader.read(path, **query) for path, query in asked] == before
    for path in (
        f"/v1/opportunities/{theirs}",
        f"/v1/boards/{neighbour.board}",
        f"/v1/boards/{neighbour.board}/view",
        f"/v1/customers/{neighbour.customer}",
        f"/v1/users/{neighbour.user}",
        f"/v1/teams/{neighbour.team}",
    ):
        assert await reader.refused(path) == (404, "not-found", None)
    for key, value in (
        ("board", neighbour.board),
        ("owner", neighbour.user),
        ("team", neighbour.team),
        ("customer", neighbour.customer),
        ("status", neighbour.statuses["Lead"]),
    ):
        refused = await reader.refused("/v1/opportunities", **{key: value})
        assert refused[:2] == (422, "invalid"), key


async def test_a_function_says_positions_of_those_that_are_named(
    database: str, rows: ReadRows, neighbour: ReadRows
) -> None:
    pool = await open_pool(
        database, role="cohoi_query", application="fence", min_size=1, max_size=1
    )
    try:
        found = await ReadSchema(pool).positions([rows.org, new_id()])
        assert set(found) == {rows.org}
        number = await pool.fetchval("select number from projection.current")
        text = placed("select * from read.applied", number)
        assert await pool.fetch(text) == []
        assert neighbour.org not in found
    finally:
        await pool.close()
