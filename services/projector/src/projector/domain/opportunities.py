"""The list of opportunities: what each one is now, and what it was at every earlier moment."""

from datetime import date, datetime
from typing import Any, Final, assert_never
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded
from opportunity_events.personal import Sealed
from opportunity_events.v1 import (
    Cell,
    OpportunityCreated,
    OpportunityDeleted,
    OpportunityEdited,
    OpportunityFact,
    OpportunityLost,
    OpportunityMoved,
    OpportunityReopened,
    OpportunityRestored,
    OpportunityWon,
)
from projector.domain.personal import Keyring, read
from projector.domain.timeline import Interval
from projector.domain.unfoldable import UnfoldableFactError, absent, begun_twice, no_such_change
from projector.domain.words import key_of, words_of

COLUMNS: Final = (
    "org",
    "id",
    "version",
    "board_id",
    "status_id",
    "status_type",
    "owner_id",
    "customer_id",
    "title",
    "title_key",
    "words",
    "external_ref",
    "amount_minor",
    "currency",
    "period",
    "annualized_minor",
    "weighted_minor",
    "confidence",
    "confidence_source",
    "effective_confidence",
    "expected_close_date",
    "closed_on",
    "contact_ids",
    "lost_reason",
    "created_at",
    "updated_at",
    "status_since",
    "deleted_at",
    "note",
    "note_key",
)
VERSION_COLUMNS: Final = (
    "org",
    "id",
    "version",
    "from_position",
    "to_position",
    "from_time",
    "to_time",
    *(column for column in COLUMNS[3:] if column not in {"note", "note_key"}),
)
_MONTHS: Final = 12
_CELL_FIELDS: Final = frozenset(Cell.__struct_fields__)
_Texts = tuple[str, str | None, tuple[UUID, ...], str | None, UUID | None]


class Opportunity(msgspec.Struct, frozen=True, gc=False):
    """An opportunity at one version; `note_key` without `note` is an erased note."""

    org: UUID
    id: UUID
    version: int
    board_id: UUID
    status_id: UUID
    status_type: str
    owner_id: UUID
    customer_id: UUID
    title: str
    external_ref: str | None
    amount_minor: int | None
    currency: str
    period: str
    confidence: int | None
    confidence_source: str
    expected_close_date: date | None
    closed_on: date | None
    contact_ids: tuple[UUID, ...]
    lost_reason: str | None
    created_at: datetime
    updated_at: datetime
    status_since: datetime
    deleted_at: datetime | None
    note: str | None
    note_key: UUID | None


def effective_confidence(status_type: str, confidence: int | None) -> int | None:
    """Return 100 where won, 0 where lost, else the opportunity's own."""
    if status_type == "won":
        return 100
    return 0 if status_type == "lost" else confidence


def annualized_minor(amount_minor: int | None, period: str) -> int | None:
    """Return what the value comes to in a year, or once."""
    if amount_minor is None:
        return None
    return amount_minor * _MONTHS if period == "monthly" else amount_minor


def weighted_minor(
    amount_minor: int | None, status_type: str, confidence: int | None
) -> int | None:
    """Return value x effective confidence, in hundredths of a minor unit."""
    if amount_minor is None:
        return None
    return amount_minor * (effective_confidence(status_type, confidence) or 0)


def evolve(
    before: Opportunity | None, recorded: Recorded, data: OpportunityFact, keyring: Keyring
) -> Opportunity:
    """Let one more fact have happened to an opportunity."""
    stream = recorded.fact.stream
    if isinstance(data, OpportunityCreated):
        if before is not None:
            raise begun_twice(stream.subject)
        note_key = None if data.note is None else data.note.key
        note = read(keyring, stream.org, "note", data.note)
        texts = (data.title, data.external_ref, data.contact_ids, note, note_key)
        return _at(None, recorded, data, texts)
    if before is None:
        raise absent(stream.subject)
    if before.board_id != data.board_id:
        raise UnfoldableFactError(f"{stream.subject} cannot change its board")
    texts = (before.title, before.external_ref, before.contact_ids, before.note, before.note_key)
    match data:
        case OpportunityEdited():
            return _at(before, recorded, data, _edited(stream.org, texts, data, keyring))
        case (
            OpportunityMoved()
            | OpportunityWon()
            | OpportunityLost()
            | OpportunityReopened()
            | OpportunityDeleted()
            | OpportunityRestored()
        ):
            return _at(before, recorded, data, texts)
        case _:
            assert_never(data)


def _edited(org: UUID, texts: _Texts, data: OpportunityEdited, keyring: Keyring) -> _Texts:
    title, external_ref, contact_ids, note, note_key = texts
    for change in data.changes:
        match change.field, change.to:
            case "title", str(text):
                title = text
            case "external_ref", str() | None as reference:
                external_ref = reference
            case "contact_ids", tuple(ids):
                contact_ids = tuple(UUID(contact) for contact in ids)
            case "note", Sealed() as sealed:
                note, note_key = keyring.open(org, "note", sealed), sealed.key
            case "note", None:
                note, note_key = None, None
            case field, _ if field not in _CELL_FIELDS:  # those stand in `after`
                raise no_such_change("opportunity", field)
            case _:
                pass
    return title, external_ref, contact_ids, note, note_key


def _at(
    before: Opportunity | None, recorded: Recorded, data: OpportunityFact, texts: _Texts
) -> Opportunity:
    stream, cell = recorded.fact.stream, data.after
    title, external_ref, contact_ids, note, note_key = texts
    if before is None:
        created_at = status_since = recorded.occurred_at
    else:
        created_at = before.created_at
        stays = before.status_id == cell.status.id
        status_since = before.status_since if stays else recorded.occurred_at
    return Opportunity(
        org=stream.org,
        id=stream.id,
        version=recorded.fact.version,
        board_id=data.board_id,
        status_id=cell.status.id,
        status_type=cell.status.type,
        owner_id=cell.owner_id,
        customer_id=cell.customer_id,
        title=title,
        external_ref=external_ref,
        amount_minor=cell.amount_minor,
        currency=cell.currency,
        period=cell.period,
        confidence=cell.confidence,
        confidence_source=cell.confidence_source,
        expected_close_date=cell.expected_close_date,
        closed_on=cell.closed_on,
        contact_ids=contact_ids,
        lost_reason=cell.lost_reason,
        created_at=created_at,
        updated_at=recorded.recorded_at,
        status_since=status_since,
        deleted_at=_deleted_at(before, recorded, cell),
        note=note,
        note_key=note_key,
    )


def _deleted_at(before: Opportunity | None, recorded: Recorded, cell: Cell) -> datetime | None:
    if not cell.deleted:
        return None
    if before is not None and before.deleted_at is not None:
        return before.deleted_at
    return recorded.recorded_at


def _counted(state: Opportunity) -> tuple[Any, ...]:
    """Return the columns that the list and its history share, from board_id on."""
    return (
        state.board_id,
        state.status_id,
        state.status_type,
        state.owner_id,
        state.customer_id,
        state.title,
        key_of(state.title),
        words_of(state.title, state.external_ref),
        state.external_ref,
        state.amount_minor,
        state.currency,
        state.period,
        annualized_minor(state.amount_minor, state.period),
        weighted_minor(state.amount_minor, state.status_type, state.confidence),
        state.confidence,
        state.confidence_source,
        effective_confidence(state.status_type, state.confidence),
        state.expected_close_date,
        state.closed_on,
        [*state.contact_ids],
        state.lost_reason,
        state.created_at,
        state.updated_at,
        state.status_since,
        state.deleted_at,
    )


def row(state: Opportunity) -> tuple[Any, ...]:
    """Return the row of `opportunities`, in the order of COLUMNS."""
    counted = _counted(state)
    return (state.org, state.id, state.version, *counted, state.note, state.note_key)


def version_row(state: Opportunity, interval: Interval) -> tuple[Any, ...]:
    """Return the row of `opportunity_versions`, in the order of VERSION_COLUMNS."""
    return (
        state.org,
        state.id,
        state.version,
        interval.from_position,
        interval.to_position,
        interval.from_time,
        interval.to_time,
        *_counted(state),
    )
