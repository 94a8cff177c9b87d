"""The tables of the log as their owner reads them, past the functions of the services."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opportunity_events.codec import CODEC, MalformedFactError, UnknownFactError
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.v1 import ContactErased, CustomerErased, UserErased
from opportunity_events.wire_types import WIRE_NAMES
from projector.adapters.chunks import chunks_of
from projector.adapters.connection import Connection
from projector.domain.personal import erased_key
from service_runtime.sql import load_sql

_SQL: Final = "projector.adapters.sql"
_ERASING: Final = [WIRE_NAMES[cls] for cls in (UserErased, CustomerErased, ContactErased)]


class LogTables:
    """Reads them on one connection; within a transaction all is of one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lanes(self) -> Mapping[int, tuple[int, datetime]]:
        """Return each lane's head, and when it was last written."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_lane_heads"))
        return {row["lane"]: (row["head"], row["recorded_at"]) for row in rows}

    async def epochs(self) -> Mapping[int, int]:
        """Return in which epoch each lane is."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_lane_heads"))
        return {row["lane"]: row["epoch"] for row in rows}

    async def organizations(self) -> Mapping[UUID, tuple[int, int]]:
        """Return each organization's lane and head."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_organization_heads"))
        return {row["org"]: (row["lane"], row["head"]) for row in rows}

    async def is_empty(self) -> bool:
        """Say whether there is no fact at all."""
        return not await self._connection.fetchval(load_sql(_SQL, "has_facts"))

    async def count_facts(self) -> int:
        """Return how many facts there are."""
        return await self._connection.fetchval(load_sql(_SQL, "count_facts")) or 0

    async def erased_keys(self) -> Mapping[UUID, tuple[int, int]]:
        """Return the keys that facts say are deleted, with lane and lane position of the fact."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_erasing_facts"), _ERASING)
        keys: dict[UUID, tuple[int, int]] = {}
        for row in rows:
            try:
                key = erased_key(CODEC.decode(row["bytes"]).data)
            except (UnknownFactError, MalformedFactError):
                continue  # a damaged fact: named when its turn comes
            if key is not None:
                keys[key] = (row["lane"], row["lane_position"])
        return keys

    async def erases_between(self, spans: Mapping[int, tuple[int, int]]) -> bool:
        """Say whether somebody was erased after one and up to another position of some lanes."""
        after = [begin for begin, _ in spans.values()]
        upto = [end for _, end in spans.values()]
        statement = load_sql(_SQL, "erases_between")
        found = await self._connection.fetchval(statement, [*spans], after, upto, _ERASING)
        return bool(found)

    async def facts(self, lane: int) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts in order."""
        async for rows in chunks_of(self._connection, load_sql(_SQL, "list_facts"), lane):
            yield [LoggedFact(*row) for row in rows]

    async def facts_upto(
        self, lane: int, head: int, chunk: int
    ) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts up to a position, in order, outside of any transaction."""
        statement = load_sql(_SQL, "read_facts_upto")
        after = 0
        while rows := await self._connection.fetch(statement, lane, after, head, chunk):
            yield [LoggedFact(*row) for row in rows]
            after += len(rows)

    def streams(self) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the rows of decision state."""
        return chunks_of(self._connection, load_sql(_SQL, "list_streams"))
