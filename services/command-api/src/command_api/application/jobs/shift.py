"""A worker's shift: claim, run, tidy, again, until it is told to go home."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from command_api.application.jobs.ports import JobBook
from command_api.application.jobs.running import JobRunner

_IDLE_S: Final = 1.0
_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 5.0
SWEEP_EVERY_S: Final = 60.0
ROTATE_EVERY_S: Final = 3600.0

log: Final = structlog.get_logger(__name__)


class Shift:
    """One after another, the organization that waited longest first."""

    def __init__(
        self,
        book: JobBook,
        runner: JobRunner,
        owner: str,
        is_trouble: Callable[[BaseException], bool],
    ) -> None:
        self._book = book
        self._runner = runner
        self._owner = owner
        self._is_trouble = is_trouble
        self._sweep_at = self._rotate_at = 0.0

    async def work(self) -> None:
        """Work until cancelled; what goes wrong is said, and tried again with backoff."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self._tidy()
                job = await self._book.claim(self._owner)
                if job is None:
                    await self._book.wait(_IDLE_S)
                else:
                    log.info("job begun", job=str(job.id), settled=job.handled)
                    await self._runner.run(job, in_turn=True)
            except Exception as error:
                if self._is_trouble(error) or isinstance(error, TimeoutError):
                    log.warning("jobs interrupted", error=type(error).__name__, retry_in_s=pause)
                else:
                    log.exception("job broken off", retry_in_s=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                pause = _FIRST_PAUSE_S

    async def _tidy(self) -> None:
        now = time.monotonic()
        if now >= self._sweep_at:
            await self._book.sweep()
            self._sweep_at = now + SWEEP_EVERY_S
        if now >= self._rotate_at:
            await self._book.rotate_receipts()
            self._rotate_at = now + ROTATE_EVERY_S
