"""A report: what was asked for, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from report_worker.domain.filters import OpportunityFilter
from service_runtime.languages import Language

Kind = Literal["opportunities", "audit"]


class Format(StrEnum):
    """How a report's file is written."""

    CSV = "csv"
    """For people: a byte order mark, whole units, formulas disarmed, headers in their language."""
    CSV_RAW = "csv-raw"
    """For programs: RFC 4180, minor units, ids beside names, text as it is."""
    XLSX = "xlsx"


class State(StrEnum):
    """Where a report stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Failure(StrEnum):
    """Why a report failed, as the row remembers it."""

    DISK_FULL = "disk-full"
    TOO_SLOW = "too-slow"
    WORKER_LOST = "worker-lost"
    READ_MODEL_BEHIND = "read-model-behind"
    DATABASE_UNAVAILABLE = "database-unavailable"
    DEFECT = "defect"


class Queue(StrEnum):
    """The Celery queues: what is small does not wait behind what is large."""

    FAST = "reports.fast"
    SLOW = "reports.slow"


FAST_ROWS: Final = 20_000
"""Up to so many expected rows a report goes to the fast queue."""


def queue_for(expected_rows: int) -> Queue:
    """Return the queue of a report that is expected to have so many rows."""
    return Queue.FAST if expected_rows <= FAST_ROWS else Queue.SLOW


@dataclass(frozen=True)
class Order:
    """What was asked for, pinned: everything that decides about the file's bytes but erasures."""

    org: UUID
    id: UUID
    kind: Kind
    format: Format
    filters: dict[str, object]
    """As the client wrote them."""
    criteria: OpportunityFilter
    """The same, with everything relative resolved."""
    position: int
    clock: datetime
    """When the fact at `position` was recorded: the report's now."""
    time_zone: str
    language: Language
    expected_rows: int


@dataclass(frozen=True)
class Attempt:
    """One try at a report; the number is its fencing token: only the newest one's file counts."""

    order: Order
    number: int


@dataclass(frozen=True)
class Report:
    """A report as its row tells it."""

    id: UUID
    org: UUID
    ordered_by: str
    """`user/<id>` or `key/<id>`."""
    kind: Kind
    format: Format
    filters: dict[str, object]
    language: Language
    state: State
    progress: float
    rows: int
    bytes: int | None
    sha256: str | None
    position: int
    erasures: int
    log_erasures: int
    """How many persons' keys were deleted when it was made; see `Made`."""
    file: str | None
    error: Failure | None
    created_at: datetime
    expires_at: datetime | None
