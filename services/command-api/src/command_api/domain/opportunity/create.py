"""How an opportunity begins: rules 8 to 12."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import UnsetType

from command_api.domain import refusal
from command_api.domain.board.decide import demand_open, status_gone
from command_api.domain.board.state import Board, Status
from command_api.domain.commands import CreateOpportunity, Money
from command_api.domain.context import local_date
from command_api.domain.customer.decide import customer_subject
from command_api.domain.customer.state import Customer
from command_api.domain.opportunity.standing import Place
from command_api.domain.user.state import User
from opportunity_events import v1

Dated = tuple[v1.OpportunityFact, datetime | None]
CREATED_CLOSED: Final = {"won": v1.OpportunityWon, "lost": v1.OpportunityLost}


def create(
    command: CreateOpportunity,
    board_id: UUID,
    place: Place,
    customer: Customer | None,
    owner: User | None,
) -> list[Dated]:
    """Begin an opportunity; in a closed status it is created active and won or lost behind it.

    `customer` and `owner` are what the command names, None where there is no such.
    """
    faults = customer_faults(customer, command.contact_ids, "")
    owner_id = owner_named(command.owner_id, owner, place, faults)
    status = _status(place.board, command.status_id, faults)
    if faults or status is None or owner_id is None:
        raise refusal.Invalid(*faults)
    demand_open(place.board)
    if place.board.live(status.id) is None:
        raise status_gone(place.board, status.id)
    start = status if status.type == "active" else place.board.first("active")
    amount, currency = amount_of(command.value, place)
    source, confidence = confidence_given(command.confidence, start)
    after = v1.Cell(
        status=start.ref,
        owner_id=owner_id,
        customer_id=command.customer_id,
        amount_minor=amount,
        currency=currency,
        period=command.period,
        confidence=confidence,
        confidence_source=source,
        expected_close_date=command.expected_close_date,
        closed_on=None,
        lost_reason=None,
        deleted=False,
    )
    note = None
    if command.note is not None:
        subject = customer_subject(command.customer_id)
        note = place.context.privacy.seal(subject, "note", command.note)
    created = v1.OpportunityCreated(
        board_id, None, after, command.title, command.external_ref, command.contact_ids, note
    )
    facts: list[Dated] = [(created, command.occurred_at)]
    if status.type != "active":
        facts.append(_closed(command, board_id, after, status, place))
    return facts


def _closed(
    command: CreateOpportunity, board_id: UUID, before: v1.Cell, status: Status, place: Place
) -> Dated:
    closed_on: date = local_date(
        command.closed_at or command.occurred_at or place.context.now,
        place.organization.time_zone,
    )
    reason = command.lost_reason if status.type == "lost" else None
    after = v1.Cell(
        status=status.ref,
        owner_id=before.owner_id,
        customer_id=before.customer_id,
        amount_minor=before.amount_minor,
        currency=before.currency,
        period=before.period,
        confidence=before.confidence,
        confidence_source=before.confidence_source,
        expected_close_date=before.expected_close_date,
        closed_on=closed_on,
        lost_reason=reason,
        deleted=False,
    )
    fact = CREATED_CLOSED[status.type](board_id, before, after, reason, None)
    return fact, command.closed_at or command.occurred_at


def _status(board: Board, status_id: UUID | None, faults: list[refusal.Fault]) -> Status | None:
    if status_id is None:
        return board.first("active")
    status = board.shown(status_id)
    if status is not None:
        return status
    if status_id in board.gone:
        if not faults:
            raise status_gone(board, status_id)
        return None
    faults.append(refusal.Fault("/status_id", "unknown"))
    return None


def customer_faults(
    customer: Customer | None, contact_ids: tuple[UUID, ...], prefix: str
) -> list[refusal.Fault]:
    """Return what is wrong with the customer and contacts that a command names."""
    if customer is None:
        return [refusal.Fault(f"{prefix}/customer_id", "unknown")]
    if customer.archived or customer.erased_version is not None:
        return [refusal.Fault(f"{prefix}/customer_id", "archived")]
    return contact_faults(customer, contact_ids)


def contact_faults(customer: Customer, contact_ids: tuple[UUID, ...]) -> list[refusal.Fault]:
    """Return what is wrong with contacts: each must be a present one of the customer, once."""
    faults: list[refusal.Fault] = []
    for index, contact_id in enumerate(contact_ids):
        contact = customer.contacts.get(contact_id)
        if contact is None or contact.erased_version is not None:
            faults.append(refusal.Fault(f"/contact_ids/{index}", "unknown"))
        elif contact_id in contact_ids[:index]:
            faults.append(refusal.Fault(f"/contact_ids/{index}", "repeated"))
    return faults


def owner_named(
    named: UUID | None, owner: User | None, place: Place, faults: list[refusal.Fault]
) -> UUID | None:
    """Return who is to own it; notes a fault for an unknown or inactive owner.

    A rep may name nobody but oneself; a caller that is no user must name somebody.
    """
    asker = place.context.asker
    if named is None:
        if asker.user_id is None:
            faults.append(refusal.Fault("/owner_id", "required"))
        return asker.user_id
    if named != asker.user_id:
        place.context.demand_manager()
    if owner is None:
        faults.append(refusal.Fault("/owner_id", "unknown"))
    elif not owner.active or owner.erased_version is not None:
        faults.append(refusal.Fault("/owner_id", "inactive"))
    return named


def amount_of(value: Money | None, place: Place) -> tuple[int | None, str]:
    """Return amount and currency; without one it is the organization's of this moment."""
    if value is None:
        return None, place.organization.currency
    return value.amount_minor, value.currency or place.organization.currency


def confidence_given(
    given: int | UnsetType | None, status: Status
) -> tuple[v1.ConfidenceSource, int | None]:
    """Return source and figure: a given one (also none) is the user's, else the status's."""
    if isinstance(given, UnsetType):
        return "status", status.default_confidence
    return "user", given
