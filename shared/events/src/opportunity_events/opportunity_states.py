"""The topic of present states: what stands for an opportunity after each of its facts.

For sinks that want a row each and no history: a compacted topic, keyed by opportunity, in the
envelope that Debezium made known (before, after, op, source, ts_ms). A deletion is followed by a
tombstone. Everything here follows from the log alone, so that it can be said again at any time.
"""

from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.envelope import ZERO_HASH, instant
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.personal import Sealed
from opportunity_events.stored_form import CANONICAL
from opportunity_events.topic import Header, TopicRecord, milliseconds, place_headers

STATES_TOPIC: Final = "cohoi.opportunities"
STATE_CONTENT_TYPE: Final = b"application/json"
STATE_SCHEMA: Final = "opportunity_state.v1"
VOID_TYPE: Final = "void"
"""What a tombstone says as its type, for an opportunity that a restored log does not know."""

Operation = Literal["c", "u", "d"]
_PARTICULAR: Final = frozenset({"title", "external_ref", "contact_ids", "note"})


class MissingBeginningError(Exception):
    """An opportunity changed that nothing is known of: whoever asks left its beginning out."""


class Particulars(msgspec.Struct, frozen=True):
    """What of an opportunity its later facts do not repeat."""

    created_at: datetime
    title: str
    external_ref: str | None
    contact_ids: tuple[UUID, ...]
    note: Sealed | None


class OpportunityState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opportunity as it stands, flat, as a row of a sink wants it; money in minor units."""

    id: UUID
    org: UUID
    version: int
    board_id: UUID
    status_id: UUID
    status_name: str
    status_type: v1.StatusType
    owner_id: UUID
    customer_id: UUID
    title: str
    amount_minor: int | None
    currency: str
    period: v1.Period
    confidence: int | None
    confidence_source: v1.ConfidenceSource
    expected_close_date: date | None
    closed_on: date | None
    lost_reason: str | None
    external_ref: str | None
    contact_ids: tuple[UUID, ...]
    note: Sealed | None
    created_at: str


class StateSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fact that a change of state comes from; the epoch and the version say what is newer."""

    connector: Literal["cohoi"]
    event_id: UUID
    type: str
    actor: str
    org: UUID
    position: int
    version: int
    lane: int
    lane_position: int
    lane_epoch: int
    ts_ms: int


class StateChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opportunity before and after one fact; null where it is not on any board."""

    before: OpportunityState | None
    after: OpportunityState | None
    op: Operation
    source: StateSource
    ts_ms: int


def particulars_after(
    before: Particulars | None, data: v1.OpportunityFact, occurred_at: datetime
) -> Particulars:
    """Return what later facts do not repeat, after a fact; raise MissingBeginningError."""
    if isinstance(data, v1.OpportunityCreated):
        return Particulars(
            created_at=occurred_at,
            title=data.title,
            external_ref=data.external_ref,
            contact_ids=data.contact_ids,
            note=data.note,
        )
    if before is None:
        raise MissingBeginningError
    if isinstance(data, v1.OpportunityEdited):
        changed = {one.field: one.to for one in data.changes if one.field in _PARTICULAR}
        if changed:
            known = msgspec.structs.asdict(before)
            return msgspec.convert({**known, **changed}, Particulars)
    return before


def state_records(
    logged: LoggedFact,
    actor: str,
    data: v1.OpportunityFact,
    particulars: tuple[Particulars | None, Particulars],
    epoch: int,
) -> list[TopicRecord]:
    """Return what the topic says of a fact, `particulars` being those before and after it.

    One record, and a tombstone behind it where the opportunity was deleted.
    """
    known, known_now = particulars
    before = None
    if data.before is not None and known is not None:
        before = _state(logged, data.board_id, data.before, known, logged.version - 1)
    after = _state(logged, data.board_id, data.after, known_now, logged.version)
    moment = milliseconds(logged.recorded_at)
    change = StateChange(
        before=before,
        after=after,
        op=_operation(before, after),
        source=StateSource(
            connector="cohoi",
            event_id=logged.event_id,
            type=logged.type,
            actor=actor,
            org=logged.org,
            position=logged.position,
            version=logged.version,
            lane=logged.lane,
            lane_position=logged.lane_position,
            lane_epoch=epoch,
            ts_ms=moment,
        ),
        ts_ms=moment,
    )
    key = state_key(logged.org, logged.stream_id)
    headers = [("content-type", STATE_CONTENT_TYPE), *place_headers(logged, epoch)]
    said = TopicRecord(key, CANONICAL.encode(change), headers, moment)
    return [said] if after is not None else [said, TopicRecord(key, None, headers, moment)]


def state_key(org: UUID, opportunity: UUID) -> bytes:
    """Return the key of an opportunity: JSON, as sinks take a primary key from it."""
    return CANONICAL.encode({"id": opportunity, "org": org})


class _Key(msgspec.Struct, forbid_unknown_fields=True):
    id: UUID
    org: UUID


_KEY: Final = msgspec.json.Decoder(_Key)


def opportunity_of(key: bytes) -> tuple[UUID, UUID]:
    """Return organization and opportunity of a key; raises msgspec.DecodeError for another's."""
    known = _KEY.decode(key)
    return known.org, known.id


def void_tombstone(key: bytes, lane: int, epoch: int, moment: datetime) -> TopicRecord:
    """Return what takes an opportunity away that a restored log does not know any more."""
    headers: list[Header] = [
        ("content-type", STATE_CONTENT_TYPE),
        ("id", str(UUID(int=0)).encode()),
        ("type", VOID_TYPE.encode()),
        ("lane", b"%d" % lane),
        ("laneposition", b"0"),
        ("laneepoch", b"%d" % epoch),
        ("streamversion", b"0"),
        ("hash", ZERO_HASH.hex().encode()),
    ]
    return TopicRecord(key, None, headers, milliseconds(moment))


def _state(
    logged: LoggedFact, board_id: UUID, cell: v1.Cell, known: Particulars, version: int
) -> OpportunityState | None:
    if cell.deleted:
        return None
    return OpportunityState(
        id=logged.stream_id,
        org=logged.org,
        version=version,
        board_id=board_id,
        status_id=cell.status.id,
        status_name=cell.status.name,
        status_type=cell.status.type,
        owner_id=cell.owner_id,
        customer_id=cell.customer_id,
        title=known.title,
        amount_minor=cell.amount_minor,
        currency=cell.currency,
        period=cell.period,
        confidence=cell.confidence,
        confidence_source=cell.confidence_source,
        expected_close_date=cell.expected_close_date,
        closed_on=cell.closed_on,
        lost_reason=cell.lost_reason,
        external_ref=known.external_ref,
        contact_ids=known.contact_ids,
        note=known.note,
        created_at=instant(known.created_at),
    )


def _operation(before: OpportunityState | None, after: OpportunityState | None) -> Operation:
    if after is None:
        return "d"
    return "c" if before is None else "u"
