"""A job's consideration for the projector: it waits while that is far behind."""

import asyncio
from typing import Final
from uuid import UUID

from command_api.application.batches.ports import ReadModels

MOST_LAG: Final = 5_000
"""How many facts the read models may lack while a job goes on."""

_POLL_S: Final = 0.05
_STILL_S: Final = 3.0
_CATCH_UP_S: Final = 15.0
_LONGEST_WAIT_S: Final = 60.0


class Pace:
    """Waits for the read models; where they do not move at all it goes on without them."""

    def __init__(self, models: ReadModels) -> None:
        self._models = models
        self._stuck_at: int | None = None

    async def keep(self, lane: int) -> None:
        """Wait until the read models of a lane are near its head."""
        waited = still = 0.0
        last = -1
        while waited < _LONGEST_WAIT_S:
            lag, at = await self._models.lag(lane)
            if lag <= MOST_LAG or at == self._stuck_at:
                return
            self._stuck_at = None
            still = 0.0 if at != last else still + _POLL_S
            if still >= _STILL_S:
                self._stuck_at = at
                return
            last = at
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S

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
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S
        return False
