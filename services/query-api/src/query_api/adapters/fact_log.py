"""The log, through the functions that reads may call."""

from typing import Final
from uuid import UUID

import asyncpg

from query_api.adapters.asking import ACQUIRE_TIMEOUT_S
from query_api.adapters.fragments import load_fragments
from query_api.application.answers import Head, LaneEpoch, StoredFact
from query_api.domain.refusals import ReadModelBehind


class PostgresFactLog:
    """A FactLog on schema `log`, or on a hot standby of its database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._late: bool | None = None
        self._sql: Final = load_fragments("log")

    async def head(self, org: UUID) -> Head | None:
        """Say where an organization stands; None where the log does not know it."""
        return await self._head("organization_head", org)

    async def lane_head(self, lane: int) -> Head | None:
        """Say where a lane stands; None where there is no such lane."""
        return await self._head("lane_head", lane)

    async def lane_epochs(self, lane: int) -> tuple[LaneEpoch, ...]:
        """Return the epochs of a lane, oldest first; none where there is no such lane."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            rows = await connection.fetch(self._sql["lane_epochs"], lane)
        return tuple(LaneEpoch(*row) for row in rows)

    async def organization_facts(self, org: UUID, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Read an organization's facts after a position, oldest first."""
        return await self._facts("organization_facts", org, after, limit)

    async def lane_facts(self, lane: int, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Read a lane's facts after a lane position, oldest first."""
        return await self._facts("lane_facts", lane, after, limit)

    async def opportunity_history(
        self, org: UUID, opportunity_id: UUID, before: int, position: int, limit: int
    ) -> tuple[StoredFact, ...]:
        """Read an opportunity's facts before a version and up to a position, newest first.

        Raises ReadModelBehind where a copy of the log has less than the read models told of.
        """
        await self._demand(org, position)
        return await self._facts("history", org, opportunity_id, before, position, limit)

    async def key_names(self, org: UUID, keys: list[UUID]) -> dict[UUID, str | None]:
        """Return the names of API keys."""
        if not keys:
            return {}
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            rows = await connection.fetch(self._sql["key_names"], org, keys)
        return {row["key_uuid"]: row["name"] for row in rows}

    async def _head(self, name: str, key: UUID | int) -> Head | None:
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            row = await connection.fetchrow(self._sql[name], key)
        if row is None:
            return None
        self._late = row["late"]
        return Head(row["head"], row["epoch"], row["late"])

    async def _demand(self, org: UUID, position: int) -> None:
        if self._late is False:
            return
        head = await self.head(org)
        if head is not None and head.late and position > head.head:
            raise ReadModelBehind

    async def _facts(self, name: str, *values: object) -> tuple[StoredFact, ...]:
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            rows = await connection.fetch(self._sql[name], *values)
        return tuple(fact_of(row) for row in rows)


def fact_of(row: asyncpg.Record) -> StoredFact:
    """Read a row of the log."""
    return StoredFact(
        lane=row["lane"],
        lane_position=row["lane_position"],
        org=row["org"],
        position=row["position"],
        version=row["version"],
        event_id=row["event_id"],
        type=row["type"],
        recorded_at=row["recorded_at"],
        occurred_at=row["occurred_at"],
        canonical=bytes(row["bytes"]),
        prev_hash=bytes(row["prev_hash"]),
        hash=bytes(row["hash"]),
    )
