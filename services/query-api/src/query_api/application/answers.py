"""What the read schema answers: where it is true, and JSON that the database wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from opportunity_history.names import Names
from query_api.domain.totals import TotalsRow

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Standing:
    """Where an answer is true, and by whose clock; None where the organization is not there yet."""

    position: int | None
    zone: str | None
    language: str | None
    unknown: tuple[str, ...] = ()
    """The keys of the filter that name something that is not there."""


@dataclass(frozen=True)
class Answer(Generic[T_co]):
    """One snapshot's answer."""

    standing: Standing
    found: T_co


class Last(msgspec.Struct, array_like=True, frozen=True):
    """The last row of a page that has a next one."""

    empty: bool
    id: UUID
    keys: tuple[str | None, ...]


@dataclass(frozen=True)
class Page:
    """Rows as a JSON array, and where the next ones begin."""

    items: msgspec.Raw
    last: Last | None


@dataclass(frozen=True)
class Single:
    """One thing as JSON, with its version."""

    version: int
    item: msgspec.Raw


class Column(msgspec.Struct, frozen=True):
    """A status of a board with its first cards."""

    status: msgspec.Raw
    cards: msgspec.Raw
    last: Last | None


class WithId(msgspec.Struct, frozen=True):
    """The id of something, out of its JSON."""

    id: UUID


@dataclass(frozen=True)
class OpportunityPage:
    """A page with the sums of the whole filter."""

    page: Page
    totals: tuple[TotalsRow, ...]


@dataclass(frozen=True)
class BoardView:
    """A board with its columns, and the sums of the whole filter."""

    board: msgspec.Raw
    columns: tuple[Column, ...]
    totals: tuple[TotalsRow, ...]


@dataclass(frozen=True)
class BoardTotals:
    """The statuses of a board, in order, and the sums of the filter on it."""

    status_ids: tuple[UUID, ...]
    totals: tuple[TotalsRow, ...]


@dataclass(frozen=True)
class CustomerPage:
    """A customer, and the first of its opportunities with the sums of all."""

    customer: Single
    opportunities: OpportunityPage


@dataclass(frozen=True)
class Me:
    """The caller's organization, and its user where it is one."""

    organization: msgspec.Raw
    user: msgspec.Raw | None


@dataclass(frozen=True)
class Head:
    """Where an organization or a lane stands in the log."""

    head: int
    epoch: int
    late: bool = False
    """Whether this is a copy of the log, which may lack what was acknowledged a moment ago."""


@dataclass(frozen=True)
class StoredFact:
    """A fact as it stands in the log."""

    lane: int
    lane_position: int
    org: UUID
    position: int
    version: int
    event_id: UUID
    type: str
    recorded_at: datetime
    occurred_at: datetime
    canonical: bytes
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True)
class LaneEpoch:
    """An epoch of a lane, and the lane position at which it begins."""

    epoch: int
    begins_at: int
    declared_at: datetime


@dataclass(frozen=True)
class HistoryPage:
    """Facts of one opportunity, newest first, each with the names of its moment."""

    facts: tuple[StoredFact, ...]
    names: tuple[Names, ...]
