"""The one place that puts the projector together."""

import asyncio
import contextlib
import gc
import os
import socket
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import asyncpg

from projector.adapters.codecs import set_codecs
from projector.adapters.definition import Definition, present_definition
from projector.adapters.fact_topic import FactTopic
from projector.adapters.generations import (
    Building,
    Current,
    Generations,
    open_generations,
    watch_building,
)
from projector.adapters.keyrings import Vault
from projector.adapters.read_models import ReadModelTables
from projector.adapters.snapshot import open_snapshots
from projector.adapters.workshop import open_workshop
from projector.application.changeover import Changed, Changeover, LanesBusyError, NothingKeptError
from projector.application.health import Health
from projector.application.ports import FactSource
from projector.application.projection import LaneProjector, Pace
from projector.application.rebuilding import Filled, Rebuilding, Rebuilt
from projector.application.verification import Progress, Verification, Verified
from projector.domain.log_audit import DecisionFold
from projector.settings import Settings
from service_runtime.addresses import Addresses
from service_runtime.ids import new_id
from service_runtime.lane_facts import LogTable
from service_runtime.pools import open_pool
from service_runtime.vault import MasterKey

ROLE: Final = "cohoi_projector"
_APPLICATION: Final = "cohoi projector"
_LOG_CONNECTIONS: Final = 4
_READ_CONNECTIONS: Final = 8
_SETTLE_WAIT_S: Final = 120.0
_DROP_WITHIN_S: Final = 10.0

# Planned on empty tables, the joins of a batch with what it touches would turn into scans of
# whole tables as those grow; kept, such a plan would outlive them, by an index of the organization
# alone for each row. And commits need not wait for the disk: facts do, but read models
# can be folded again, and a batch that a crash loses takes its checkpoint with it.
_READ_SETTINGS: Final = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_custom_plan",
    "synchronous_commit": "off",
}


__all__ = [
    "ROLE",
    "Building",
    "Projector",
    "drop_kept",
    "open_projector",
    "open_read_pool",
    "rare_collections",
    "rebuild",
    "roll_back",
    "settle_generation",
    "verify",
    "watch_building",
]


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
        source = _source(settings, log_pool)
        health = Health()
        try:
            owner = f"{socket.gethostname()}/{os.getpid()}/{new_id()}"
            models = ReadModelTables(read_pool)
            lanes = [
                LaneProjector(
                    lane,
                    owner,
                    source=source,
                    keyrings=Vault(log_pool, master),
                    models=models,
                    health=health,
                    pace=pace,
                )
                for lane in await source.lanes()
            ]
            yield Projector(lanes, health)
        finally:
            await source.close()


def _source(settings: Settings, log_pool: asyncpg.Pool) -> FactSource:
    """Return where facts come from: the topic where Kafka is named, else the log's own table."""
    table = LogTable(log_pool, settings.log_dsn, ROLE, application=_APPLICATION)
    if settings.kafka is None:
        return table
    return FactTopic(settings.kafka, table)


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
    addresses: Addresses,
    master_key_file: Path,
    progress: Progress,
    decisions: DecisionFold | None = None,
) -> Verified:
    """Compare the read models of a moment with log and decision state; the owner connects.

    `decisions` is how the one who decides commands folds facts into decision state: without
    it, the bytes of the states are not compared.
    """
    master = MasterKey.from_file(master_key_file)
    async with open_snapshots(addresses, master) as (log, models):
        with rare_collections():
            return await Verification(log, models, progress, decisions).run()


async def settle_generation(
    addresses: Addresses,
    master_key_file: Path,
    progress: Progress,
    *,
    definition: Definition | None = None,
    wait_s: float = _SETTLE_WAIT_S,
) -> Rebuilt | None:
    """See to it that the current generation is of this program's definition.

    The owner connects. On an empty log this is the work of a moment, for which no key is
    needed; where the definition is another one than before, the history is replayed. Several may
    ask at once: one works, the others wait and find it done.
    """
    wanted = definition or present_definition()
    async with open_generations(addresses, wait_s=wait_s) as generations:
        current = await generations.current()
        if current is not None and current.fingerprint == wanted.fingerprint:
            return None
        if not await generations.log_is_empty():
            master = MasterKey.from_file(master_key_file)
            return await _rebuild(addresses, master, generations, wanted, progress)
        async with generations.flip(await generations.create(wanted)):
            pass  # there is nothing to catch up with
        await generations.give_up_kept()
        await generations.drop_gone(patience_s=0)
        return None


async def rebuild(
    addresses: Addresses,
    master_key_file: Path,
    progress: Progress,
    *,
    definition: Definition | None = None,
) -> Rebuilt:
    """Make a new generation beside the current one, and flip to it, as the owner.

    Commands, reads and the projector go on meanwhile; whatever goes wrong leaves the current
    generation as it is. The one before is kept to roll back to.
    """
    master = MasterKey.from_file(master_key_file)
    async with open_generations(addresses) as generations:
        wanted = definition or present_definition()
        return await _rebuild(addresses, master, generations, wanted, progress)


async def roll_back(addresses: Addresses, master_key_file: Path) -> Rebuilt:
    """Bring the kept generation up to the head of the log, and flip back to it."""
    master = MasterKey.from_file(master_key_file)
    began = time.monotonic()
    async with open_generations(addresses) as generations:
        await generations.prove(master)
        kept = _usable_kept(await generations.current())
        changed = await _change_over(addresses, master, generations, kept)
        left = await generations.drop_gone(patience_s=_DROP_WITHIN_S)
    return _rebuilt(kept, Filled(0, 0), changed, began, left)


async def drop_kept(addresses: Addresses) -> int:
    """Drop the generation that is kept; return how many somebody still reads."""
    async with open_generations(addresses) as generations:
        await generations.give_up_kept()
        return await generations.drop_gone(patience_s=_DROP_WITHIN_S)


async def _rebuild(
    addresses: Addresses,
    master: MasterKey,
    generations: Generations,
    definition: Definition,
    progress: Progress,
) -> Rebuilt:
    began = time.monotonic()
    await generations.prove(master)
    await generations.give_up_building()  # whoever built it is gone, for we are the only one
    await generations.drop_gone(patience_s=0)
    number = await generations.create(definition)
    try:
        async with open_workshop(addresses, master, generations, number) as workshop:
            with rare_collections():
                filled = await Rebuilding(workshop, progress).run()
        await generations.note(number, "catching up", filled.facts, filled.facts)
        await generations.analyze(number)
        changed = await _change_over(addresses, master, generations, number)
    except BaseException:  # also where we are told to stop
        with contextlib.suppress(Exception):  # the next one clears away what we cannot
            await generations.give_up_building()
            await generations.drop_gone(patience_s=0)
        raise
    left = await generations.drop_gone(patience_s=_DROP_WITHIN_S)
    return _rebuilt(number, filled, changed, began, left)


async def _change_over(
    addresses: Addresses, master: MasterKey, generations: Generations, number: int
) -> Changed:
    """Project a generation up to the log as the projector would, and make it the current one."""
    log_pool = await open_pool(
        addresses.log, role=ROLE, application="cohoi rebuild", min_size=1, max_size=_LOG_CONNECTIONS
    )
    async with log_pool, await open_read_pool(addresses.read) as read_pool:
        source = LogTable(log_pool, addresses.log, ROLE, application="cohoi rebuild")
        lanes = [
            LaneProjector(
                lane,
                f"rebuild/{new_id()}",
                source=source,
                keyrings=Vault(log_pool, master),
                models=ReadModelTables(read_pool, number),
                health=Health(),
            )
            for lane in await source.lanes()
        ]
        try:
            for lane in lanes:
                if not await lane.take_lane():
                    raise LanesBusyError(f"Lane {lane.lane} of generation {number} is taken.")
            return await Changeover(number, generations, lanes).run()
        finally:
            for lane in lanes:
                await lane.release_lane()
            await source.close()


def _usable_kept(current: Current | None) -> int:
    if current is None or current.previous is None:
        raise NothingKeptError(
            "No generation is kept to roll back to: a rebuild keeps the one before it, until the "
            "next rebuild, an erasure, or `cohoi rebuild --drop-kept`."
        )
    if current.previous_fingerprint != present_definition().fingerprint:
        raise NothingKeptError(
            f"The kept generation {current.previous} is of another definition, which this program "
            "cannot read. Roll back with the release that made it."
        )
    return current.previous


def _rebuilt(number: int, filled: Filled, changed: Changed, began: float, left: int) -> Rebuilt:
    return Rebuilt(
        generation=number,
        facts=filled.facts,
        rows=filled.rows,
        caught_up=changed.caught_up,
        tries=changed.tries,
        held_ms=round(changed.held_ms, 1),
        seconds=round(time.monotonic() - began, 3),
        still_read=left,
    )


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
