"""What a relay needs: the lanes of the log, and the topic that they are published to."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from opportunity_events.logged_fact import LoggedFact
from opportunity_events.topic import Place, TopicRecord


class Hold(msgspec.Struct, frozen=True):
    """The right to publish a lane, under an epoch of its owner: a later one ends it."""

    lane: int
    owner_epoch: int


class LaneEpoch(msgspec.Struct, frozen=True):
    """Which epoch a lane is in, at which lane position it begins, and where the lane stands."""

    epoch: int
    begins_at: int
    head: int
    refusal: str | None


class LaneStanding(msgspec.Struct, frozen=True):
    """How a lane stands: for operators, who see it in `cohoi lanes` and in the metrics."""

    lane: int
    epoch: int
    head: int
    published: int
    relay: str | None  # who publishes it now
    waits_s: float  # since when its oldest unpublished fact waits
    refusal: str | None


class NoSuchLaneError(Exception):
    """The log has no lane of this number."""

    def __init__(self, lane: int) -> None:
        super().__init__(f"The log has no lane {lane}.")


class TopicTroubleError(Exception):
    """The topic did not take what it was given, or did not say so: a later try may succeed."""


class UnfitTopicError(Exception):
    """The topic is not made as it must be; the sentence says what to mend."""


class Lanes(Protocol):
    """The lanes of the log, as who publishes them sees them."""

    async def lanes(self) -> Sequence[int]:
        """Return the lanes that there are."""
        ...

    async def acquire(self, lane: int, owner: str) -> Hold | None:
        """Take a lane; None while another relay holds it."""
        ...

    async def renew(self, hold: Hold, published: int) -> bool:
        """Keep a lane, and say how far it is published; False where another relay has it."""
        ...

    async def release(self, hold: Hold) -> None:
        """Let the next relay have the lane at once."""
        ...

    async def epoch(self, lane: int) -> LaneEpoch:
        """Return the epoch of a lane; raise NoSuchLaneError."""
        ...

    async def refuse(self, lane: int, reason: str) -> None:
        """Let the lane take no more facts until an operator has decided."""
        ...

    async def facts(self, lane: int, after: int, limit: int = ...) -> Sequence[LoggedFact]:
        """Return the next facts of a lane: some, and fewer where they are large."""
        ...

    async def wait(self, lane: int, timeout_s: float) -> None:
        """Return as soon as a lane may have more than was read, or after the time-out."""
        ...


class Topic(Protocol):
    """The topic of facts: a partition for each lane."""

    async def prepare(self, lanes: int) -> None:
        """See to it that the topic is there and made as it must be; raise UnfitTopicError."""
        ...

    async def tail(self, lane: int) -> Sequence[Place]:
        """Return where the newest records of a lane stand, oldest first; none of an empty one.

        Raises TopicTroubleError where the topic does not say.
        """
        ...

    async def publish(self, lane: int, records: Sequence[TopicRecord]) -> None:
        """Append records in their order; return once all are safe.

        Raises TopicTroubleError where that is not known: some may be there all the same, and may
        even come later.
        """
        ...

    async def start_over(self, lane: int) -> None:
        """Give up whatever is still under way, so that publishing can begin anew."""
        ...
