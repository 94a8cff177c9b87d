"""Rebuilds under the hands of tests: held before their flip, and looked at from outside."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg

from projector.bootstrap import Building, watch_building
from service_runtime.addresses import Addresses
from support.projections import until

STATES = "select number, state from projection.generations order by number"


def unseen(_done: int, _all: int) -> None:
    """Leave progress unread."""


@asynccontextmanager
async def held_lanes(database: str) -> AsyncGenerator[None]:
    """Hold the lanes of the current generation: neither projector nor flip get them meanwhile."""
    async with _holding(database, "select from projection.checkpoints for update"):
        yield


@asynccontextmanager
async def held_facts(database: str) -> AsyncGenerator[None]:
    """Let nobody read a fact."""
    async with _holding(database, "lock table log.facts in access exclusive mode"):
        yield


@asynccontextmanager
async def _holding(database: str, statement: str) -> AsyncGenerator[None]:
    connection = await asyncpg.connect(database)
    try:
        async with connection.transaction():
            await connection.execute(statement)
            yield
    finally:
        await connection.close()


async def building(database: str) -> Building | None:
    """Return how far a rebuild is that runs anywhere."""
    watched = watch_building(Addresses.one(database))
    try:
        return await anext(watched)
    finally:
        await watched.aclose()


async def until_phase(database: str, phase: str) -> Building:
    """Wait until a rebuild is in a phase; return how it stands then."""
    seen: list[Building] = []

    async def is_there() -> bool:
        found = await building(database)
        if found is not None:
            seen.append(found)
        return found is not None and found.phase == phase

    await until(is_there, f"a rebuild is {phase}")
    return seen[-1]


async def generations(connection: asyncpg.Connection) -> dict[int, str]:
    """Return every generation that there is, and what it is."""
    return {row["number"]: row["state"] for row in await connection.fetch(STATES)}


async def read_schemas(connection: asyncpg.Connection) -> set[str]:
    """Return the schemas of read models that there are."""
    rows = await connection.fetch("select nspname from pg_namespace where nspname like 'read%'")
    return {row["nspname"] for row in rows}
