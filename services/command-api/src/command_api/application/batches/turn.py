"""A job's turn: how long it may go on while others wait."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

TURN_S: Final = 3.0
"""So long a job goes on while others wait."""

SET_UP_SHARE: Final = 4
"""A turn is at least so many times as long as what it took to begin it."""


class TurnOver(Exception):  # noqa: N818 - says what is so
    """Others wait: the job is given back as far as it is, and goes on when it is its turn again."""


class Turn:
    """One turn of one job; without anybody to ask it never ends."""

    def __init__(
        self,
        others_wait: Callable[[], Awaitable[bool]] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._others_wait = others_wait
        self._clock = clock
        self._began = clock()
        self._length_s = TURN_S

    def set_up(self) -> None:
        """Say that what has to be done in every turn anew is done."""
        took = self._clock() - self._began
        self._length_s = max(TURN_S, took * SET_UP_SHARE)
        self._began = self._clock()

    async def pass_on(self) -> None:
        """Raise TurnOver where the turn has lasted long enough, and others wait; ask seldom."""
        if self._others_wait is None or self._clock() - self._began < self._length_s:
            return
        if await self._others_wait():
            raise TurnOver
        self._began = self._clock()
