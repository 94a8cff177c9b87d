"""Where a generation is filled, page by page, with the indexes put aside."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from opportunity_events.logged_fact import LoggedFact
from projector.adapters.connection import Connection
from projector.adapters.generation_tables import GenerationTables
from projector.adapters.generations import Generations
from projector.adapters.log_snapshot import LogSnapshot
from projector.adapters.owner import owner_at
from projector.domain.personal import Keyring
from projector.domain.tables import Row, Table
from service_runtime.addresses import Addresses
from service_runtime.read_schema import schema_of
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_SQL: Final = "projector.adapters.sql"
_CHUNK_FACTS: Final = 5_000
_NOTE_INTERVAL_S: Final = 0.3
_INDEX_WITHIN_S: Final = 6 * 3_600.0
_APPLICATION: Final = "cohoi rebuild fills"


@asynccontextmanager
async def open_workshop(
    addresses: Addresses, master: MasterKey, generations: Generations, number: int
) -> AsyncGenerator["ReadWorkshop"]:
    """Connect to both databases, to fill an empty generation.

    There is no transaction around it: nobody reads what is being built, and one that lasted so
    long would keep the whole database from clearing up behind itself.
    """
    async with (
        owner_at(addresses.log, _APPLICATION) as log,
        owner_at(addresses.read, _APPLICATION, statement_timeout_s=_INDEX_WITHIN_S) as models,
    ):
        yield ReadWorkshop(LogSnapshot(log, master), models, generations, number)


class ReadWorkshop:
    """Fills a generation that nobody reads yet."""

    def __init__(
        self, log: LogSnapshot, connection: Connection, generations: Generations, number: int
    ) -> None:
        self._log = log
        self._connection = connection
        self._generations = generations
        self._number = number
        self._tables = GenerationTables(connection, number)
        self._indexes: list[str] = []
        self._noted_at = 0.0

    async def begin(self) -> Mapping[int, int]:
        """Put the indexes aside; return the lanes' heads, up to which to fill."""
        await self._connection.execute(load_sql(_SQL, "settle_workshop"))
        listed = load_sql(_SQL, "list_indexes")
        for row in await self._connection.fetch(listed, schema_of(self._number)):
            await self._connection.execute(row["removal"])
            self._indexes.append(row["definition"])
        return {lane: head for lane, (head, _) in (await self._log.lanes()).items()}

    async def erased_keys(self) -> Collection[UUID]:
        """Return the keys that facts say are deleted."""
        return (await self._log.erased_keys()).keys()

    def facts(self, lane: int, head: int) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts up to its head, in order."""
        return self._log.facts_upto(lane, head, _CHUNK_FACTS)

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that exist."""
        return await self._log.load(keys)

    async def fill(self, table: Table, rows: Sequence[Row]) -> None:
        """Put rows into a table."""
        await self._tables.copy(table.name, table.columns, rows)

    async def note(self, phase: str, done: int, total: int) -> None:
        """Leave word of how far it is, for whoever watches; not more often than one can look."""
        if time.monotonic() - self._noted_at >= _NOTE_INTERVAL_S or done == total:
            await self._generations.note(self._number, phase, done, total)
            self._noted_at = time.monotonic()

    async def finish(self, heads: Mapping[int, int]) -> None:
        """Put the indexes back, and note how far each lane is applied."""
        for definition in self._indexes:
            await self._connection.execute(definition)
        epochs = await self._log.epochs()
        await self._connection.execute(
            load_sql(_SQL, "add_checkpoints"),
            self._number,
            [*heads],
            [*heads.values()],
            [epochs[lane] for lane in heads],
        )
