"""The read models as the owner reads them on one connection."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from projector.adapters.chunks import chunks_of
from projector.adapters.connection import Connection
from projector.adapters.definition import present_definition
from projector.domain.tables import Row, Table
from service_runtime.read_schema import ReadModelsMissing, placed
from service_runtime.sql import load_sql

_SQL: Final = "projector.adapters.sql"
_UNDER_KEYS: Final = (
    " join unnest($1::uuid[], $2::uuid[], $3::integer[]) as n (org, id, version)"
    " on t.org = n.org and t.id = n.id and t.version = n.version"
)


async def hold_current(connection: Connection) -> int:
    """Return the current generation, which is not dropped before the transaction ends."""
    row = await connection.fetchrow(load_sql(_SQL, "describe_current"))
    if row is None or row["fingerprint"] != present_definition().fingerprint:
        raise ReadModelsMissing(
            "The read models are not those of this program. Run `cohoi migrate` first."
        )
    await connection.execute(placed(load_sql(_SQL, "hold_generation"), row["number"]))
    return row["number"]


class ModelSnapshot:
    """Reads the tables of one generation within one transaction."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._connection = connection
        self._number = number

    async def checkpoints(self) -> Mapping[int, int]:
        """Return how far each lane is applied."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_checkpoints"))
        return {row["lane"]: row["lane_position"] for row in rows}

    def rows(self, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the rows of a table."""
        return self._chunks(_select(table, table.columns))

    async def versions(self, table: Table, keys: Sequence[Row]) -> Sequence[Sequence[Any]]:
        """Return the rows of a history table under some keys."""
        statement = placed(_select(table, table.columns) + _UNDER_KEYS, self._number)
        return await self._connection.fetch(statement, *map(list, zip(*keys, strict=True)))

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        statement = f"select count(*) from read.{table.name}"  # noqa: S608 - a table of ours
        return await self._connection.fetchval(placed(statement, self._number)) or 0

    def keys(self, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the keys of a table."""
        return self._chunks(_select(table, table.columns[: table.key_width]))

    def _chunks(self, statement: str) -> AsyncIterator[list[Any]]:
        return chunks_of(self._connection, placed(statement, self._number))


def _select(table: Table, columns: Sequence[str]) -> str:
    names = ", ".join(f't."{column}"' for column in columns)
    return f"select {names} from read.{table.name} t"  # noqa: S608 - names of domain/tables.py
