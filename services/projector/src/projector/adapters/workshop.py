"""Where read models are made anew: one transaction of the owner, with the indexes put aside."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg

from projector.adapters.connection import Connection
from projector.adapters.definition import Definition
from projector.adapters.generation_tables import GenerationTables
from projector.adapters.keyrings import Vault
from projector.adapters.snapshot import LogSnapshot, connect_as_owner
from projector.application.rebuilding import ReadersBusyError, RebuildRunningError
from projector.domain.logged_fact import LoggedFact
from projector.domain.personal import Keyring
from projector.domain.tables import Row, Table
from service_runtime.migrations import OWNER_ROLE
from service_runtime.read_schema import schema_of
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_SQL: Final = "projector.adapters.sql"
_CHUNK_FACTS: Final = 5_000
_CLOSE_TIMEOUT_S: Final = 10
_LOCK_KEY: Final = 0x636F686F69 + 1  # beside the one of migrations
_LOCK_PAUSE_S: Final = 0.2


@asynccontextmanager
async def open_workshop(
    dsn: str, master: MasterKey, definition: Definition
) -> AsyncGenerator["ReadWorkshop"]:
    """Open the transaction; it commits if all goes well, else nothing has changed."""
    async with _building(dsn, wait_s=0) as connection, connection.transaction():
        await Vault(connection, master).prove_master_key()
        yield ReadWorkshop(connection, master, await _new_generation(connection, definition))


async def has_current(dsn: str, definition: Definition, *, wait_s: float = 120) -> bool:
    """Say whether the current generation is of a definition; on an empty log make it so.

    Several may ask at once: one works, the others wait and find it done.
    """
    async with _building(dsn, wait_s=wait_s) as connection, connection.transaction():
        found = await connection.fetchval(load_sql(_SQL, "current_definition"))
        if found == definition.fingerprint:
            return True
        if await connection.fetchval(load_sql(_SQL, "has_facts")):
            return False
        number = await _new_generation(connection, definition)
        await _make_current(connection, number, 0)
        return True


@asynccontextmanager
async def _building(dsn: str, *, wait_s: float) -> AsyncGenerator[asyncpg.Connection]:
    """Open a connection of the owner that may make generations, as the only one."""
    connection = await connect_as_owner(dsn, "cohoi rebuild")
    deadline = time.monotonic() + wait_s
    try:
        while not await connection.fetchval(load_sql(_SQL, "try_rebuild_lock"), _LOCK_KEY):
            if time.monotonic() >= deadline:
                raise RebuildRunningError(
                    "Another rebuild of this database is running. Wait until it has ended."
                )
            await asyncio.sleep(_LOCK_PAUSE_S)
        yield connection
    finally:
        await connection.close(timeout=_CLOSE_TIMEOUT_S)


async def _new_generation(connection: Connection, definition: Definition) -> int:
    added = load_sql(_SQL, "add_generation")
    number: int = await connection.fetchval(added, definition.fingerprint) or 0
    # as whoever connected: the owner's right to make schemas does not come along with a copy
    await connection.execute("set local role none")
    await connection.execute(f"create schema {schema_of(number)} authorization {OWNER_ROLE}")
    await connection.execute(f"set local role {OWNER_ROLE}")
    await connection.execute(definition.of(number))
    return number


async def _make_current(connection: Connection, number: int, facts: int) -> None:
    """Flip to a generation, and drop the others."""
    await connection.execute(load_sql(_SQL, "finish_generation"), number, facts)
    await connection.execute(load_sql(_SQL, "flip"), number)
    for row in await connection.fetch(load_sql(_SQL, "list_other_generations"), number):
        await connection.execute(f"drop schema {schema_of(row['number'])} cascade")
        await connection.execute(load_sql(_SQL, "forget_generation"), row["number"])


class ReadWorkshop:
    """Fills a new generation of the read models, under the rows that the projector needs."""

    def __init__(self, connection: Connection, master: MasterKey, number: int) -> None:
        self._connection = connection
        self._number = number
        self._log = LogSnapshot(connection, master, number)
        self._tables = GenerationTables(connection, number)
        self._vault = Vault(connection, master)
        self._indexes: list[str] = []

    async def begin(self) -> Mapping[int, int]:
        """Take every lane; return the lanes' heads.

        The checkpoints' rows stay locked to the end, so that a projector beside us waits, and
        then finds that the epoch is another one.
        """
        await self._connection.execute(load_sql(_SQL, "settle_workshop"))
        try:
            await self._connection.execute(load_sql(_SQL, "take_all_lanes"))
        except asyncpg.LockNotAvailableError as error:
            raise ReadersBusyError(
                "The lanes could not be taken within a minute: a projector holds them "
                "for that long. Nothing is changed; try again."
            ) from error
        listed = load_sql(_SQL, "list_indexes")
        for row in await self._connection.fetch(listed, schema_of(self._number)):
            await self._connection.execute(row["removal"])
            self._indexes.append(row["definition"])
        return {lane: head for lane, (head, _) in (await self._log.lanes()).items()}

    async def erased_keys(self) -> Collection[UUID]:
        """Return the keys that facts say are deleted."""
        return (await self._log.erased_keys()).keys()

    async def facts(self, lane: int, head: int) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts up to its head, in order."""
        statement = load_sql(_SQL, "read_facts_upto")
        cursor = await self._connection.cursor(statement, lane, head)
        while rows := await cursor.fetch(_CHUNK_FACTS):
            yield [LoggedFact(*row) for row in rows]

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that exist."""
        return await self._vault.load(keys)

    async def fill(self, table: Table, rows: Sequence[Row]) -> None:
        """Put rows into a table."""
        await self._tables.copy(table.name, table.columns, rows)

    async def finish(self, heads: Mapping[int, int]) -> None:
        """Put the indexes back, note how far each lane is applied, and make it the current one."""
        for definition in self._indexes:
            await self._connection.execute(definition)
        await self._connection.execute(
            load_sql(_SQL, "add_checkpoints"), self._number, [*heads.keys()], [*heads.values()]
        )
        try:
            await _make_current(self._connection, self._number, sum(heads.values()))
        except asyncpg.LockNotAvailableError as error:
            raise ReadersBusyError(
                "The old read tables could not be dropped within a minute: something reads them "
                "for that long. Nothing is changed; end it (a large report?) and try again."
            ) from error
