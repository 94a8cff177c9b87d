"""Read tables under the hands of tests: statements name `read.<table>` and mean the current one.

`ReadConnection` (asyncpg) and `ReadRows` (psycopg) are connections that put the names in place;
`current_schema` is for catalogs.
"""

from typing import Any, Self

import asyncpg
import psycopg
from psycopg import sql

from service_runtime.read_schema import placed, schema_of

_CURRENT = "select number from projection.current"


async def connect_to_reads(dsn: str) -> "ReadConnection":
    """Open a connection on which `read.<table>` is the current generation's table."""
    connection = await asyncpg.connect(dsn, connection_class=ReadConnection)
    assert isinstance(connection, ReadConnection)
    return connection


async def current_schema(connection: asyncpg.Connection) -> str:
    """Return the name of the current generation's schema."""
    return schema_of(await connection.fetchval(_CURRENT) or 0)


class ReadConnection(asyncpg.Connection):
    """A connection of asyncpg on which `read.<table>` is the current generation's table."""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        """Run a statement."""
        return await super().execute(await self._placed(query), *args, **options)

    async def executemany(self, command: str, args: Any, **options: Any) -> None:
        """Run a statement for each of the arguments."""
        await super().executemany(await self._placed(command), args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> list[asyncpg.Record]:
        """Return the rows of a statement."""
        return await super().fetch(await self._placed(query), *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> asyncpg.Record | None:
        """Return the first row of a statement."""
        return await super().fetchrow(await self._placed(query), *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        """Return the first cell of a statement."""
        return await super().fetchval(await self._placed(query), *args, **options)

    async def _placed(self, query: str) -> str:
        if "read." not in query:
            return query
        return placed(query, await super().fetchval(_CURRENT))


class ReadRowsConnection(psycopg.Connection[Any]):
    """A connection of psycopg on which `read.<table>` is the current generation's table."""

    @classmethod
    def to(cls, dsn: str, **options: Any) -> Self:
        """Connect, with autocommit."""
        return cls.connect(dsn, autocommit=True, connect_timeout=10, **options)

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        """Run a statement."""
        return super().execute(self._placed(query), params, **options)

    def _placed(self, query: Any) -> bytes:
        if isinstance(query, bytes):
            text = query.decode()
        elif isinstance(query, sql.Composable):
            text = query.as_string(self)
        else:
            text = str(query)
        if "read" not in text:
            return text.encode()
        found = super().execute(_CURRENT).fetchone()
        assert found is not None
        number = found[0]
        return placed(text.replace('"read".', f'"{schema_of(number)}".'), number).encode()
