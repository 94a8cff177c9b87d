"""Who is there: customers by the read models, users by the log."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import asyncpg

from command_api.adapters.projected_lanes import ProjectedLanes
from command_api.adapters.registry import Registry
from command_api.adapters.sealed_pieces import JOB_SQL
from command_api.application.imports.ports import KnownCustomer, KnownUser
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_PREFETCH: Final = 1_000


class PresentNames(ProjectedLanes):
    """Names over two pools: the log's and the read models'."""

    def __init__(
        self, log_pool: asyncpg.Pool, read_pool: asyncpg.Pool, master_key: MasterKey
    ) -> None:
        super().__init__(log_pool, read_pool)
        self._registry = Registry(log_pool, master_key)

    async def customers(self, org: UUID) -> AsyncIterator[KnownCustomer]:
        """Yield the present customers of an organization."""
        async with self._reads.snapshot(org) as snapshot:
            cursor = snapshot.cursor(load_sql(JOB_SQL, "customers"), org, prefetch=_PREFETCH)
            async for row in cursor:
                yield KnownCustomer(row["id"], row["name"])

    async def users(self, org: UUID) -> AsyncIterator[KnownUser]:
        """Yield the users of an organization, the longest there first."""
        for user in await self._registry.users(org):
            yield KnownUser(
                user.user_id,
                user.name or "",
                user.email,
                active=user.active,
                admin=user.role == "admin",
            )
