"""What an opportunity is: its cell, and what is not counted but kept."""

from typing import Any, assert_never
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.personal import Sealed


class Opportunity(msgspec.Struct, frozen=True):
    """Decision state of an opportunity; `last_active` is the last active status it stood in."""

    board_id: UUID
    cell: v1.Cell
    title: str
    external_ref: str | None
    contact_ids: tuple[UUID, ...]
    note: Sealed | None
    last_active: UUID
    deleted_version: int | None = None


def evolve(opportunity: Opportunity | None, fact: v1.OpportunityFact, version: int) -> Opportunity:
    """Return the opportunity after the fact at this version of its stream; never refuses."""
    if isinstance(fact, v1.OpportunityCreated):
        return Opportunity(
            fact.board_id,
            fact.after,
            fact.title,
            fact.external_ref,
            fact.contact_ids,
            fact.note,
            fact.after.status.id,
        )
    if opportunity is None:
        raise ValueError("an opportunity begins with OpportunityCreated")
    replace = msgspec.structs.replace
    match fact:
        case v1.OpportunityEdited():
            kept = {c.field: c.to for c in fact.changes if c.field in _BESIDE_THE_CELL}
            return replace(opportunity, cell=fact.after, **_typed(kept))
        case (
            v1.OpportunityMoved()
            | v1.OpportunityWon()
            | v1.OpportunityLost()
            | v1.OpportunityReopened()
        ):
            status = fact.after.status
            last = status.id if status.type == "active" else opportunity.last_active
            return replace(opportunity, cell=fact.after, last_active=last)
        case v1.OpportunityDeleted():
            return replace(opportunity, cell=fact.after, deleted_version=version)
        case v1.OpportunityRestored():
            status = fact.after.status
            last = status.id if status.type == "active" else opportunity.last_active
            return replace(opportunity, cell=fact.after, last_active=last, deleted_version=None)
        case _:
            assert_never(fact)


_BESIDE_THE_CELL = frozenset({"title", "external_ref", "contact_ids", "note"})


def _typed(kept: dict[str, v1.FieldValue]) -> dict[str, Any]:
    typed: dict[str, Any] = dict(kept)
    contact_ids = kept.get("contact_ids")
    if isinstance(contact_ids, tuple):
        typed["contact_ids"] = tuple(UUID(contact_id) for contact_id in contact_ids)
    return typed
