"""What a group of decisions has been told by the log so far, and what it still has to ask."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from command_api.domain.streams import State
from opportunity_events.envelope import Fact, Stream


class Loaded(msgspec.Struct, frozen=True):
    """A stream as it stands; its times are None while they are on their way to the log."""

    version: int
    hash: bytes
    created_at: datetime | None
    occurred_at: datetime | None
    last_actor: str
    state: State


class Receipt(msgspec.Struct, frozen=True):
    """What was answered to a request that was accepted before."""

    request_hmac: bytes
    status: int
    answer: bytes
    position: int


class Occupants(msgspec.Struct, frozen=True):
    """Live opportunities in a status or on a board: at most 1,001 ids, and the count."""

    ids: tuple[UUID, ...]
    count: int


class PersonKey(msgspec.Struct, frozen=True):
    """An unwrapped key of a person."""

    key_id: UUID
    subject: str
    key: bytes


class ReceiptOf(msgspec.Struct, frozen=True):
    """Ask for the receipt of a key."""

    org: UUID
    key: str


class OccupantsOf(msgspec.Struct, frozen=True):
    """Ask who stands in a status, or on a whole board (status None)."""

    org: UUID
    board: UUID
    status: UUID | None


class FactsSince(msgspec.Struct, frozen=True):
    """Ask for a stream's facts after a version."""

    stream: Stream
    version: int


class KeyOf(msgspec.Struct, frozen=True):
    """Ask for the key of a person."""

    org: UUID
    subject: str


class KeyNamed(msgspec.Struct, frozen=True):
    """Ask for the key that a sealed value names."""

    org: UUID
    key_id: UUID


class BoardsOf(msgspec.Struct, frozen=True):
    """Ask for the boards of an organization, oldest first."""

    org: UUID


class DeletionOf(msgspec.Struct, frozen=True):
    """Ask for the job of a status's deletion."""

    org: UUID
    status: UUID


Question = Stream | ReceiptOf | OccupantsOf | FactsSince | KeyOf | KeyNamed | BoardsOf | DeletionOf


class NotYetKnown(Exception):  # noqa: N818 - a question, not an error
    """A decision needs to be told something first; ask, then decide again."""

    def __init__(self, *questions: Question) -> None:
        super().__init__(*questions)
        self.questions = questions


@dataclass(slots=True)
class Known:
    """Answers so far; an answer of None says that there is no such thing."""

    streams: dict[Stream, Loaded | None] = field(default_factory=dict[Stream, Loaded | None])
    receipts: dict[ReceiptOf, Receipt | None] = field(
        default_factory=dict[ReceiptOf, Receipt | None]
    )
    occupants: dict[OccupantsOf, Occupants] = field(default_factory=dict[OccupantsOf, Occupants])
    facts: dict[FactsSince, tuple[Fact, ...]] = field(
        default_factory=dict[FactsSince, tuple[Fact, ...]]
    )
    keys: dict[KeyOf, PersonKey | None] = field(default_factory=dict[KeyOf, PersonKey | None])
    named_keys: dict[KeyNamed, PersonKey | None] = field(
        default_factory=dict[KeyNamed, PersonKey | None]
    )
    boards: dict[BoardsOf, tuple[UUID, ...]] = field(
        default_factory=dict[BoardsOf, tuple[UUID, ...]]
    )
    deletions: dict[DeletionOf, UUID | None] = field(default_factory=dict[DeletionOf, UUID | None])


class LogReader(Protocol):
    """Answers questions, each kind in one call."""

    async def answer(self, questions: set[Question], known: Known) -> None:
        """Put the answer to every question into `known`."""
        ...
