"""The one place that puts the projector together."""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import asyncpg

from projector.adapters.codecs import set_codecs
from projector.adapters.definition import present_definition
from projector.adapters.keyrings import Vault
from projector.adapters.log_table import LogTable
from projector.adapters.read_models import ReadModelTables
from projector.adapters.snapshot import open_snapshot
from projector.adapters.workshop import has_current, open_workshop
from projector.application.health import Health
from projector.application.projection import LaneProjector, Pace
from projector.application.rebuilding import Rebuilding, Rebuilt
from projector.application.verification import Progress, Verification, Verified
from projector.domain.log_audit import DecisionFold
from projector.settings import Settings
from service_runtime.ids import new_id
from service_runtime.pools import open_pool
from service_runtime.vault import MasterKey

ROLE: Final = "cohoi_projector"
_APPLICATION: Final = "cohoi projector"
_LOG_CONNECTIONS: Final = 4
_READ_CONNECTIONS: Final = 8

# Planned on empty tables, the joins of a batch with what it touches would turn into scans of
# whole tables as those grow. And commits need not wait for the disk: facts do, but read models
# can be folded again, and a batch that a crash loses takes its checkpoint with it.
_READ_SETTINGS: Final = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "synchronous_commit": "off",
}


class Projector:
    """Every lane, each followed by a task of its own."""

    def __init__(self, lanes: list[LaneProjector], health: Health) -> None:
        self._lanes = lanes
        self.health = health

    async def run(self, stop: asyncio.Event) -> None:
        """Follow every lane until `stop` is set."""
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes:
                tasks.create_task(lane.run(stop))


@asynccontextmanager
async def open_projector(
    settings: Settings, pace: Pace | None = None
) -> AsyncGenerator[Projector, None]:
    """Connect, and return a projector that is ready to run."""
    master = MasterKey.from_file(settings.master_key_file)
    log_pool = await open_pool(
        settings.log_dsn,
        role=ROLE,
        application=_APPLICATION,
        min_size=1,
        max_size=_LOG_CONNECTIONS,
    )
    async with log_pool, await open_read_pool(settings.read_dsn) as read_pool:
        source = LogTable(log_pool, settings.log_dsn, ROLE)
        health = Health()
        try:
            owner = f"{socket.gethostname()}/{os.getpid()}/{new_id()}"
            lanes = [
                LaneProjector(
                    lane,
                    owner,
                    source=source,
                    keyrings=Vault(log_pool, master),
                    models=ReadModelTables(read_pool),
                    health=health,
                    pace=pace,
                )
                for lane in await source.lanes()
            ]
            yield Projector(lanes, health)
        finally:
            await source.close()


async def open_read_pool(dsn: str) -> asyncpg.Pool:
    """Open connections that write the read models as the projector's role."""
    return await open_pool(
        dsn,
        role=ROLE,
        application=_APPLICATION,
        min_size=1,
        max_size=_READ_CONNECTIONS,
        settings=_READ_SETTINGS,
        init=set_codecs,
    )


async def verify(
    dsn: str, master_key_file: Path, progress: Progress, decisions: DecisionFold | None = None
) -> Verified:
    """Compare log, decision state and read models of one moment; `dsn` is the owner's.

    `decisions` is how the one who decides commands folds facts into decision state: without
    it, the bytes of the states are not compared.
    """
    master = MasterKey.from_file(master_key_file)
    async with open_snapshot(dsn, master) as snapshot:
        with rare_collections():
            return await Verification(snapshot, progress, decisions).run()


async def settle_generation(dsn: str, master_key_file: Path, progress: Progress) -> Rebuilt | None:
    """See to it that the current generation is of this program's definition.

    `dsn` is the owner's. On an empty log this is the work of a moment; where the definition is
    another one than before, the history is replayed.
    """
    if await has_current(dsn, present_definition()):
        return None
    return await rebuild(dsn, master_key_file, progress)


async def rebuild(dsn: str, master_key_file: Path, progress: Progress) -> Rebuilt:
    """Make the read models anew; `dsn` is the owner's. A running projector steps aside."""
    master = MasterKey.from_file(master_key_file)
    async with open_workshop(dsn, master, present_definition()) as workshop:
        with rare_collections():
            return await Rebuilding(workshop, progress).run()


@contextmanager
def rare_collections() -> Generator[None]:
    """Let the collector of cycles rest: a fold makes millions of objects, and no cycle.

    Looking through them again and again would take a refold as long as folding itself.
    """
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
