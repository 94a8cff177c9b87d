"""From a row to the command that it means, and to what has to be there first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET

from command_api.application.imports.order import ImportOrder
from command_api.application.imports.roster import Roster
from command_api.application.known import Known
from command_api.domain import commands as c
from command_api.domain.board.state import Board
from command_api.domain.context import MANAGING_ROLES, local_date
from command_api.domain.importing.reasons import Reason
from command_api.domain.importing.rows import Row
from command_api.domain.importing.statuses import find_status
from command_api.domain.text import NAME_CHARACTERS, status_key
from service_runtime.ids import new_id

_ADMIN: Final = "admin"


@dataclass(frozen=True, slots=True)
class Meant:
    """A row as a command, and the ids of what it stands on: a status, a customer, an owner."""

    row: Row
    command: c.CreateOpportunity
    needs: tuple[UUID, ...]
    reference_from_id: bool


class Resolver:
    """Turns rows into commands by what the asker may do; whom it may not add, it refuses."""

    def __init__(
        self, order: ImportOrder, roster: Roster, time_zone: str, fallback_owner: UUID | None
    ) -> None:
        self._order = order
        self._roster = roster
        self._zone = ZoneInfo(time_zone)
        self._today = local_date(order.ordered_at, time_zone)
        self._fallback_owner = fallback_owner
        self._manages = order.asker.role in MANAGING_ROLES
        self._administers = order.asker.role == _ADMIN
        self._new_statuses: dict[str, c.AddStatus] = {}
        self.statuses: dict[UUID, c.AddStatus] = {}

    def resolve(self, row: Row, opportunity_id: UUID, board: Board, known: Known) -> Meant | Reason:
        """Return what a row means on this board; raises NotYetKnown where it has to ask first."""
        if not self._manages and self._is_past(row):
            return Reason("needs-manager-date")
        status = self._status(row, board)
        if isinstance(status, Reason):
            return status
        owner = self._owner(row, known)
        if isinstance(owner, Reason):
            return owner
        customer = self._roster.customer(row.customer, known)
        if isinstance(customer, Reason):
            return customer
        reference, taken = _reference(row)
        command = c.CreateOpportunity(
            opportunity_id=opportunity_id,
            title=row.title,
            customer_id=customer,
            board_id=self._order.options.board_id,
            status_id=status,
            value=c.Money(row.amount_minor, row.currency),
            period=row.period or "one_time",
            confidence=UNSET if row.confidence is None else row.confidence,
            expected_close_date=row.expected_close_date,
            owner_id=owner,
            note=row.note,
            external_ref=reference,
            occurred_at=row.created_at,
            closed_at=self._closed_at(row),
            lost_reason=row.lost_reason,
        )
        return Meant(row, command, (status, owner, customer), taken)

    def _is_past(self, row: Row) -> bool:
        days: list[date] = [] if row.closed_on is None else [row.closed_on]
        if row.created_at is not None:
            days.append(row.created_at.astimezone(self._zone).date())
        return any(day < self._today for day in days)

    def _closed_at(self, row: Row) -> datetime | None:
        """Return when it was closed: now, where the file says only when it began."""
        if row.status.type == "active" or row.closed_at is not None:
            return row.closed_at
        return None if row.created_at is None else self._order.ordered_at

    def _status(self, row: Row, board: Board) -> UUID | Reason:
        live = {status_key(s.name): s for s in board.statuses if s.going_to is None}
        found = find_status(row.status.name or "", {key: s.type for key, s in live.items()})
        if found.type != row.status.type:
            return Reason("status-gone")  # its type is another one than when the file was read
        if found.name is None or found.match == "type":
            return board.first(found.type).id
        key = status_key(found.name)
        if found.match == "board":
            return live[key].id
        if not self._administers:
            return Reason("needs-admin-status")
        return self._added(key, found.name)

    def _added(self, key: str, name: str) -> UUID:
        if key not in self._new_statuses:
            status = c.NewStatus(new_id(), name, "active", None, None)
            command = c.AddStatus(self._order.options.board_id, status, None)
            self._new_statuses[key] = self.statuses[status.status_id] = command
        return self._new_statuses[key].status.status_id

    def _owner(self, row: Row, known: Known) -> UUID | Reason:
        if row.owner is None:
            own = self._order.asker.user_id or self._fallback_owner
            return Reason("owner-missing") if own is None else own
        owner = self._roster.user(row.owner, known, may_add=self._administers)
        if isinstance(owner, UUID) and owner != self._order.asker.user_id and not self._manages:
            return Reason("needs-manager-owner")
        return owner


def _reference(row: Row) -> tuple[str | None, bool]:
    """Return the external reference, else the file's id, so that people find the deal by it."""
    if row.external_ref is not None or row.identity.kind != "id":
        return row.external_ref, False
    taken = row.identity.text if len(row.identity.text) <= NAME_CHARACTERS else None
    return taken, taken is not None
