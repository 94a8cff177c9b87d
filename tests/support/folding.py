"""Past facts, folded: what pure tests of the read models say, and ask."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from opportunity_events import v1
from opportunity_events.envelope import Recorded, Stream, StreamKind
from opportunity_events.personal import Sealed
from projector.domain.fold import Fold
from projector.domain.tables import HISTORY, PRESENT
from support.planted import Planted
from support.recorded_facts import PlainKeyring, Recorder, plain_seal

ORG = UUID(int=1)
BOARD, CUSTOMER, OWNER, OPPORTUNITY = (UUID(int=n) for n in (2, 3, 4, 5))
NEW = v1.StatusRef(UUID(int=11), "Mới", "active")
TALKS = v1.StatusRef(UUID(int=12), "Đàm phán", "active")
WON = v1.StatusRef(UUID(int=13), "Thắng", "won")
LOST = v1.StatusRef(UUID(int=14), "Thua", "lost")


def sealed(subject: str, field: str, text: str) -> Sealed:
    """Seal a value of the organization."""
    return plain_seal(ORG, subject, field, text)


def key_of(subject: str) -> UUID:
    """Return the key of a person of the organization."""
    return uuid5(ORG, subject)


def cell(**changed: Any) -> v1.Cell:
    """Return a cell: a thousand USD at 60 %, in the first status."""
    given: dict[str, Any] = {
        "status": NEW,
        "owner_id": OWNER,
        "customer_id": CUSTOMER,
        "amount_minor": 100_000,
        "currency": "USD",
        "period": "one_time",
        "confidence": 60,
        "confidence_source": "user",
        "expected_close_date": None,
        "closed_on": None,
        "lost_reason": None,
        "deleted": False,
    }
    return v1.Cell(**(given | changed))


def at(kind: StreamKind, stream_id: UUID, data: v1.FactData) -> Planted:
    """Say that a fact happened to a stream of the organization."""
    return Planted(Stream(ORG, kind, stream_id), data)


def of(data: v1.OpportunityFact, occurred_at: datetime | None = None) -> Planted:
    """Say that a fact happened to the opportunity."""
    return Planted(Stream(ORG, "opportunity", OPPORTUNITY), data, occurred_at)


def created(after: v1.Cell | None = None, **texts: Any) -> v1.OpportunityCreated:
    """Begin the opportunity."""
    given: dict[str, Any] = {
        "title": "Máy in",
        "external_ref": None,
        "contact_ids": (),
        "note": None,
    }
    return v1.OpportunityCreated(BOARD, None, after or cell(), **(given | texts))


def edited(before: v1.Cell, after: v1.Cell, *changes: v1.Change) -> v1.OpportunityEdited:
    """Edit the opportunity."""
    return v1.OpportunityEdited(BOARD, before, after, changes, after_close=False)


def moved(before: v1.Cell, after: v1.Cell) -> v1.OpportunityMoved:
    """Move the opportunity."""
    return v1.OpportunityMoved(BOARD, before, after, None, None)


def record(*facts: Planted) -> list[Recorded]:
    """Give facts their numbers and instants."""
    return Recorder().record(facts)


def folded(facts: Iterable[Recorded], gone: Iterable[UUID] = ()) -> Fold:
    """Fold facts from the first one on."""
    fold = Fold(PlainKeyring(gone))
    for recorded in facts:
        fold.apply(recorded)
    return fold


def tables(fold: Fold) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table that a fold from the beginning came to."""
    found: dict[str, list[dict[str, Any]]] = {}
    for present in PRESENT:
        rows = present.expected(fold).rows()
        found[present.table.name] = _named(present.table.columns, rows)
    for history in HISTORY:
        timeline = history.timeline(fold)
        versions = [*timeline.take_closed(), *timeline.open_versions()]
        rows = (history.version_row(state, interval) for state, interval in versions)
        found[history.table.name] = _named(history.table.columns, sorted(rows, key=_by_key))
    return found


def _named(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _by_key(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:3]
