"""Jobs in PostgreSQL, as who runs them changes them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import msgspec

from command_api.adapters.job_rows import as_json, job_of
from command_api.adapters.sealed_pieces import JOB_SQL
from command_api.application.jobs.job import Failure, Job, JobState, Result
from command_api.domain.commands import Asker
from service_runtime.access import Action, may
from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.sql import load_sql

_SWEPT_AT_ONCE: Final = 100
_BELL: Final = "cohoi_jobs"


class PostgresJobBook:
    """The job rows, and the bell that rings for new ones."""

    def __init__(self, pool: asyncpg.Pool, lease_s: float) -> None:
        self._pool = pool
        self._lease_s = lease_s
        self._directory = PostgresCallerDirectory(pool)
        self._rung = asyncio.Event()

    async def claim(self, owner: str) -> Job | None:
        """Take the next job that waits, or whose owner is gone; None where there is none."""
        row = await self._pool.fetchrow(load_sql(JOB_SQL, "claim_job"), owner, self._lease_s)
        return None if row is None else job_of(row)

    async def hold(self, job: Job) -> bool:
        """Hold on to a job."""
        return await self._said("hold_job", job.id, job.fence, self._lease_s)

    async def release(self, job: Job) -> bool:
        """Give a job back, as far as it is."""
        return await self._said("release_job", job.id, job.fence)

    async def finish(self, job: Job, result: Result) -> bool:
        """End a job well."""
        return await self._ended(job, "done", as_json(result), None)

    async def fail(self, job: Job, failures: tuple[Failure, ...]) -> bool:
        """End a job that cannot go on."""
        return await self._ended(job, "failed", None, as_json(failures))

    async def _ended(
        self, job: Job, state: JobState, result: str | None, error: str | None
    ) -> bool:
        return await self._said("finish_job", job.id, job.fence, state, result, error)

    async def _said(self, name: str, *arguments: object) -> bool:
        return bool(await self._pool.fetchval(load_sql(JOB_SQL, name), *arguments))

    async def others_wait(self, job: Job) -> bool:
        """Say whether another job waits for its turn."""
        return await self._said("others_wait", job.id)

    async def present_asker(self, asker: Asker, action: Action) -> Asker | None:
        """Return the asker with its present role, None where it may no longer do this.

        A key keeps the role that it had: revoking it stops new jobs, not this one.
        """
        if asker.user_id is None:
            return asker
        user = await self._directory.user(asker.org, asker.user_id)
        if user is None or not user.active or not may(user.role, action):
            return None
        return msgspec.structs.replace(asker, role=user.role.value)

    async def sweep(self) -> int:
        """Forget what is older than a day; returns how many jobs were swept."""
        return int(await self._pool.fetchval(load_sql(JOB_SQL, "sweep_jobs"), _SWEPT_AT_ONCE))

    async def rotate_receipts(self) -> bool:
        """Begin a new generation of receipts where the present one is old."""
        return bool(await self._pool.fetchval(load_sql(JOB_SQL, "rotate_receipts")))

    async def wait(self, timeout_s: float) -> None:
        """Wait until there may be a new job, or the time is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        self._rung.clear()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """Hear the bell; where the connection breaks, the time-outs of `wait` do as well."""

        def ring(*_: Any) -> None:  # noqa: ANN401 - asyncpg passes what we do not need
            self._rung.set()

        async with self._pool.acquire() as connection:
            await connection.add_listener(_BELL, ring)
            try:
                yield
            finally:
                with contextlib.suppress(Exception):
                    await connection.remove_listener(_BELL, ring)
