"""The read models as they are now: statements name `read.<table>` and ask the current one.

Read models stand in generations, each a schema of its own (`read_7`). A rebuild makes the next
one beside the current one, and a row of `projection.current` says which of them counts. A process
remembers the number, and every answer says which number was current in its own snapshot: one that
was asked of another generation is thrown away and asked again, so a flip fails no read and no
position ever goes back.

Whoever asks says for which organization, and the connection stands behind that one's fence: row
level security shows no row of any other, whatever the statement forgets.
"""

import re
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg

from service_runtime.fence import stand_behind
from service_runtime.sql import load_sql_folder

if TYPE_CHECKING:
    from asyncpg.cursor import CursorFactory
    from asyncpg.pool import PoolConnectionProxy

_READ: Final = re.compile(r"(?<![\w.])read\.(?=[a-z_])")
_SQL: Final = "service_runtime.generation_queries"
_ACQUIRE_TIMEOUT_S: Final = 5.0
_ROUNDS: Final = 6
_NO_ROW: Final = "a statement of one row answered none"
_ANSWERS_REMEMBERED: Final = 1_024

# What a statement meets where its generation was dropped, or has not the tables of this program.
GENERATION_GONE: Final = (
    asyncpg.UndefinedTableError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedFunctionError,
)


class ReadModelsMissing(Exception):  # noqa: N818 - says what is so: they are being built
    """No generation of the read models is current, or they change faster than one can ask."""


def schema_of(number: int) -> str:
    """Return the name of a generation's schema."""
    return f"read_{number}"


@lru_cache(maxsize=_ANSWERS_REMEMBERED)
def placed(text: str, number: int) -> str:
    """Return a text in which `read.<table>` is the table of one generation."""
    return _READ.sub(f"{schema_of(number)}.", text)


@lru_cache(maxsize=_ANSWERS_REMEMBERED)
def _beside_the_number(text: str) -> str:
    """Return a statement that answers its rows beside the number of the generation."""
    whole = load_sql_folder(_SQL)["beside_the_number"]
    return whole.replace("{statement}", text.strip().rstrip(";"))


class ReadSnapshot:
    """One moment of the read models: whatever is asked, it is of the same generation."""

    def __init__(self, connection: "PoolConnectionProxy", number: int) -> None:
        self._connection = connection
        self._number = number

    async def fetch(self, text: str, *values: object) -> list[asyncpg.Record]:
        """Return the rows of a statement."""
        return await self._connection.fetch(placed(text, self._number), *values)

    async def ask(self, text: str, *values: object) -> asyncpg.Record:
        """Return the row of a statement of one row."""
        row = await self._connection.fetchrow(placed(text, self._number), *values)
        if row is None:
            raise LookupError(_NO_ROW)
        return row

    def cursor(self, text: str, *values: object, prefetch: int) -> "CursorFactory":
        """Return the rows of a statement, fetched some at a time."""
        return self._connection.cursor(placed(text, self._number), *values, prefetch=prefetch)


class ReadSchema:
    """The read models over one pool."""

    def __init__(
        self, pool: asyncpg.Pool, *, acquire_timeout_s: float = _ACQUIRE_TIMEOUT_S
    ) -> None:
        self._pool = pool
        self._acquire_timeout_s = acquire_timeout_s
        self._number: int | None = None
        self._sql = load_sql_folder(_SQL)

    async def ask(self, org: UUID, text: str, *values: object) -> asyncpg.Record:
        """Put one statement that answers one row, with the current number as `generation`."""
        rows = await self._asked(org, text, values)
        return rows[0]

    async def positions(
        self, orgs: Collection[UUID], *, timeout_s: float | None = None
    ) -> dict[UUID, int]:
        """Return how far organizations are applied, as far as any of them is there."""
        whole = _beside_the_number(self._sql["applied_positions"])
        rows = await self._asked(None, whole, [list(orgs)], timeout_s)
        return {row["org"]: row["position"] for row in rows if row["answered"]}

    async def fetch(self, org: UUID, text: str, *values: object) -> list[asyncpg.Record]:
        """Put one statement whatever its columns are; return its rows in its order."""
        rows = await self._asked(org, _beside_the_number(text), values)
        return [row for row in rows if row["answered"]]

    async def fetchrow(self, org: UUID, text: str, *values: object) -> asyncpg.Record | None:
        """Put one statement; return its first row."""
        rows = await self.fetch(org, text, *values)
        return rows[0] if rows else None

    async def fetchval(self, org: UUID, text: str, *values: object) -> Any:  # noqa: ANN401 - a cell
        """Put one statement of one column; return its first cell."""
        row = await self.fetchrow(org, text, *values)
        return None if row is None else row[2]

    @asynccontextmanager
    async def snapshot(self, org: UUID) -> AsyncGenerator[ReadSnapshot]:
        """Open a transaction in which everything is read of one moment and one organization.

        The generation cannot be dropped before it ends: the first statement locks a table of it.
        """
        async with self._pool.acquire(timeout=self._acquire_timeout_s) as connection:
            await stand_behind(connection, org)
            for _ in range(_ROUNDS):
                transaction = connection.transaction(isolation="repeatable_read", readonly=True)
                await transaction.start()
                try:
                    number = await self._held(connection)
                    if number is not None:
                        yield ReadSnapshot(connection, number)
                        return
                finally:
                    await transaction.rollback()  # nothing was written
        raise ReadModelsMissing

    async def _held(self, connection: "PoolConnectionProxy") -> int | None:
        """Take hold of the current generation; None where it was another one."""
        number = self._number
        if number is None:
            self._number = await connection.fetchval(self._sql["current"])
            return None
        try:
            current = await connection.fetchval(placed(self._sql["hold"], number))
        except GENERATION_GONE:
            self._number = None
            return None
        self._number = current
        return number if current == number else None

    async def _asked(
        self,
        org: UUID | None,
        text: str,
        values: Sequence[object],
        timeout_s: float | None = None,
    ) -> list[asyncpg.Record]:
        async with self._pool.acquire(timeout=self._acquire_timeout_s) as connection:
            if org is not None:
                await stand_behind(connection, org)
            for _ in range(_ROUNDS):
                number = self._number
                if number is None:
                    number = await self._look(connection)
                try:
                    rows = await self._fetch(connection, placed(text, number), values, timeout_s)
                except GENERATION_GONE:
                    if await self._look(connection) == number:
                        raise
                    continue
                if not rows:
                    raise LookupError(_NO_ROW)
                current = rows[0]["generation"]
                self._number = current
                if current == number:
                    return rows
        raise ReadModelsMissing

    async def _fetch(
        self,
        connection: "PoolConnectionProxy",
        text: str,
        values: Sequence[object],
        timeout_s: float | None,
    ) -> list[asyncpg.Record]:
        """Put a statement, and once more where a hot standby cancelled it.

        It does so where replaying what the primary wrote conflicts with the rows or tables that
        are being read; by then it has been replayed.
        """
        try:
            return await connection.fetch(text, *values, timeout=timeout_s)
        except asyncpg.SerializationError:
            if connection.is_closed():
                raise
            return await connection.fetch(text, *values, timeout=timeout_s)

    async def _look(self, connection: "PoolConnectionProxy") -> int:
        number = await connection.fetchval(self._sql["current"])
        if number is None:
            raise ReadModelsMissing
        self._number = number
        return number
