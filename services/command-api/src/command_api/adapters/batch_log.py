"""The log as jobs know it: a batch and the job's progress in one transaction."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import asyncpg

from command_api.adapters.append_arrays import AppendArrays
from command_api.adapters.batch_metrics import ITEMS, MOVED, SECONDS
from command_api.adapters.job_rows import as_json
from command_api.adapters.log import ACQUIRE_TIMEOUT_S, LANE_LOCK, SQL, PostgresSession
from command_api.adapters.sealed_pieces import JOB_SQL, JobSeal
from command_api.application.batches.ports import BatchMoved, JobLost, Step
from command_api.application.group import Decided
from command_api.application.jobs.job import Job
from command_api.application.known import Known, Question
from service_runtime.pools import is_database_trouble
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_BATCH_MOVED: Final = "CB001"
_JOB_LOST: Final = "CB002"


class PostgresBatchLog:
    """The log for the batches of one job, under the fence of whoever runs it."""

    def __init__(
        self, pool: asyncpg.Pool, master_key: MasterKey, job: Job, seal: JobSeal | None
    ) -> None:
        self._pool = pool
        self._master_key = master_key
        self._job = job
        self._seal = seal

    @asynccontextmanager
    async def session(self, lane: int, *, locked: bool) -> AsyncGenerator["BatchConnection"]:
        """Open a session; a locked one holds the lane's lock from here to its end."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            session = BatchConnection(connection, lane, self._master_key, self._job, self._seal)
            if not locked:
                yield session
                return
            async with connection.transaction():
                await connection.execute(load_sql(SQL, "lock_lane"), LANE_LOCK, lane)
                yield session

    async def head(self) -> tuple[int, int]:
        """Return the organization's lane and the position of its newest fact."""
        row = await self._pool.fetchrow(load_sql(SQL, "organization_head"), self._job.org)
        if row is None:
            raise JobLost
        return row["lane"], row["head"]

    async def settled(self) -> int:
        """Return how many items of the job are settled; raises JobLost."""
        row = await self._pool.fetchrow(load_sql(JOB_SQL, "job"), self._job.org, self._job.id)
        if row is None or row["state"] != "running" or row["fence"] != self._job.fence:
            raise JobLost
        return row["handled"]

    async def size(self, total: int, columns: Sequence[str]) -> None:
        """Say how many items there are, and the names of their columns; raises JobLost."""
        job = self._job
        statement = load_sql(JOB_SQL, "size_job")
        if not await self._pool.fetchval(statement, job.id, job.fence, total, as_json(columns)):
            raise JobLost

    async def occupants(self, board: UUID, status: UUID, limit: int) -> list[UUID]:
        """Return some of the live opportunities that stand in a status."""
        statement = load_sql(JOB_SQL, "some_occupants")
        rows = await self._pool.fetch(statement, self._job.org, board, status, limit)
        return [row["id"] for row in rows]

    def is_trouble(self, error: BaseException) -> bool:
        """Say whether an error speaks of the database's state, so that a later try may succeed."""
        return is_database_trouble(error)


class BatchConnection:
    """One connection for one attempt at a batch."""

    def __init__(
        self,
        connection: asyncpg.pool.PoolConnectionProxy,
        lane: int,
        master_key: MasterKey,
        job: Job,
        seal: JobSeal | None,
    ) -> None:
        self._connection = connection
        self._log = PostgresSession(connection, lane, master_key)
        self._lane = lane
        self._master_key = master_key
        self.held_s = 0.0
        self._job = job
        self._seal = seal

    async def answer(self, questions: set[Question], known: Known) -> None:
        """Put the answer to every question into `known`, a kind a call."""
        await self._log.answer(questions, known)

    async def settle(self, group: Sequence[Decided], step: Step) -> None:
        """Append the group and move the job over the step, both or neither.

        The job's row is the last thing touched: whoever cancels it waits for a batch that is
        almost in the log, and one that was cancelled, or taken over, keeps nothing of it.
        """
        if group:
            await self._settle(group, step, some=False)
        elif not await self._advanced(step):
            raise JobLost
        self._count(step)

    async def settle_some(self, group: Sequence[Decided], begin: int) -> int:
        """Append what did not move meanwhile, move the job over it, and return how many did."""
        done = await self._settle(group, Step(begin, 0, 0, (), None), some=True)
        self._count(Step(begin, done, 0, (), None))
        return done

    async def _settle(self, group: Sequence[Decided], step: Step, *, some: bool) -> int:
        """Settle in one call, so that nobody waits for this process while the lane is held."""
        arrays = AppendArrays(self._master_key)
        for decided in group:
            arrays.add(decided)
        try:
            row = await self._connection.fetchrow(
                load_sql(JOB_SQL, "settle_batch"),
                *arrays.columns(self._lane),
                *self._moved_over(step),
                some,
            )
        except asyncpg.PostgresError as error:
            state: object = getattr(error, "sqlstate", None)
            if state == _BATCH_MOVED:
                MOVED.labels(self._job.kind).inc()
                raise BatchMoved from error
            if state == _JOB_LOST:
                raise JobLost from error
            raise
        self.held_s = row["held_s"]
        return row["done"]

    def _count(self, step: Step) -> None:
        """Count a batch that is in the log."""
        kind = self._job.kind
        SECONDS.labels(kind).observe(self.held_s)
        for outcome, items in (
            ("done", step.done),
            ("unchanged", step.unchanged),
            ("refused", len(step.refused)),
        ):
            ITEMS.labels(kind, outcome).inc(items)

    async def _advanced(self, step: Step) -> bool:
        """Move the job over items of which none is appended."""
        *moved, kept, refusals = self._moved_over(step)
        statement = load_sql(JOB_SQL, "advance_job")
        return bool(await self._connection.fetchval(statement, *moved, 0, kept, refusals))

    def _moved_over(self, step: Step) -> tuple[Any, ...]:
        refusals = None
        if step.refused:
            if self._seal is None:
                raise JobLost  # its key is gone, and what it keeps with it
            refusals = self._seal.refusals(step.begin, step.refused)
        return (
            self._job.id,
            self._job.fence,
            step.begin,
            step.done,
            step.unchanged,
            len(step.refused),
            None if step.kept is None else as_json(step.kept),
            refusals,
        )
