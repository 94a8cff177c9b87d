"""Facts that stop their lane, and the one place where a fold's refusal becomes one."""

from uuid import UUID

from opportunity_events.envelope import Recorded
from projector.domain.fold import Fold
from projector.domain.unfoldable import UnfoldableFactError


class PoisonFactError(Exception):
    """A fact that stops its lane: it is not ours, damaged, or does not go on what stands."""

    def __init__(self, lane: int, lane_position: int, event: UUID | None, reason: str) -> None:
        super().__init__(f"lane {lane} stops at {lane_position} (event {event}): {reason}")
        self.lane = lane
        self.lane_position = lane_position
        self.event = event
        self.reason = reason


def fold_one(fold: Fold, recorded: Recorded) -> None:
    """Fold one fact; whatever goes wrong, this fact is where it does: PoisonFactError."""
    try:
        fold.apply(recorded)
    except UnfoldableFactError as error:
        raise _poison(recorded, str(error)) from error
    except Exception as error:
        # the type alone: texts of unforeseen exceptions may quote what the fact says of people
        raise _poison(recorded, type(error).__name__) from error


def _poison(recorded: Recorded, reason: str) -> PoisonFactError:
    event = recorded.fact.event_id
    return PoisonFactError(recorded.lane, recorded.lane_position, event, reason)
