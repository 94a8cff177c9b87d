"""How far the read models are behind the log."""

from uuid import UUID

import asyncpg

from command_api.adapters.sealed_pieces import JOB_SQL
from service_runtime.read_schema import ReadSchema
from service_runtime.sql import load_sql


class ProjectedLanes:
    """Looks over two pools: the log's and the read models'."""

    def __init__(self, log_pool: asyncpg.Pool, read_pool: asyncpg.Pool) -> None:
        self._log_pool = log_pool
        self._models_pool = read_pool
        self._reads = ReadSchema(read_pool)

    async def applied(self, org: UUID) -> int:
        """Return the position up to which the read models know the organization."""
        return await self._reads.fetchval(org, load_sql(JOB_SQL, "applied"), org) or 0

    async def lag(self, lane: int) -> tuple[int, int]:
        """Return (how many facts of a lane the read models lack, how far they are)."""
        head = await self._log_pool.fetchval(load_sql(JOB_SQL, "lane_head"), lane) or 0
        at = await self._models_pool.fetchval(load_sql(JOB_SQL, "checkpoint"), lane) or 0
        return head - at, at
