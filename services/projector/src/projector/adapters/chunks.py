"""The rows of a long answer, some at a time."""

from collections.abc import AsyncIterator
from typing import Any, Final

from projector.adapters.connection import Connection

_ROWS: Final = 2_000


async def chunks_of(
    connection: Connection, statement: str, *arguments: object
) -> AsyncIterator[list[Any]]:
    """Yield the rows of a statement within a transaction, by a cursor."""
    cursor = await connection.cursor(statement, *arguments)
    while rows := await cursor.fetch(_ROWS):
        yield rows
