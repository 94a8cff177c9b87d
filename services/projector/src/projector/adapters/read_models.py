"""The read models in PostgreSQL, moved from batch to batch under a lease."""

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg

from opportunity_events.envelope import Recorded
from projector.adapters.batch_loading import load_touched
from projector.adapters.batch_metrics import FACTS, LOST, SECONDS, STOPS
from projector.adapters.batch_writing import write_changes
from projector.adapters.generation_tables import GenerationTables
from projector.application.ports import Lease, LeaseLostError, Step
from projector.domain.fold import Fold
from service_runtime.sql import load_sql

_SQL: Final = "projector.adapters.sql"
_LEASE_S: Final = 5.0
_ORGS_A_PAYLOAD: Final = 200  # of 37 characters each; a payload has room for 8,000 bytes


class _BatchStep:
    """One open transaction."""

    def __init__(self, tables: GenerationTables, *, current: bool) -> None:
        self._tables = tables
        self._current = current

    async def load(self, fold: Fold, batch: Sequence[Recorded]) -> None:
        """Put what is stored of the streams that the batch touches into the fold."""
        await load_touched(self._tables, fold, batch)

    async def write(self, fold: Fold) -> None:
        """Store what the fold changed."""
        await write_changes(self._tables, fold)
        if self._current and fold.erasures.keys:
            # a generation that is kept beside this one would keep what is erased
            await self._tables.execute(load_sql(_SQL, "give_up_kept"))


class ReadModelTables:
    """The tables of a generation: of the current one, or of the one that is named."""

    def __init__(self, pool: asyncpg.Pool, generation: int | None = None) -> None:
        self._pool = pool
        self._generation = generation
        self._acquiring = asyncio.Lock()

    async def acquire(self, lane: int, owner: str) -> Lease | None:
        """Take the lane if nobody holds it, or its owner holds two more; None else.

        One after the other: together they would each take the lane that makes it even.
        """
        async with self._acquiring:
            row = await self._pool.fetchrow(
                load_sql(_SQL, "acquire_lane"), lane, owner, _LEASE_S, self._generation
            )
        if row is None:
            return None
        return Lease(
            lane=lane,
            epoch=row["owner_epoch"],
            lane_position=row["lane_position"],
            generation=row["generation"],
            lane_epoch=row["lane_epoch"],
        )

    async def renew(self, lease: Lease) -> None:
        """Keep the lane for some seconds more; raise LeaseLostError where another has it."""
        done = await self._pool.execute(
            load_sql(_SQL, "renew_lane"),
            lease.lane,
            lease.epoch,
            _LEASE_S,
            lease.generation,
            self._is_named,
        )
        _demand_one(done, lease)

    async def release(self, lease: Lease) -> None:
        """Let the next one have the lane at once."""
        await self._pool.execute(
            load_sql(_SQL, "release_lane"), lease.lane, lease.epoch, lease.generation
        )

    @asynccontextmanager
    async def step(self, lease: Lease, upto: int) -> AsyncGenerator[Step, None]:
        """Open the transaction that moves the lane's checkpoint to `upto`."""
        began = time.monotonic()
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(
                load_sql(_SQL, "advance_checkpoint"),
                lease.lane,
                lease.epoch,
                lease.lane_position,
                upto,
                _LEASE_S,
                lease.generation,
                self._is_named,
                lease.lane_epoch,
            )
            _demand_one(done, lease)
            tables = GenerationTables(connection, lease.generation)
            yield _BatchStep(tables, current=not self._is_named)
        SECONDS.observe(time.monotonic() - began)
        FACTS.observe(upto - lease.lane_position)

    async def announce(self, orgs: Collection[UUID]) -> None:
        """Wake the readers that wait for these organizations; of the current generation alone.

        Not within the step: a transaction that notifies commits under a lock of the whole
        database, and appends to the log would wait behind it.
        """
        if self._is_named:
            return
        names = sorted(str(org) for org in orgs)
        for first in range(0, len(names), _ORGS_A_PAYLOAD):
            payload = ",".join(names[first : first + _ORGS_A_PAYLOAD])
            await self._pool.execute(load_sql(_SQL, "announce"), payload)

    async def drop_gone(self) -> bool:
        """Drop generations that are done with; say whether somebody still reads one."""
        return bool(await self._pool.fetchval(load_sql(_SQL, "drop_gone")))

    async def report_stopped(
        self, lease: Lease, position: int, event: UUID | None, reason: str
    ) -> None:
        """Leave word that the lane cannot go on, and at which fact."""
        STOPS.labels(str(lease.lane)).inc()
        done = await self._pool.execute(
            load_sql(_SQL, "report_stopped"),
            lease.lane,
            lease.epoch,
            _LEASE_S,
            position,
            event,
            reason,
            lease.generation,
            self._is_named,
        )
        _demand_one(done, lease)

    @property
    def _is_named(self) -> bool:
        """Whether we write a generation that need not be the current one."""
        return self._generation is not None


def _demand_one(done: str, lease: Lease) -> None:
    if done != "UPDATE 1":
        LOST.labels(str(lease.lane)).inc()
        raise LeaseLostError(
            f"lane {lease.lane} is not at {lease.lane_position} in epoch {lease.epoch} any more: "
            f"another projector or a rebuild has taken it, or generation {lease.generation} "
            "is not the current one any more"
        )
