"""One job, run by its holder: held by heartbeats, ended well or badly, given back when told to."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Final

import structlog

from command_api.application.batches.ports import JobLost
from command_api.application.batches.turn import Turn, TurnOver
from command_api.application.jobs.job import Job, JobKind, Result
from command_api.application.jobs.kinds import Charge, JobFailed, Kind, Progress
from command_api.application.jobs.ports import JobBook

BEAT_S: Final = 8.0
MOST_ATTEMPTS: Final = 6
"""So many claims without a single batch between them, and the job fails."""

log: Final = structlog.get_logger(__name__)


class JobRunner:
    """Runs jobs that somebody claimed."""

    def __init__(
        self, book: JobBook, kinds: Mapping[JobKind, Kind], beat_s: float = BEAT_S
    ) -> None:
        self._book = book
        self._kinds = kinds
        self._beat_s = beat_s

    async def run(
        self,
        job: Job,
        progress: Progress = lambda _settled, _total: None,
        *,
        in_turn: bool = False,
    ) -> None:
        """Run a job to its end; where it is cancelled from outside it is given back.

        In turn with others it is given back too where its turn is over. Raises what is the
        database's trouble: the job stays as far as it is, and whoever claims it next goes on.
        """
        work = asyncio.create_task(self._work(job, progress, in_turn=in_turn), name=f"job-{job.id}")
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

    async def _work(self, job: Job, progress: Progress, *, in_turn: bool) -> None:
        async def others_wait() -> bool:
            return await self._book.others_wait(job)

        turn = Turn(others_wait if in_turn else None)
        try:
            result = await self._result(job, progress, turn)
        except JobLost:
            log.info("job taken away", job=str(job.id))
        except TurnOver:
            await self._book.release(job)
        except JobFailed as failed:
            await self._book.fail(job, failed.failures)
        else:
            await self._book.finish(job, result)

    async def _result(self, job: Job, progress: Progress, turn: Turn) -> Result:
        kind = self._kinds[job.kind]
        asker = job.asker
        if kind.demands is not None:
            if job.attempts > MOST_ATTEMPTS:
                raise JobFailed.by("gave-up")
            present = await self._book.present_asker(job.asker, kind.demands)
            if present is None:
                raise JobFailed.by("asker-gone")
            asker = present
        return await kind.run(Charge(job, asker, progress, turn))
