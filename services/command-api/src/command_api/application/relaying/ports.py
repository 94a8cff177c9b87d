"""What a relay needs: the lanes of the log, and the topics that they are published to."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from opportunity_events.logged_fact import LoggedFact
from opportunity_events.opportunity_states import Particulars
from opportunity_events.topic import Place, TopicRecord

TopicName = Literal["facts", "opportunities"]
Opportunity = tuple[UUID, UUID]
"""Organization and opportunity."""


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


class Mark(msgspec.Struct, frozen=True):
    """How far a lane was published when that was last said.

    In a topic that is compacted the newest record of a key must be the newest of its thing: up to
    `next_offset` it is, or will be, by what is published behind `published`.
    """

    published: int
    topic_name: str | None = None
    next_offset: int | None = None
    lane_epoch: int | None = None


class Span(msgspec.Struct, frozen=True):
    """Where records came to stand in their partition: the first offset, and the one after all."""

    first: int
    end: int


class Portion(msgspec.Struct, frozen=True):
    """What a topic says of some facts of a lane: up to which one, and the records, if any."""

    up_to: int
    records: Sequence[TopicRecord]


class LaneStanding(msgspec.Struct, frozen=True):
    """How a lane stands: for operators, who see it in `cohoi lanes` and in the metrics."""

    lane: int
    topic: TopicName
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


class OvertakenError(TopicTroubleError):
    """A topic or its lane is not as we left it: what to say next has to be found out anew."""


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

    async def renew(self, hold: Hold, mark: Mark | None) -> bool:
        """Keep a lane, and say how far it is published; False where another relay has it.

        Without a mark what was said last stays.
        """
        ...

    async def release(self, hold: Hold) -> None:
        """Let the next relay have the lane at once."""
        ...

    async def mark(self, lane: int) -> Mark | None:
        """Return how far a lane is published, and up to which offset; None where nobody said."""
        ...

    async def published_facts(self, lane: int) -> int:
        """Return up to where the facts of a lane are published, as their relay said last."""
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


class Histories(Protocol):
    """What the log knows of opportunities, whichever lane they are in."""

    async def particulars(
        self, before: Mapping[Opportunity, int]
    ) -> Mapping[Opportunity, Particulars]:
        """Return what was known of opportunities before a version of each."""
        ...

    async def known(self, opportunities: Sequence[Opportunity]) -> frozenset[Opportunity]:
        """Return those of some opportunities that the log knows."""
        ...


class Topic(Protocol):
    """A topic: a partition for each lane."""

    async def prepare(self, lanes: int) -> None:
        """See to it that the topic is there and made as it must be; raise UnfitTopicError."""
        ...

    async def publish(self, lane: int, records: Sequence[TopicRecord]) -> Span:
        """Append records in their order; return once all are safe, and where they stand.

        Raises TopicTroubleError where that is not known: some may be there all the same, and may
        even come later.
        """
        ...

    async def start_over(self, lane: int) -> None:
        """Give up whatever is still under way, so that publishing can begin anew."""
        ...


class FactTopic(Topic, Protocol):
    """The topic of facts, whose end says what is published."""

    async def tail(self, lane: int) -> Sequence[Place]:
        """Return where the newest records of a lane stand, oldest first; none of an empty one.

        Raises TopicTroubleError where the topic does not say.
        """
        ...


class StateTopic(Topic, Protocol):
    """The topic of present states, which is compacted."""

    @property
    def name(self) -> str:
        """Which topic it is."""
        ...

    async def bounds(self, lane: int) -> tuple[int, int]:
        """Return the offset of the first record of a lane, and the one after the last."""
        ...

    async def end(self, lane: int, within_s: float = ...) -> int:
        """Return the offset after the last record of a lane; raise TopicTroubleError."""
        ...

    def pages(
        self, lane: int, first: int, end: int
    ) -> AsyncGenerator[Sequence[tuple[bytes, Place]]]:
        """Yield keys and places of the records from one offset up to another, in pages."""
        ...


class Edition(Protocol):
    """What one topic says of one lane, and how it is found out what it said already."""

    async def find_place(self, lane: LaneEpoch) -> int | None:
        """Return up to which lane position all is said; None where that cannot go on now."""
        ...

    async def portion(self, after: int) -> Portion:
        """Return what is to be said of the next facts of the lane."""
        ...

    async def publish(self, portion: Portion) -> None:
        """Say it; return once it is safe. Raises TopicTroubleError."""
        ...

    async def look(self) -> None:
        """See whether all is still as we left it; raise OvertakenError where it is not."""
        ...

    def mark(self, published: int) -> Mark:
        """Return what to remember of how far all is said."""
        ...

    async def start_over(self) -> None:
        """Give up whatever is still under way, so that publishing can begin anew."""
        ...
