"""Which fields a command wants to change, and which a fact changed: what merging compares."""

from typing import assert_never

from msgspec import UNSET

from command_api.domain.commands import (
    DeleteOpportunity,
    EditOpportunity,
    OpportunityCommand,
    RestoreOpportunity,
)
from command_api.domain.context import Privacy
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.overlap import EVERYTHING
from opportunity_events import v1

# The API's field for each field of a change: an amount with its currency is one value.
_API_FIELD = {
    "amount_minor": "value",
    "currency": "value",
    "confidence_source": "confidence",
}


def changed_by(fact: v1.OpportunityFact) -> frozenset[str]:
    """Return the API's fields that a fact changed; `*` where it conflicts with everything."""
    match fact:
        case v1.OpportunityCreated() | v1.OpportunityDeleted() | v1.OpportunityRestored():
            return EVERYTHING
        case v1.OpportunityEdited():
            return frozenset(_API_FIELD.get(c.field, c.field) for c in fact.changes)
        case (
            v1.OpportunityMoved()
            | v1.OpportunityWon()
            | v1.OpportunityLost()
            | v1.OpportunityReopened()
        ):
            return frozenset({"status"})
        case _:
            assert_never(fact)


def wanted_by(
    command: OpportunityCommand, opportunity: Opportunity, currency: str, privacy: Privacy
) -> frozenset[str]:
    """Return the API's fields that a command would change; a wanted value that stands is none.

    `currency` is the organization's: that of a value which names none.
    """
    match command:
        case DeleteOpportunity() | RestoreOpportunity():
            return EVERYTHING
        case EditOpportunity():
            return frozenset(
                field
                for field in command.__struct_fields__
                if field not in {"opportunity_id", "occurred_at"}
                and getattr(command, field) is not UNSET
                and not _stands(field, command, opportunity, currency, privacy)
            )
        case _:
            return frozenset({"status"})


def _stands(
    field: str,
    command: EditOpportunity,
    opportunity: Opportunity,
    currency: str,
    privacy: Privacy,
) -> bool:
    cell = opportunity.cell
    match field:
        case "value":
            if command.value is None or command.value is UNSET:
                return cell.amount_minor is None
            same_currency = (command.value.currency or currency) == cell.currency
            return same_currency and command.value.amount_minor == cell.amount_minor
        case "confidence":
            return cell.confidence_source == "user" and command.confidence == cell.confidence
        case "note":
            if command.note is None or opportunity.note is None:
                return command.note is None and opportunity.note is None
            return privacy.text("note", opportunity.note) == command.note
        case "title" | "external_ref" | "contact_ids":
            return bool(getattr(command, field) == getattr(opportunity, field))
        case _:
            return bool(getattr(command, field) == getattr(cell, field))
