"""Facts to plant, and what a random history has to know of the streams that it plants."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from opportunity_events import v1
from opportunity_events.envelope import Stream


@dataclass(frozen=True)
class Planted:
    """A fact for a stream; `occurred_at` where an import would have given one."""

    stream: Stream
    data: v1.FactData
    occurred_at: datetime | None = None


@dataclass
class KnownBoard:
    """A board with its statuses in order."""

    id: UUID
    statuses: list[v1.WholeStatus]


@dataclass
class KnownCustomer:
    """A customer with its contacts."""

    id: UUID
    contacts: list[UUID] = field(default_factory=list[UUID])
    erased: bool = False


@dataclass
class KnownOpportunity:
    """An opportunity; `backdated` while its facts are given a date of the past."""

    id: UUID
    board: KnownBoard
    cell: v1.Cell
    backdated: datetime | None
    texts: dict[str, Any]


def status_ref(status: v1.WholeStatus) -> v1.StatusRef:
    return v1.StatusRef(status.id, status.name, status.type)


def status_ids(statuses: list[v1.WholeStatus]) -> tuple[UUID, ...]:
    return tuple(status.id for status in statuses)
