"""What the door asks of the read models and of the log's head."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from report_worker.application.desk import Snapshot
from report_worker.domain.filters import OpportunityFilter
from service_runtime.read_schema import ReadSchema
from service_runtime.sql import load_sql_folder

_SNAPSHOTS: Final = "report_worker.adapters.snapshot_queries"
_HEADS: Final = "report_worker.adapters.head_queries"
_TIMEOUT_S: Final = 5.0


class PostgresReadSide:
    """Schema `read` over one pool, the head function of schema `log` over another."""

    def __init__(self, reads: asyncpg.Pool, log: asyncpg.Pool) -> None:
        self._reads = ReadSchema(reads, acquire_timeout_s=_TIMEOUT_S)
        self._log = log
        self._sql = load_sql_folder(_SNAPSHOTS)
        self._heads = load_sql_folder(_HEADS)

    async def snapshot(self, org: UUID) -> Snapshot | None:
        """Return where an organization stands; None before anything of it is applied."""
        row = await self._reads.fetchrow(org, self._sql["snapshot"], org)
        if row is None:
            return None
        return Snapshot(
            position=row["position"],
            clock=row["recorded_at"],
            time_zone=row["time_zone"],
            language=row["language"],
            erasures=row["erasures"],
        )

    async def position(self, org: UUID) -> int:
        """Return the position up to which it is applied."""
        return await self._value(self._sql["position"], org)

    async def past(
        self, org: UUID, position: int, instant: datetime | None
    ) -> tuple[datetime, str]:
        """Return what time it was at a moment, and in which zone.

        It is the instant, or else when the position was recorded; before the first one it is as
        late as at the first.
        """
        zone = await self._reads.fetchval(org, self._sql["zone_then"], org, position, instant)
        if instant is not None:
            return instant, zone
        async with self._log.acquire(timeout=_TIMEOUT_S) as connection:
            clock = await connection.fetchval(self._heads["recorded_at"], org, max(position, 1))
        return clock, zone

    async def head(self, org: UUID) -> int:
        """Return the newest position in the log."""
        async with self._log.acquire(timeout=_TIMEOUT_S) as connection:
            return await connection.fetchval(self._heads["head"], org) or 0

    async def erasures(self, org: UUID) -> int:
        """Return how many persons' keys were deleted in the log."""
        async with self._log.acquire(timeout=_TIMEOUT_S) as connection:
            return await connection.fetchval(self._heads["erasures"], org) or 0

    async def expected_rows(
        self, org: UUID, boards: Sequence[UUID] | None, owners: Sequence[UUID] | None
    ) -> int:
        """Return how many rows a report of these boards and owners may have, roughly."""
        if owners is None:
            return await self._value(self._sql["expected_rows"], org, _listed(boards))
        values = (org, _listed(boards), _listed(owners))
        return await self._value(self._sql["expected_rows_of_owners"], *values)

    async def unknown_ids(self, org: UUID, criteria: OpportunityFilter) -> tuple[str, ...]:
        """Return the filters that name something which the organization does not have."""
        named = (
            criteria.boards,
            criteria.statuses,
            criteria.owners,
            criteria.teams,
            criteria.customers,
        )
        if not any(named):
            return ()
        rows = await self._reads.fetch(org, self._sql["unknown_ids"], org, *map(_listed, named))
        return tuple(row["key"] for row in rows)

    async def _value(self, statement: str, org: UUID, *values: object) -> int:
        return await self._reads.fetchval(org, statement, org, *values)


def _listed(found: Sequence[UUID] | None) -> list[UUID] | None:
    return None if found is None else list(found)
