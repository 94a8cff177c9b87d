"""The roles of the services: made once for a cluster, by whichever databases come first."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from importlib import resources
from urllib.parse import urlsplit

import asyncpg
import pytest

from service_runtime.ids import new_id
from service_runtime.migrations import migrate
from support.databases import PostgresCluster

ROLES = {
    "cohoi_owner",
    "cohoi_command",
    "cohoi_projector",
    "cohoi_query",
    "cohoi_report",
    "cohoi_report_keeper",
}
FILES = [
    "0001_create_roles.sql",
    "0002_create_report_keeper.sql",
    "0003_let_the_projector_own.sql",
]


@pytest.fixture
def databases(postgres_cluster: PostgresCluster) -> Iterator[list[str]]:
    """Make four empty databases."""
    names = [f"test_{new_id().hex}" for _ in range(4)]
    yield [postgres_cluster.create(name) for name in names]
    for name in names:
        postgres_cluster.drop(name)


@asynccontextmanager
async def connected(dsn: str, user: str | None = None) -> AsyncGenerator[asyncpg.Connection, None]:
    connection = await asyncpg.connect(dsn, user=user, timeout=10)
    try:
        yield connection
    finally:
        await connection.close(timeout=10)


def script(prefix: str) -> str:
    """Return the migrations for roles of other names, which no other test has made already."""
    roles = resources.files("service_runtime").joinpath("roles")
    texts = (roles.joinpath(name).read_text(encoding="utf-8") for name in FILES)
    return "\n".join(texts).replace("cohoi_", prefix)


async def run(dsn: str, text: str, user: str | None = None) -> None:
    async with connected(dsn, user) as connection, connection.transaction():
        await connection.execute(text)


async def drop_roles(databases: list[str], prefix: str) -> None:
    names = [role.replace("cohoi_", prefix) for role in ROLES]
    for dsn in databases:
        async with connected(dsn) as connection:
            await connection.execute(f"DROP OWNED BY {', '.join(names)}")
    async with connected(databases[0]) as connection:
        await connection.execute(f"DROP ROLE {', '.join(names)}")


async def test_databases_of_one_cluster_may_migrate_at_once(databases: list[str]) -> None:
    applied = await asyncio.gather(*(migrate(dsn, []) for dsn in databases))
    assert applied == [[f"roles/{name}" for name in FILES]] * 4
    async with connected(databases[0]) as connection:
        found = await connection.fetch(
            "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname = ANY($1)",
            list(ROLES),
        )
    assert {row["rolname"] for row in found} == ROLES
    assert not any(row["rolcanlogin"] or row["rolsuper"] for row in found)


async def test_roles_that_are_made_in_the_same_instant_are_made_once(
    databases: list[str],
) -> None:
    prefix = f"r{new_id().hex}_"
    await asyncio.gather(*(run(dsn, script(prefix)) for dsn in databases))
    async with connected(databases[0]) as connection:
        pattern = prefix.replace("_", r"\_") + "%"
        made = await connection.fetchval(
            "SELECT count(*) FROM pg_roles WHERE rolname LIKE $1", pattern
        )
    assert made == len(ROLES)
    await drop_roles(databases, prefix)


async def test_an_ordinary_user_who_makes_the_roles_may_take_them(databases: list[str]) -> None:
    """Since PostgreSQL 16 the maker of a role may not take it without being granted it."""
    prefix, user = f"r{new_id().hex}_", f"u{new_id().hex}"
    dsn = databases[0]
    database = urlsplit(dsn).path.removeprefix("/")
    async with connected(dsn) as connection:
        await connection.execute(f"CREATE ROLE {user} LOGIN CREATEROLE PASSWORD 'x'")
        await connection.execute(f"ALTER DATABASE {database} OWNER TO {user}")
    await run(dsn, f"SET SESSION AUTHORIZATION {user}; {script(prefix)}")
    async with connected(dsn) as connection:
        for role in ROLES:
            taken = role.replace("cohoi_", prefix)
            await connection.execute(f"SET SESSION AUTHORIZATION {user}")
            await connection.execute(f"SET ROLE {taken}")
            assert await connection.fetchval("SELECT current_user") == taken
            await connection.execute("RESET SESSION AUTHORIZATION")
        owner = f"{prefix}owner"
        await connection.execute(f"SET ROLE {owner}")
        await connection.execute("CREATE SCHEMA made_by_owner")
        await connection.execute("RESET ROLE")
        await connection.execute(f"ALTER DATABASE {database} OWNER TO CURRENT_USER")
    await drop_roles([dsn], prefix)
    async with connected(dsn) as connection:
        await connection.execute(f"DROP ROLE {user}")
