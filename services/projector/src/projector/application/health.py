"""How each lane fares, for whoever asks."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

LaneState = Literal["standby", "following", "stopped", "waiting"]


@dataclass(frozen=True)
class LaneHealth:
    """One lane: `stopped` names the fact at which it stands until that goes through."""

    lane: int
    state: LaneState
    lane_position: int = 0
    stopped_position: int | None = None
    stopped_event: UUID | None = None
    reason: str | None = None


class Health:
    """The lanes of this process, as they last said it."""

    def __init__(self) -> None:
        self._lanes: dict[int, LaneHealth] = {}

    def say(self, lane: LaneHealth) -> None:
        """Note how a lane fares."""
        self._lanes[lane.lane] = lane

    def lanes(self) -> tuple[LaneHealth, ...]:
        """Return every lane, in order."""
        return tuple(self._lanes[lane] for lane in sorted(self._lanes))
