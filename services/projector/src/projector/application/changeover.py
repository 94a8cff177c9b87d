"""From a filled generation to the current one: catch up beside the projector, then flip."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from projector.application.projection import LaneProjector

_HELD_S: Final = 1.5
"""How long a flip may hold the projector: it gives up the lane after 5 s of waiting."""
_TRIES: Final = 60
_PAUSE_S: Final = 0.5
_NEAR_FACTS: Final = 500
_ROUNDS: Final = 1_000


class LanesBusyError(Exception):
    """The lanes were not to be had for so long; the current generation is as it was."""


class NothingKeptError(Exception):
    """There is no generation that one could roll back to."""


class Ground(Protocol):
    """Where the generations stand."""

    async def heads(self) -> Mapping[int, int]:
        """Return the lanes' heads."""
        ...

    async def note(self, number: int, phase: str, done: int, total: int) -> None:
        """Leave word of how far it is."""
        ...

    def flip(self, number: int) -> AbstractAsyncContextManager[Mapping[int, int]]:
        """Hold the lanes of the current generation, and make another one current at the end.

        Raises LanesBusyError where they are not to be had at once.
        """
        ...


@dataclass(frozen=True)
class Changed:
    """How it went: facts applied after the load, how often a flip was tried, how long it held."""

    caught_up: int
    tries: int
    held_ms: float


class Changeover:
    """Makes one generation the current one, while commands and reads go on.

    In rounds it applies what the log has beyond the generation, each round shorter than the one
    before. In the last one the projector stands still: for the few facts between, and no longer
    than it can bear.
    """

    def __init__(self, number: int, ground: Ground, lanes: Sequence[LaneProjector]) -> None:
        self._number = number
        self._ground = ground
        self._lanes = {lane.lane: lane for lane in lanes}
        self._caught_up = 0

    async def run(self) -> Changed:
        """Catch up and flip; raises LanesBusyError where it cannot be done in many tries."""
        clock = asyncio.get_running_loop().time
        await self._catch_up()
        for tries in range(1, _TRIES + 1):
            began = clock()
            try:
                async with self._ground.flip(self._number) as stands:
                    # not around the commit: one must know how that ended
                    async with asyncio.timeout(_HELD_S):
                        await self._reach(stands)
            except (TimeoutError, LanesBusyError):
                await asyncio.sleep(_PAUSE_S)
                await self._catch_up()
            else:
                return Changed(self._caught_up, tries, (clock() - began) * 1_000)
        raise LanesBusyError(
            f"In {_TRIES} tries the lanes were not to be had for the moment of the flip: the log "
            "grows faster than it can be folded, or a projector holds a lane. The current "
            "generation is as it was; try again at a quieter hour."
        )

    async def _catch_up(self) -> None:
        for _ in range(_ROUNDS):
            if await self._reach(await self._ground.heads()) < _NEAR_FACTS:
                return

    async def _reach(self, positions: Mapping[int, int]) -> int:
        """Bring every lane as far, or further; return how many facts that took."""
        behind = {
            lane: position - self._at(lane)
            for lane, position in positions.items()
            if position > self._at(lane)
        }
        for lane in behind:
            if lane not in self._lanes:
                raise LanesBusyError(f"Lane {lane} is a new one; begin the rebuild again.")
            self._caught_up += await self._lanes[lane].catch_up(positions[lane])
            if self._at(lane) < positions[lane]:
                raise LanesBusyError(f"The log does not give the facts of lane {lane} just now.")
        return sum(behind.values())

    def _at(self, lane: int) -> int:
        return self._lanes[lane].lane_position if lane in self._lanes else 0
