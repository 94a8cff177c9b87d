"""A connection whose statements name `read.<table>` and mean the tables of one generation."""

from collections.abc import Iterable, Sequence
from typing import Any

from projector.adapters.connection import Connection
from service_runtime.read_schema import placed, schema_of


class GenerationTables:
    """The read tables of one generation."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._connection = connection
        self._number = number

    async def fetch(self, text: str, *values: object) -> Sequence[Sequence[Any]]:
        """Return the rows of a statement."""
        return await self._connection.fetch(placed(text, self._number), *values)

    async def execute(self, text: str, *values: object) -> str:
        """Run a statement; return what it says of itself, such as `UPDATE 3`."""
        return await self._connection.execute(placed(text, self._number), *values)

    async def copy(self, table: str, columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> None:
        """Put rows into a table."""
        await self._connection.copy_records_to_table(
            table, schema_name=schema_of(self._number), columns=[*columns], records=rows
        )
