"""What stands around a fact: whose it is, where it stands, who caused it."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal
from uuid import UUID, uuid5

import msgspec

from opportunity_events.v1 import FactData

StreamKind = Literal["organization", "team", "user", "board", "customer", "opportunity"]
Client = Literal["web", "api", "import", "cli", "worker"]
STREAM_KINDS: Final[tuple[StreamKind, ...]] = (
    "organization",
    "team",
    "user",
    "board",
    "customer",
    "opportunity",
)
ZERO_HASH: Final = bytes(32)

# Never changes: a re-published fact must carry the id it always had.
EVENT_NAMESPACE: Final = UUID("5b6d2f0e-6f1c-5c3a-9d55-0c0a1c0401f1")


class Stream(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """One stream: everything that happened to one thing of one organization."""

    org: UUID
    kind: StreamKind
    id: UUID

    @property
    def subject(self) -> str:
        """`kind/id`, as CloudEvents' subject."""
        return f"{self.kind}/{self.id}"


class Cause(msgspec.Struct, frozen=True):
    """Who asked for it, through what, and as part of what."""

    actor: str  # user/<id>, key/<id> or system
    client: Client
    command_id: UUID
    causation_id: UUID
    correlation_id: str
    traceparent: str | None = None


class Fact(msgspec.Struct, frozen=True):
    """A fact with its envelope, as its canonical bytes say it.

    `occurred_at` stands only where an import or the demo gave one; else it is the time at which
    the fact was recorded.
    """

    stream: Stream
    version: int
    cause: Cause
    data: FactData
    occurred_at: datetime | None = None

    @property
    def event_id(self) -> UUID:
        """Derived from stream and version, so that it is the same for ever."""
        return event_id(self.stream, self.version)


class Recorded(msgspec.Struct, frozen=True):
    """A fact as it stands in the log, with the numbers given under the lane's lock."""

    fact: Fact
    lane: int
    lane_position: int
    position: int
    recorded_at: datetime
    occurred_at: datetime
    prev_hash: bytes
    hash: bytes


@lru_cache(maxsize=2_048)
def event_id(stream: Stream, version: int) -> UUID:
    """Return the id of the fact at this version of the stream."""
    return uuid5(EVENT_NAMESPACE, f"{stream.org}/{stream.kind}/{stream.id}/{version}")


def instant(moment: datetime) -> str:
    """Write an aware instant as facts do: UTC, six decimals, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
