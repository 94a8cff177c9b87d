"""Callers looked up in the log's own database."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from service_runtime.api_keys import new_api_key
from service_runtime.authentication import KnownUser
from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.callers import Role
from service_runtime.pools import open_pool
from service_runtime.visibility import Visibility

MATE, OTHER, FOREIGNER = (UUID(int=number) for number in range(6, 9))
NOBODY: frozenset[UUID] = frozenset()
ORG, OTHER_ORG, USER, TEAM, KEY_UUID = (UUID(int=number) for number in range(1, 6))
ADD_STREAM = """
INSERT INTO log.streams
  (org, kind, id, version, hash, created_at, occurred_at, recorded_at, last_actor, state)
VALUES ($1, $2, $3, 1, '\\x00', now(), now(), now(), 'system', $4)
"""


async def add(pool: asyncpg.Pool, org: UUID, kind: str, key: UUID, state: object) -> None:
    await pool.execute(ADD_STREAM, org, kind, key, json.dumps(state).encode())


@pytest.fixture
async def admin(database: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(database, role=None, application="admin", min_size=1, max_size=1)
    await pool.execute("INSERT INTO log.organizations (org, lane) VALUES ($1, 0)", ORG)
    await add(pool, ORG, "organization", ORG, {"language": "en"})
    yield pool
    await pool.close()


@pytest.fixture(params=["cohoi_command", "cohoi_query", "cohoi_report"])
async def directory(
    request: pytest.FixtureRequest, database: str, admin: asyncpg.Pool
) -> AsyncIterator[PostgresCallerDirectory]:
    assert admin
    pool = await open_pool(
        database, role=request.param, application="directory", min_size=1, max_size=1
    )
    yield PostgresCallerDirectory(pool)
    await pool.close()


async def test_a_user_is_found_in_its_organization_alone(
    admin: asyncpg.Pool, directory: PostgresCallerDirectory
) -> None:
    state = {"role": "manager", "team_id": str(TEAM), "active": True}
    await add(admin, ORG, "user", USER, state)
    found = await directory.user(ORG, USER)
    assert found == KnownUser(
        Role.MANAGER, TEAM, active=True, language="en", visibility=Visibility.ALL, teammates=NOBODY
    )
    assert await directory.user(OTHER_ORG, USER) is None
    assert await directory.user(ORG, TEAM) is None


async def test_a_user_is_found_as_it_is_now(
    admin: asyncpg.Pool, directory: PostgresCallerDirectory
) -> None:
    await add(admin, ORG, "user", USER, {"role": "rep", "team_id": None, "active": False})
    assert await directory.user(ORG, USER) == KnownUser(
        Role.REP, None, active=False, language="en", visibility=Visibility.ALL, teammates=NOBODY
    )


@pytest.mark.parametrize(
    ("setting", "role", "needed"),
    [
        ("all", "rep", False),
        ("own", "rep", False),
        ("team", "rep", True),
        ("own", "manager", True),
        ("team", "manager", True),
        ("own", "admin", False),
        ("team", "auditor", False),
    ],
)
async def test_teammates_are_told_where_they_decide_what_is_seen(
    admin: asyncpg.Pool,
    directory: PostgresCallerDirectory,
    setting: str,
    role: str,
    needed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    state = {"role": role, "team_id": str(TEAM), "active": True}
    await admin.execute(
        "UPDATE log.streams SET state = $2 WHERE org = $1 AND kind = 'organization'",
        ORG, json.dumps({"language": "en", "visibility": setting}).encode(),
    )  # fmt: skip
    await add(admin, ORG, "user", USER, state)
    await add(admin, ORG, "user", MATE, {"role": "rep", "team_id": str(TEAM), "active": False})
    await add(admin, ORG, "user", OTHER, {"role": "rep", "team_id": None, "active": True})
    await add(admin, OTHER_ORG, "user", FOREIGNER, state)
    found = await directory.user(ORG, USER)
    assert found is not None
    assert found.visibility == setting
    assert found.teammates == ({USER, MATE} if needed else NOBODY)


async def test_a_key_brings_the_setting_of_its_organization(
    admin: asyncpg.Pool, directory: PostgresCallerDirectory
) -> None:
    made = new_api_key()
    await admin.execute(
        "UPDATE log.streams SET state = $2 WHERE org = $1 AND kind = 'organization'",
        ORG, json.dumps({"visibility": "own"}).encode(),
    )  # fmt: skip
    await admin.execute(
        "SELECT log.add_api_key($1, $2, $3, 'nightly', 'rep', false, $4)",
        made.key_id, KEY_UUID, ORG, made.hash,
    )  # fmt: skip
    found = await directory.api_key(made.key_id)
    assert found is not None
    assert found.visibility is Visibility.OWN


async def test_a_key_is_found_by_its_id_until_and_after_it_is_revoked(
    admin: asyncpg.Pool, directory: PostgresCallerDirectory
) -> None:
    made = new_api_key()
    await admin.execute(
        "SELECT log.add_api_key($1, $2, $3, 'nightly', 'service', true, $4)",
        made.key_id, KEY_UUID, ORG, made.hash,
    )  # fmt: skip
    found = await directory.api_key(made.key_id)
    assert found is not None
    assert (found.org, found.key_uuid, found.role, found.operator) == (
        ORG, KEY_UUID, Role.SERVICE, True,
    )  # fmt: skip
    assert (found.hash, found.revoked_at) == (made.hash, None)
    await admin.execute("UPDATE log.api_keys SET revoked_at = now()")
    revoked = await directory.api_key(made.key_id)
    assert revoked is not None
    assert revoked.revoked_at is not None
    assert await directory.api_key("0" * 16) is None
