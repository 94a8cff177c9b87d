"""A job's consideration for others: it rests beside who works, and waits for the projector."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from command_api.application.batches.ports import ReadModels

MOST_LAG: Final = 2_000
"""How many facts the read models may lack while a job goes on."""
REST_FOR_WORK: Final = 1.5
"""Beside others a job rests so many times as long as its batch took."""
LONGEST_REST_S: Final = 1.0
"""But never longer."""
COMPANY_S: Final = 2.0
"""Whoever wrote is still at work for so long: between two commands of people lie many batches."""

_POLL_S: Final = 0.05
_STILL_S: Final = 3.0
_CATCH_UP_S: Final = 15.0
_LONGEST_WAIT_S: Final = 60.0


class Pace:
    """Waits for the read models; where they do not move at all it goes on without them."""

    def __init__(
        self,
        models: ReadModels,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._models = models
        self._sleep = sleep
        self._clock = clock
        self._company_until = 0.0
        self._stuck_at: int | None = None
        self._head: int | None = None

    async def keep(self, lane: int, written: int = 0, took_s: float = 0.0) -> bool:
        """Rest where others are at work, and wait until the read models are near.

        What a batch takes, the lane and the machine, it takes from whoever works beside it.
        Returns whether somebody does.
        """
        lag, at = await self._models.lag(lane)
        before, self._head = self._head, lag + at
        now = self._clock()
        if before is not None and self._head - before > written:
            self._company_until = now + COMPANY_S
        others = now < self._company_until
        if others:
            await self._sleep(min(took_s * REST_FOR_WORK, LONGEST_REST_S))
        await self._near(lane, lag, at)
        return others

    async def _near(self, lane: int, lag: int, at: int) -> None:
        waited = still = 0.0
        last = -1
        while lag > MOST_LAG and at != self._stuck_at and waited < _LONGEST_WAIT_S:
            self._stuck_at = None
            still = 0.0 if at != last else still + _POLL_S
            if still >= _STILL_S:
                self._stuck_at = at
                return
            last = at
            await self._sleep(_POLL_S)
            waited += _POLL_S
            lag, at = await self._models.lag(lane)

    async def catch_up(self, org: UUID, position: int) -> bool:
        """Wait a bounded time until the read models know an organization up to a position."""
        waited = still = 0.0
        last = -1
        while waited < _CATCH_UP_S:
            at = await self._models.applied(org)
            if at >= position:
                return True
            still = 0.0 if at != last else still + _POLL_S
            if still >= _STILL_S:
                return False
            last = at
            await self._sleep(_POLL_S)
            waited += _POLL_S
        return False
