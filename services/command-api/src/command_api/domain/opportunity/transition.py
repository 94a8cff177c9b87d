"""How an opportunity goes from status to status: rules 10, 12 and 13, one path for every route."""

from datetime import date
from uuid import UUID

import msgspec

from command_api.domain import refusal
from command_api.domain.board.decide import demand_open, status_gone
from command_api.domain.board.state import Board, Status
from command_api.domain.commands import (
    LoseOpportunity,
    MoveOpportunity,
    ReopenOpportunity,
    WinOpportunity,
)
from command_api.domain.context import local_date
from command_api.domain.opportunity.standing import Place, Standing
from opportunity_events import v1

TransitionCommand = MoveOpportunity | WinOpportunity | LoseOpportunity | ReopenOpportunity


def transition(
    command: TransitionCommand, standing: Standing, place: Place
) -> list[v1.OpportunityFact]:
    """Move, win, lose or reopen: what it is, is said by the types of the two statuses."""
    opportunity = standing.opportunity
    here = opportunity.cell.status
    closed_on = None if isinstance(command, ReopenOpportunity) else command.closed_on
    target = _target(command, standing, place.board)
    if target is not None:
        _demand_permission(here, target, standing, place)
    _demand_sound_date(closed_on, here, target, standing, place)
    if opportunity.deleted_version is not None:
        raise refusal.AlreadyDeleted(opportunity.deleted_version)
    if target is not None and target.id == here.id:
        return []
    demand_open(place.board)
    if target is None or place.board.live(target.id) is None:
        gone = command.status_id if target is None else target.id
        if gone is None:
            raise ValueError("a target is missing only where one was named")
        raise status_gone(place.board, gone)
    return [
        transition_fact(
            opportunity.board_id,
            opportunity.cell,
            target,
            closed_on=closed_on
            or local_date(command.occurred_at or place.context.now, place.organization.time_zone),
            reason=command.reason,
            deleted_status=None,
        )
    ]


def transition_fact(
    board_id: UUID,
    before: v1.Cell,
    target: Status,
    *,
    closed_on: date,
    reason: str | None,
    deleted_status: UUID | None,
) -> v1.TransitionFact:
    """Return the fact that takes a cell onto another status."""
    closes = target.type not in ("active", before.status.type)
    changes: dict[str, object] = {"status": target.ref}
    if target.type == "active":
        changes |= {"closed_on": None, "lost_reason": None}
        if before.confidence_source == "status":
            changes["confidence"] = target.default_confidence
    elif closes:
        changes |= {
            "closed_on": closed_on,
            "lost_reason": reason if target.type == "lost" else None,
        }
    after = msgspec.structs.replace(before, **changes)
    if target.type == before.status.type:
        return v1.OpportunityMoved(board_id, before, after, reason, deleted_status)
    match target.type:
        case "won":
            return v1.OpportunityWon(board_id, before, after, reason, deleted_status)
        case "lost":
            return v1.OpportunityLost(board_id, before, after, reason, deleted_status)
        case "active":
            return v1.OpportunityReopened(board_id, before, after, reason, deleted_status)


def _target(command: TransitionCommand, standing: Standing, board: Board) -> Status | None:
    """Return the status meant; None where it was named and is gone."""
    wanted = _wanted_type(command)
    here = standing.opportunity.cell.status
    if command.status_id is not None:
        if not board.knows(command.status_id):
            raise refusal.Invalid(refusal.Fault("/status_id", "unknown"))
        status = board.shown(command.status_id)
        if status is not None and wanted is not None and status.type != wanted:
            raise refusal.Invalid(refusal.Fault("/status_id", "wrong-type"))
        return status
    if wanted is None:
        raise ValueError("a move names its status")
    if here.type == wanted:
        return board.shown(here.id) or Status(here.id, here.name, here.type, "", None)
    if wanted == "active":
        last = board.live(standing.opportunity.last_active)
        if last is not None and last.type == "active":
            return last
    return board.first(wanted)


def _wanted_type(command: TransitionCommand) -> v1.StatusType | None:
    match command:
        case MoveOpportunity():
            return None
        case WinOpportunity():
            return "won"
        case LoseOpportunity():
            return "lost"
        case ReopenOpportunity():
            return "active"


def _demand_permission(
    here: v1.StatusRef, target: Status, standing: Standing, place: Place
) -> None:
    """Leaving a closed type needs a manager; reopening one's own last fact does not."""
    if here.type in ("active", target.type) or place.context.manages:
        return
    if target.type == "active" and standing.last_actor == place.context.asker.actor:
        return
    raise refusal.Forbidden("manager")


def _demand_sound_date(
    closed_on: date | None,
    here: v1.StatusRef,
    target: Status | None,
    standing: Standing,
    place: Place,
) -> None:
    if closed_on is None:
        return
    zone = place.organization.time_zone
    today = place.context.today(zone)
    if closed_on < today:
        place.context.demand_manager()
    if closed_on > today:
        raise refusal.Invalid(refusal.Fault("/closed_on", "in-the-future"))
    if closed_on < local_date(standing.created_at or place.context.now, zone):
        raise refusal.Invalid(refusal.Fault("/closed_on", "before-creation"))
    stays = target is not None and target.id == here.id
    same_day = closed_on == standing.opportunity.cell.closed_on
    if target is not None and not (stays and same_day) and target.type in {"active", here.type}:
        raise refusal.Invalid(refusal.Fault("/closed_on", "closes-nothing"))
