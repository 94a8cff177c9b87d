"""Where read models are made anew: one transaction of the owner, with the indexes put aside."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg

from projector.adapters.connection import Connection
from projector.adapters.keyrings import Vault
from projector.adapters.snapshot import LogSnapshot, connect_as_owner
from projector.application.rebuilding import ReadersBusyError
from projector.domain.logged_fact import LoggedFact
from projector.domain.personal import Keyring
from projector.domain.tables import Row, Table
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_SQL: Final = "projector.adapters.sql"
_CHUNK_FACTS: Final = 5_000
_CLOSE_TIMEOUT_S: Final = 10


@asynccontextmanager
async def open_workshop(dsn: str, master: MasterKey) -> AsyncGenerator["ReadWorkshop"]:
    """Open the transaction; it commits if all goes well, else nothing has changed."""
    connection = await connect_as_owner(dsn, "cohoi rebuild")
    try:
        async with connection.transaction():
            await Vault(connection, master).prove_master_key()
            yield ReadWorkshop(connection, master)
    finally:
        await connection.close(timeout=_CLOSE_TIMEOUT_S)


class ReadWorkshop:
    """Empties the read models and fills them again, under the rows that the projector needs."""

    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self._connection = connection
        self._log = LogSnapshot(connection, master)
        self._vault = Vault(connection, master)
        self._indexes: list[str] = []

    async def begin(self) -> Mapping[int, int]:
        """Take every lane, empty the tables; return the lanes' heads.

        The checkpoints' rows stay locked to the end, so that a projector beside us waits, and
        then finds that the epoch is another one.
        """
        await self._connection.execute(load_sql(_SQL, "settle_workshop"))
        try:
            await self._connection.execute(load_sql(_SQL, "take_all_lanes"))
            await self._connection.execute(load_sql(_SQL, "empty_read_models"))
        except asyncpg.LockNotAvailableError as error:
            raise ReadersBusyError(
                "The read tables could not be emptied within a minute: something reads them "
                "for that long. Nothing is changed; end it (a large report?) and try again."
            ) from error
        for row in await self._connection.fetch(load_sql(_SQL, "list_indexes")):
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
        await self._connection.copy_records_to_table(
            table.name, schema_name="read", columns=[*table.columns], records=rows
        )

    async def finish(self, heads: Mapping[int, int]) -> None:
        """Put the indexes back, note how far each lane is applied, and let it go."""
        for definition in self._indexes:
            await self._connection.execute(definition)
        await self._connection.execute(
            load_sql(_SQL, "return_lanes"), [*heads.keys()], [*heads.values()]
        )
