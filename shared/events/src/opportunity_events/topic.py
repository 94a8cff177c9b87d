"""The topic of facts: what a record of it carries, and how a record is read back.

A record's value is the fact's wire form, a structured CloudEvent in JSON. Its headers repeat what
a consumer needs before it reads the value, and carry what only the topic and operators see: the
lane, the place in it, and the lane's epoch.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from opportunity_events.chain import chain_hash
from opportunity_events.codec import MalformedFactError
from opportunity_events.envelope import instant
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.stored_form import CANONICAL, STORED, WIRE, Wire

FACTS_TOPIC: Final = "cohoi.facts"
CONTENT_TYPE: Final = b"application/cloudevents+json; charset=UTF-8"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Header = tuple[str, bytes]


class TopicRecord(msgspec.Struct, frozen=True, gc=False):
    """A record of the topic, before a client of Kafka writes it."""

    key: bytes  # organization and subject: the facts of one thing share it
    value: bytes | None  # none: a tombstone, in a topic that is compacted
    headers: list[Header]
    timestamp_ms: int


class FactRecord(TopicRecord, frozen=True, gc=False):
    """A record of the topic of facts, which always has a value."""

    value: bytes


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a record stands, by its headers, and which fact it is."""

    lane: int
    lane_position: int
    epoch: int
    event_id: UUID
    hash: bytes
    timestamp_ms: int

    def is_of(self, logged: LoggedFact) -> bool:
        """Say whether a fact of the log is the one that stands here, recorded at the same time.

        A command that is sent again to a restored log makes the same fact once more, later.
        """
        return (
            self.lane_position,
            self.event_id,
            self.hash,
            self.timestamp_ms,
        ) == (
            logged.lane_position,
            logged.event_id,
            logged.hash,
            milliseconds(logged.recorded_at),
        )


def wire_bytes(logged: LoggedFact) -> bytes:
    """Return the canonical JSON of a fact's wire form: `codec.wire_form`, without the detour."""
    known: dict[str, Any] = {
        **msgspec.structs.asdict(STORED.decode(logged.canonical)),
        "occurredat": instant(logged.occurred_at),
    }
    return CANONICAL.encode(
        Wire(
            **known,
            hash=logged.hash.hex(),
            position=logged.position,
            prevhash=logged.prev_hash.hex(),
            time=instant(logged.recorded_at),
        )
    )


def record_of(logged: LoggedFact, epoch: int) -> FactRecord:
    """Return the record that says a fact of the log in an epoch of its lane."""
    return FactRecord(
        key=f"{logged.org}/{logged.stream_kind}/{logged.stream_id}".encode(),
        value=wire_bytes(logged),
        headers=[("content-type", CONTENT_TYPE), *place_headers(logged, epoch)],
        timestamp_ms=milliseconds(logged.recorded_at),
    )


def place_headers(logged: LoggedFact, epoch: int) -> list[Header]:
    """Return the headers that say where a fact stands, and which it is."""
    return [
        ("id", str(logged.event_id).encode()),
        ("type", logged.type.encode()),
        ("lane", b"%d" % logged.lane),
        ("laneposition", b"%d" % logged.lane_position),
        ("laneepoch", b"%d" % epoch),
        ("streamversion", b"%d" % logged.version),
        ("hash", logged.hash.hex().encode()),
    ]


def milliseconds(moment: datetime) -> int:
    """Return a moment as records of Kafka say it: milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def place_of(headers: Iterable[Header], timestamp_ms: int) -> Place:
    """Read where a record stands; raise MalformedFactError where it is none of ours."""
    said = dict(headers)
    try:
        return Place(
            lane=int(said["lane"]),
            lane_position=int(said["laneposition"]),
            epoch=int(said["laneepoch"]),
            event_id=UUID(said["id"].decode()),
            hash=bytes.fromhex(said["hash"].decode()),
            timestamp_ms=timestamp_ms,
        )
    except (KeyError, ValueError) as damage:
        raise MalformedFactError(f"a record with headers that are not ours: {damage}") from damage


def logged_of(place: Place, value: bytes) -> LoggedFact:
    """Read a record back into the fact that the log holds, its canonical bytes included.

    The hash says whether the bytes are those of the log; raises MalformedFactError where not.
    """
    try:
        wire = WIRE.decode(value)
        if wire.occurredat is None:
            raise MalformedFactError("the wire form says when a fact occurred, and this does not")
        kind, _, stream_id = wire.subject.partition("/")
        prev_hash, fact_hash = bytes.fromhex(wire.prevhash), bytes.fromhex(wire.hash)
        canonical = _canonical(wire, prev_hash, fact_hash)
        if fact_hash != place.hash or wire.id != place.event_id:
            raise MalformedFactError("headers and value speak of different facts")
        return LoggedFact(
            lane=place.lane,
            lane_position=place.lane_position,
            org=wire.org,
            position=wire.position,
            stream_kind=kind,
            stream_id=UUID(stream_id),
            version=wire.streamversion,
            event_id=place.event_id,
            type=wire.type,
            recorded_at=datetime.fromisoformat(wire.time),
            occurred_at=datetime.fromisoformat(wire.occurredat),
            canonical=canonical,
            prev_hash=prev_hash,
            hash=fact_hash,
        )
    except (msgspec.DecodeError, ValueError) as damage:
        raise MalformedFactError(str(damage)) from damage


def _canonical(wire: Wire, prev_hash: bytes, fact_hash: bytes) -> bytes:
    """Return the stored bytes: with `occurredat` where an import gave one, else without.

    Where it equals `time`, the value does not say which; the hash does.
    """
    given = CANONICAL.encode(wire.stored(wire.occurredat))
    if chain_hash(prev_hash, given) == fact_hash:
        return given
    if wire.occurredat == wire.time:
        bare = CANONICAL.encode(wire.stored(None))
        if chain_hash(prev_hash, bare) == fact_hash:
            return bare
    raise MalformedFactError("the hash is not that of these bytes")
