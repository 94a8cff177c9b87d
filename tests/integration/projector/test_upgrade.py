"""An upgrade from the last release: its database starts, migrates, verifies, and is read rightly.

`last_release.sql.xz` is such a database as pg_dump wrote it: two organizations of random
histories (of all kinds of facts, erasures too), projected to the end by the code of that release.
"""

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from projector.settings import Settings
from support.generations import ReadConnection, connect_to_reads
from support.operator import run_cohoi
from support.projections import (
    Story,
    Verify,
    key_settings,
    running_projector,
    until_applied,
    verified_in,
)
from support.query_door import open_query_door
from support.rebuilds import generations

_DUMP = Path(__file__).with_name("last_release.sql.xz")
_LIST = (
    "select org, id, title, amount_minor, currency, status_id, owner_id, deleted_at, version"
    " from read.opportunities order by org, id"
)
_TOTALS = (
    "select org, board_id, status_id, currency, count, value_one_time, weighted_annual"
    " from read.totals order by 1, 2, 3, 4"
)
_VERSIONS = (
    "select org, id, version, from_position, to_position, from_time, to_time, title"
    " from read.opportunity_versions order by org, id, version"
)
_SOMEBODY = (
    "select u.org, u.id, u.role, (select count(*) from read.opportunities o"
    " where o.org = u.org and o.deleted_at is null) as live"
    " from read.users u join read.organizations z on z.org = u.org"
    " where u.active and (u.role = 'admin' or z.visibility = 'all') order by live desc limit 1"
)


@pytest.fixture
async def last_release(empty_database: str, database_template: str) -> str:
    """Return a database as the last release left it; its roles are the cluster's."""
    assert database_template
    connection = await asyncpg.connect(empty_database)
    try:
        await connection.execute(lzma.decompress(_DUMP.read_bytes()).decode())
        name = await connection.fetchval("select current_database()")
        await connection.execute(f'grant create on database "{name}" to cohoi_owner')
    finally:
        await connection.close()
    return empty_database


@pytest.fixture
def settings(last_release: str, tmp_path: Path) -> Settings:
    return key_settings(last_release, tmp_path)


@pytest.fixture
def database(last_release: str) -> str:
    return last_release


@pytest.fixture
def verified(settings: Settings) -> Verify:
    async def ask() -> Any:
        return await verified_in(settings)

    return ask


async def _rows(connection: asyncpg.Connection) -> Sequence[Sequence[tuple[Any, ...]]]:
    return [
        [tuple(row) for row in await connection.fetch(statement)]
        for statement in (_LIST, _TOTALS, _VERSIONS)
    ]


async def test_the_last_releases_database_migrates_verifies_and_goes_on(
    last_release: str, settings: Settings, story: Story, verified: Verify, tmp_path: Path
) -> None:
    old = await asyncpg.connect(last_release)
    before = await _rows(old)
    facts = await old.fetchval("select count(*) from log.facts")
    await old.close()

    migrated = await run_cohoi(settings, tmp_path, "migrate", "--json")
    assert migrated.returncode == 0, migrated.stderr
    said = json.loads(migrated.stdout)
    assert "read/0002_create_generations.sql" in said["applied"]
    assert said["rebuilt"]["facts"] == facts
    again = await run_cohoi(settings, tmp_path, "migrate", "--json")
    assert json.loads(again.stdout) == {"applied": [], "rebuilt": None}

    connection = await connect_to_reads(last_release)
    try:
        assert await _rows(connection) == before
        assert await generations(connection) == {1: "current"}
        assert (await verified()).differences == ()
        await _read_through_the_door(last_release, connection, tmp_path)
    finally:
        await connection.close()

    async with running_projector(settings):
        await story(83, 60)
        await until_applied(last_release)
    assert (await verified()).differences == ()


async def _read_through_the_door(database: str, connection: ReadConnection, folder: Path) -> None:
    row = await connection.fetchrow(_SOMEBODY)
    assert row is not None
    assert row["live"] > 5
    async with open_query_door(database, folder) as door:
        reader = door.as_user(row["org"], row["id"], row["role"])
        pages = await reader.pages("/v1/opportunities", limit=50)
        assert sum(len(page["items"]) for page in pages) == row["live"]
