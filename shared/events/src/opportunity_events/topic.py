"""The topic of facts: what a record of it carries, and how a record is read back.

A record's value is the fact's wire form, a structured CloudEvent in JSON. Its headers repeat what
a consumer needs before it reads the value, and carry what only the topic and operators see: the
lane, the place in it, and the lane's epoch.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from opportunity_events.chain import chain_hash
from opportunity_events.codec import MalformedFactError
from opportunity_events.envelope import Client, instant
from opportunity_events.logged_fact import LoggedFact

FACTS_TOPIC: Final = "cohoi.facts"
CONTENT_TYPE: Final = b"application/cloudevents+json; charset=UTF-8"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Header = tuple[str, bytes]


class TopicRecord(msgspec.Struct, frozen=True, gc=False):
    """A record of the topic, before a client of Kafka writes it."""

    key: bytes  # organization and subject: the facts of one thing share it
    value: bytes
    headers: list[Header]
    timestamp_ms: int


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
            _milliseconds(logged.recorded_at),
        )


class _Stored(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """The stored form as it is read here: nothing of it is looked at, all of it is kept."""

    actor: str
    causationid: str
    client: Client
    commandid: str
    correlationid: str
    data: msgspec.Raw
    datacontenttype: str
    dataschema: str
    id: str
    occurredat: str | None = None
    org: str
    source: str
    specversion: str
    streamversion: int
    subject: str
    traceparent: str | None = None
    type: str


class _Wire(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """The wire form, its fields in the order of the alphabet, in which they are written."""

    actor: str
    causationid: str
    client: Client
    commandid: str
    correlationid: str
    data: msgspec.Raw
    datacontenttype: str
    dataschema: str
    hash: str
    id: str
    occurredat: str
    org: str
    position: int
    prevhash: str
    source: str
    specversion: str
    streamversion: int
    subject: str
    time: str
    traceparent: str | None = None
    type: str


_stored: Final = msgspec.json.Decoder(_Stored)
_wire: Final = msgspec.json.Decoder(_Wire)
_encoder: Final = msgspec.json.Encoder()


def wire_bytes(logged: LoggedFact) -> bytes:
    """Return the canonical JSON of a fact's wire form: `codec.wire_form`, without the detour."""
    stored = _stored.decode(logged.canonical)
    return _encoder.encode(
        _Wire(
            actor=stored.actor,
            causationid=stored.causationid,
            client=stored.client,
            commandid=stored.commandid,
            correlationid=stored.correlationid,
            data=stored.data,
            datacontenttype=stored.datacontenttype,
            dataschema=stored.dataschema,
            hash=logged.hash.hex(),
            id=stored.id,
            occurredat=instant(logged.occurred_at),
            org=stored.org,
            position=logged.position,
            prevhash=logged.prev_hash.hex(),
            source=stored.source,
            specversion=stored.specversion,
            streamversion=stored.streamversion,
            subject=stored.subject,
            time=instant(logged.recorded_at),
            traceparent=stored.traceparent,
            type=stored.type,
        )
    )


def record_of(logged: LoggedFact, epoch: int) -> TopicRecord:
    """Return the record that says a fact of the log in an epoch of its lane."""
    return TopicRecord(
        key=f"{logged.org}/{logged.stream_kind}/{logged.stream_id}".encode(),
        value=wire_bytes(logged),
        headers=[
            ("content-type", CONTENT_TYPE),
            ("id", str(logged.event_id).encode()),
            ("type", logged.type.encode()),
            ("lane", b"%d" % logged.lane),
            ("laneposition", b"%d" % logged.lane_position),
            ("laneepoch", b"%d" % epoch),
            ("streamversion", b"%d" % logged.version),
            ("hash", logged.hash.hex().encode()),
        ],
        timestamp_ms=_milliseconds(logged.recorded_at),
    )


def _milliseconds(moment: datetime) -> int:
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
        wire = _wire.decode(value)
        kind, _, stream_id = wire.subject.partition("/")
        prev_hash, fact_hash = bytes.fromhex(wire.prevhash), bytes.fromhex(wire.hash)
        canonical = _canonical(wire, prev_hash, fact_hash)
        if fact_hash != place.hash or UUID(wire.id) != place.event_id:
            raise MalformedFactError("headers and value speak of different facts")
        return LoggedFact(
            lane=place.lane,
            lane_position=place.lane_position,
            org=UUID(wire.org),
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


def _canonical(wire: _Wire, prev_hash: bytes, fact_hash: bytes) -> bytes:
    """Return the stored bytes: with `occurredat` where an import gave one, else without.

    Where it equals `time`, the value does not say which; the hash does.
    """
    given = _encoder.encode(_stored_of(wire, wire.occurredat))
    if chain_hash(prev_hash, given) == fact_hash:
        return given
    if wire.occurredat == wire.time:
        bare = _encoder.encode(_stored_of(wire, None))
        if chain_hash(prev_hash, bare) == fact_hash:
            return bare
    raise MalformedFactError("the hash is not that of these bytes")


def _stored_of(wire: _Wire, occurred_at: str | None) -> _Stored:
    return _Stored(
        actor=wire.actor,
        causationid=wire.causationid,
        client=wire.client,
        commandid=wire.commandid,
        correlationid=wire.correlationid,
        data=wire.data,
        datacontenttype=wire.datacontenttype,
        dataschema=wire.dataschema,
        id=wire.id,
        occurredat=occurred_at,
        org=wire.org,
        source=wire.source,
        specversion=wire.specversion,
        streamversion=wire.streamversion,
        subject=wire.subject,
        traceparent=wire.traceparent,
        type=wire.type,
    )
