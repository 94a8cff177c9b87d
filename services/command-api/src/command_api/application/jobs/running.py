"""One job, run by its holder: held by heartbeats, ended well or badly, given back when told to."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from command_api.application.imports.importer import BoardUnknown
from command_api.application.imports.order import ImportOrder, ImportResult
from command_api.application.imports.ports import JobLost
from command_api.application.jobs.job import Failure, FailureCode, Job
from command_api.application.jobs.ports import JobBook, Pieces
from command_api.domain.importing.reasons import FileRefused

BEAT_S: Final = 8.0
MOST_ATTEMPTS: Final = 6
"""So many claims without a single batch between them, and the job fails."""

log: Final = structlog.get_logger(__name__)
Progress = Callable[[int, int], None]


class Import(Protocol):
    """One import, ready to be run."""

    async def run(self, raw: bytes) -> ImportResult:
        """Settle every row; raises FileRefused, BoardUnknown or JobLost."""
        ...


class Imports(Protocol):
    """Makes the import of a job."""

    async def open(self, job: Job, order: ImportOrder, progress: Progress) -> Import | None:
        """Return the import, None where the key of what the job keeps is gone."""
        ...


class JobRunner:
    """Runs jobs that somebody claimed."""

    def __init__(
        self, book: JobBook, pieces: Pieces, imports: Imports, beat_s: float = BEAT_S
    ) -> None:
        self._book = book
        self._pieces = pieces
        self._imports = imports
        self._beat_s = beat_s

    async def run(self, job: Job, progress: Progress = lambda _settled, _total: None) -> None:
        """Run a job to its end; where it is cancelled from outside it is given back.

        Raises what is the database's trouble: the job stays as far as it is, and whoever claims
        it next goes on from there.
        """
        work = asyncio.create_task(self._work(job, progress), name=f"job-{job.id}")
        heart = asyncio.create_task(self._beat(job, work), name=f"heart-{job.id}")
        try:
            await asyncio.wait({work})  # being cancelled here does not cancel the work
        finally:
            stopped = not work.done()
            for task in (work, heart):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
            if stopped:
                with contextlib.suppress(Exception):
                    await self._book.release(job)
        if not work.cancelled():
            work.result()

    async def _beat(self, job: Job, work: "asyncio.Task[None]") -> None:
        """Hold on to the job; one that is somebody else's is let go."""
        while True:
            await asyncio.sleep(self._beat_s)
            try:
                held = await self._book.hold(job)
            except Exception as error:  # noqa: BLE001 - a heart that stops would lose a good job
                log.warning("heartbeat failed", job=str(job.id), error=type(error).__name__)
                continue
            if not held:
                work.cancel()
                return

    async def _work(self, job: Job, progress: Progress) -> None:
        try:
            result = await self._imported(job, progress)
        except JobLost:
            log.info("job taken away", job=str(job.id))
        except FileRefused as refused:
            await self._book.fail(job, tuple(Failure.of(reason) for reason in refused.reasons))
        except BoardUnknown:
            await self._fail(job, "board-unknown")
        else:
            if isinstance(result, str):
                await self._fail(job, result)
            else:
                await self._book.finish(job, result)

    async def _imported(self, job: Job, progress: Progress) -> ImportResult | FailureCode:
        if job.attempts > MOST_ATTEMPTS:
            return "gave-up"
        asker = await self._book.present_asker(job.asker, job.org)
        if asker is None:
            return "asker-gone"
        order = ImportOrder(
            org=job.org,
            asker=asker,
            options=job.options,
            causation_id=job.causation_id,
            correlation_id=job.correlation_id,
            traceparent=job.traceparent,
            ordered_at=job.created_at,
            handled=job.handled,
            tally=job.tally,
        )
        ready = await self._imports.open(job, order, progress)
        raw = await self._pieces.file(job.org, job.id)
        if ready is None or raw is None:
            return "file-gone"
        return await ready.run(raw)

    async def _fail(self, job: Job, code: FailureCode) -> None:
        await self._book.fail(job, (Failure(code),))
