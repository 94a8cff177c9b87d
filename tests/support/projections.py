"""A projector over a test's database: running, or batch by batch by hand."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from projector.adapters.keyrings import Vault
from projector.adapters.log_table import LogTable
from projector.adapters.read_models import ReadModelTables
from projector.application.health import Health
from projector.application.ports import Keyrings, ReadModels
from projector.application.projection import LaneProjector, Pace
from projector.bootstrap import ROLE, Projector, open_projector, open_read_pool
from projector.domain.logged_fact import LoggedFact
from projector.settings import Settings
from service_runtime.pools import open_pool
from service_runtime.vault import MasterKey

_PAUSE_S = 0.02


def projector_settings(database: str, master_key_file: Path) -> Settings:
    """Return settings as the environment would give them."""
    return Settings(log_dsn=database, read_dsn=database, master_key_file=master_key_file)


@asynccontextmanager
async def running_projector(
    settings: Settings, pace: Pace | None = None
) -> AsyncGenerator[Projector]:
    """Run a projector of all lanes beside a test; it stops with it."""
    async with open_projector(settings, pace) as projector:
        stop = asyncio.Event()
        task = asyncio.create_task(projector.run(stop))
        try:
            yield projector
        finally:
            stop.set()
            await task


async def project_all(database: str, settings: Settings, pace: Pace | None = None) -> None:
    """Run a projector until every lane is applied up to its head."""
    async with running_projector(settings, pace):
        await until_applied(database)


async def until_applied(database: str, *, within_s: float = 60) -> None:
    """Wait until every lane is applied up to its head."""
    deadline = time.monotonic() + within_s
    connection = await asyncpg.connect(database)
    try:
        while await connection.fetchval(
            "select exists (select from log.lanes l left join read.checkpoints c using (lane) "
            "where l.head > coalesce(c.lane_position, 0))"
        ):
            if time.monotonic() > deadline:
                pytest.fail(f"the projector did not catch up within {within_s:.0f} s")
            await asyncio.sleep(_PAUSE_S)
    finally:
        await connection.close()


class Hand:
    """The parts of a projector, for tests that turn the crank themselves."""

    def __init__(self, source: LogTable, keyrings: Keyrings, models: ReadModels) -> None:
        self.source = source
        self.keyrings = keyrings
        self.models = models
        self.health = Health()

    def lane_projector(self, owner: str, *, models: ReadModels | None = None) -> LaneProjector:
        """Return a projector of lane 0 by this owner."""
        return LaneProjector(
            0,
            owner,
            source=self.source,
            keyrings=self.keyrings,
            models=models or self.models,
            health=self.health,
        )

    async def read(self, after: int, limit: int) -> Sequence[LoggedFact]:
        """Read facts of lane 0."""
        return await self.source.read(0, after, limit)


@asynccontextmanager
async def open_hand(database: str, master_key: MasterKey) -> AsyncGenerator[Hand]:
    """Open the parts of a projector."""
    pool = await open_pool(database, role=ROLE, application="tests", min_size=1, max_size=4)
    async with pool, await open_read_pool(database) as read_pool:
        source = LogTable(pool, database, ROLE)
        try:
            yield Hand(source, Vault(pool, master_key), ReadModelTables(read_pool))
        finally:
            await source.close()
