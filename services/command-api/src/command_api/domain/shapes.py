"""Resources in the shape of their single reads, made of decision state for who met a conflict.

Reads come from the read models, a moment later; a refusal shows what it was decided on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from command_api.domain.board.state import Board, Status
from command_api.domain.context import local_date
from command_api.domain.customer.state import Contact, Customer
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.organization.state import Organization
from command_api.domain.team.state import Team
from command_api.domain.user.state import User
from opportunity_events import v1
from opportunity_events.envelope import Fact, instant
from opportunity_events.personal import Sealed

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Timed:
    """A fact with the times that the log gave it."""

    fact: Fact
    recorded_at: datetime
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What a shape needs beside the state: its newest history, names, the clock, opened values."""

    id: UUID
    version: int
    created_at: datetime
    history: Sequence[Timed]
    names: Mapping[UUID, str | None]
    opened: Mapping[Sealed, str | None]
    now: datetime
    time_zone: str

    def text(self, sealed: Sealed | None) -> str | None:
        """Return an opened value; None for none and for an erased one."""
        return None if sealed is None else self.opened.get(sealed)

    def recorded(self, *kinds: type[v1.FactData]) -> str | None:
        """Return when the last fact of these kinds was recorded."""
        found = [t.recorded_at for t in self.history if isinstance(t.fact.data, kinds)]
        return instant(found[-1]) if found else None


def opportunity_shape(state: Opportunity, board: Board, beside: Beside) -> dict[str, Any]:
    """Return an opportunity as its single read shows it."""
    cell = state.cell
    status = board.shown(cell.status.id)
    today = local_date(beside.now, beside.time_zone)
    effective = _effective(cell)
    expected = None if cell.amount_minor is None else cell.amount_minor * (effective or 0)
    return {
        "id": beside.id,
        "version": beside.version,
        "title": state.title,
        "external_ref": state.external_ref,
        "customer": {"id": cell.customer_id, "name": beside.names.get(cell.customer_id)},
        "board_id": state.board_id,
        "status": {
            "id": cell.status.id,
            "name": cell.status.name if status is None else status.name,
            "type": cell.status.type,
        },
        "owner": {"id": cell.owner_id, "name": beside.names.get(cell.owner_id)},
        "value": None
        if cell.amount_minor is None
        else {"amount_minor": cell.amount_minor, "currency": cell.currency},
        "period": cell.period,
        "annualized_minor": _annualized(cell),
        "confidence": cell.confidence,
        "confidence_source": cell.confidence_source,
        "effective_confidence": effective,
        # Half away from zero; neither factor is ever negative.
        "expected_value_minor": None if expected is None else (expected + 50) // 100,
        "expected_close_date": cell.expected_close_date,
        "closed_on": cell.closed_on,
        "lost_reason": cell.lost_reason,
        "overdue": _overdue(cell, today),
        "days_in_status": _days_in_status(cell, beside, today),
        "created_at": instant(beside.created_at),
        "updated_at": instant(beside.history[-1].recorded_at),
        "deleted_at": beside.recorded(v1.OpportunityDeleted) if cell.deleted else None,
        "contact_ids": list(state.contact_ids),
        "note": beside.text(state.note),
    }


def board_shape(state: Board, beside: Beside) -> dict[str, Any]:
    """Return a board as its single read shows it."""
    return {
        "id": beside.id,
        "version": beside.version,
        "name": state.name,
        "archived_at": beside.recorded(v1.BoardArchived),
        "statuses": [status_shape(status) for status in state.statuses],
    }


def status_shape(status: Status) -> dict[str, Any]:
    """Return a status as its board shows it."""
    return {
        "id": status.id,
        "name": status.name,
        "type": status.type,
        "color": status.color,
        "default_confidence": status.default_confidence,
        "deleting": status.going_to is not None,
    }


def customer_shape(state: Customer, beside: Beside) -> dict[str, Any]:
    """Return a customer with its contacts."""
    return {
        "id": beside.id,
        "version": beside.version,
        "name": beside.text(state.name),
        "external_ref": state.external_ref,
        "person": state.person,
        "archived_at": beside.recorded(v1.CustomerArchived),
        "contacts": [
            contact_shape(contact_id, contact, beside)
            for contact_id, contact in state.contacts.items()
        ],
    }


def contact_shape(contact_id: UUID, contact: Contact, beside: Beside) -> dict[str, Any]:
    """Return a contact as its customer shows it."""
    erased = [t for t in beside.history if t.fact.version == contact.erased_version]
    return {
        "id": contact_id,
        "name": beside.text(contact.name),
        "email": beside.text(contact.email),
        "phone": beside.text(contact.phone),
        "title": beside.text(contact.title),
        "erased_at": instant(erased[0].recorded_at) if erased else None,
    }


def user_shape(state: User, beside: Beside) -> dict[str, Any]:
    """Return a user as its single read shows it."""
    return {
        "id": beside.id,
        "version": beside.version,
        "name": beside.text(state.name),
        "email": beside.text(state.email),
        "role": state.role,
        "team_id": state.team_id,
        "active": state.active,
    }


def team_shape(state: Team, beside: Beside) -> dict[str, Any]:
    """Return a team as its single read shows it."""
    return {"id": beside.id, "version": beside.version, "name": state.name}


def organization_shape(state: Organization, beside: Beside) -> dict[str, Any]:
    """Return an organization as its single read shows it."""
    return {
        "id": beside.id,
        "version": beside.version,
        "name": state.name,
        "currency": state.currency,
        "time_zone": state.time_zone,
        "language": state.language,
        "visibility": state.visibility,
        "today": local_date(beside.now, beside.time_zone),
    }


def _effective(cell: v1.Cell) -> int | None:
    return {"won": 100, "lost": 0}.get(cell.status.type, cell.confidence)


def _annualized(cell: v1.Cell) -> int | None:
    if cell.amount_minor is None:
        return None
    return cell.amount_minor * (MONTHS_A_YEAR if cell.period == "monthly" else 1)


def _overdue(cell: v1.Cell, today: date) -> bool:
    due = cell.expected_close_date
    return due is not None and due < today and cell.status.type == "active"


def _days_in_status(cell: v1.Cell, beside: Beside, today: date) -> int:
    """Count whole local days of this visit, until today or the closing."""
    since = beside.created_at
    for timed in beside.history:
        before = getattr(timed.fact.data, "before", None)
        after = getattr(timed.fact.data, "after", None)
        if before is not None and after is not None and before.status.id != after.status.id:
            since = timed.occurred_at
    return max(0, ((cell.closed_on or today) - local_date(since, beside.time_zone)).days)
