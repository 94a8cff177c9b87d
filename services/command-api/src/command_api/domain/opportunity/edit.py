"""How an opportunity's fields change: rules 10, 11, 15 and 16."""

from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from command_api.domain import refusal
from command_api.domain.board.decide import demand_open
from command_api.domain.commands import EditOpportunity
from command_api.domain.customer.decide import customer_subject
from command_api.domain.customer.state import Customer
from command_api.domain.edits import changed
from command_api.domain.opportunity.create import (
    amount_of,
    contact_faults,
    customer_faults,
    owner_named,
)
from command_api.domain.opportunity.standing import Place, Standing
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.user.state import User
from opportunity_events import v1

CLOSED_NEEDS_MANAGER = frozenset({"amount_minor", "currency", "period", "owner_id"})


def edit(
    command: EditOpportunity,
    standing: Standing,
    place: Place,
    customer: Customer | None,
    owner: User | None,
) -> list[v1.OpportunityFact]:
    """Change what is given and differs; one fact says all of it.

    `customer` is the one it will belong to, `owner` the one that is named, None for no such.
    """
    opportunity = standing.opportunity
    faults = _reference_faults(command, opportunity, place, customer, owner)
    if faults:
        raise refusal.Invalid(*faults)
    after = _after(command, opportunity.cell, place)
    changes = _cell_changes(opportunity.cell, after)
    changes += changed(
        [
            ("title", command.title, opportunity.title),
            ("external_ref", command.external_ref, opportunity.external_ref),
            ("contact_ids", _texts(command.contact_ids), _texts(opportunity.contact_ids) or ()),
        ]
    )
    changes += _note_change(command, opportunity, place, customer)
    after_close = opportunity.cell.status.type != "active" and any(
        change.field in CLOSED_NEEDS_MANAGER for change in changes
    )
    if after_close:
        place.context.demand_manager()
    if opportunity.deleted_version is not None:
        raise refusal.AlreadyDeleted(opportunity.deleted_version)
    if not changes:
        return []
    demand_open(place.board)
    return [
        v1.OpportunityEdited(
            opportunity.board_id, opportunity.cell, after, tuple(changes), after_close
        )
    ]


def _reference_faults(
    command: EditOpportunity,
    opportunity: Opportunity,
    place: Place,
    customer: Customer | None,
    owner: User | None,
) -> list[refusal.Fault]:
    faults: list[refusal.Fault] = []
    contact_ids = () if command.contact_ids is UNSET else command.contact_ids
    if command.customer_id is not UNSET and command.customer_id != opportunity.cell.customer_id:
        faults += customer_faults(customer, contact_ids, "")
        if command.contact_ids is UNSET and opportunity.contact_ids:
            faults.append(refusal.Fault("/contact_ids", "of-the-old-customer"))
    elif command.contact_ids is not UNSET and customer is not None:
        # A contact that is set already may have been erased since: keeping it is no fault.
        new = tuple(i for i in contact_ids if i not in opportunity.contact_ids)
        faults += contact_faults(customer, new)
        if len(set(contact_ids)) != len(contact_ids):
            faults.append(refusal.Fault("/contact_ids", "repeated"))
    if command.owner_id is not UNSET and command.owner_id != opportunity.cell.owner_id:
        owner_named(command.owner_id, owner, place, faults)
    return faults


def _after(command: EditOpportunity, before: v1.Cell, place: Place) -> v1.Cell:
    given: dict[str, object] = {}
    if command.value is not UNSET:
        if command.value is None:
            given["amount_minor"] = None
        else:
            given["amount_minor"], given["currency"] = amount_of(command.value, place)
    if command.confidence is not UNSET:
        given |= {"confidence": command.confidence, "confidence_source": "user"}
    for field in ("customer_id", "period", "expected_close_date", "owner_id"):
        wanted = getattr(command, field)
        if wanted is not UNSET:
            given[field] = wanted
    return msgspec.structs.replace(before, **given)


def _cell_changes(before: v1.Cell, after: v1.Cell) -> list[v1.Change]:
    plain = msgspec.to_builtins
    return [
        v1.Change(field, plain(was), plain(became))
        for field in v1.Cell.__struct_fields__
        if (was := getattr(before, field)) != (became := getattr(after, field))
    ]


def _note_change(
    command: EditOpportunity, opportunity: Opportunity, place: Place, customer: Customer | None
) -> list[v1.Change]:
    """Seal a note under the key of the customer that it is now about, also where that changed.

    An erased note stays what it is, unless it is cleared or written anew.
    """
    kept = opportunity.cell.customer_id
    customer_id = kept if command.customer_id is UNSET else command.customer_id
    moves = customer_id != kept and opportunity.note is not None
    if command.note is UNSET and not moves:
        return []
    privacy = place.context.privacy
    present = privacy.text("note", opportunity.note)
    wanted = present if command.note is UNSET else command.note
    if wanted is None:
        cleared = command.note is None and opportunity.note is not None
        return [v1.Change("note", opportunity.note, None)] if cleared else []
    if wanted == present and not moves:
        return []
    if customer is None or customer.erased_version is not None:
        raise refusal.Invalid(refusal.Fault("/note", "customer-erased"))
    sealed = privacy.seal(customer_subject(customer_id), "note", wanted)
    return [v1.Change("note", opportunity.note, sealed)]


def _texts(ids: tuple[UUID, ...] | UnsetType) -> tuple[str, ...] | UnsetType:
    return ids if isinstance(ids, UnsetType) else tuple(str(i) for i in ids)
