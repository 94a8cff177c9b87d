"""How a status goes: rule 6."""

from command_api.domain import refusal
from command_api.domain.board.decide import demand_open, status_gone
from command_api.domain.board.state import Board, Status
from command_api.domain.commands import DeleteStatus
from opportunity_events import v1


def plan_removal(command: DeleteStatus, board: Board, count: int) -> v1.StatusDeleted | None:
    """Return the fact that removes the status, to stand behind the moves of `count` opportunities.

    None where it is gone already. The replacement is checked also where nothing stands in it.
    """
    status = board.shown(command.status_id)
    if status is None:
        if command.status_id in board.gone:
            return None
        raise refusal.NotFound
    replacement = replacement_named(command, board)
    demand_open(board)
    if status.going_to is not None:
        raise status_gone(board, status.id)
    if len(board.live_of(status.type)) == 1:
        raise refusal.LastOfType(status.type)
    if any(other.going_to == status.id for other in board.statuses):
        raise refusal.StatusInUse(count)
    if command.replacement is not None and replacement is None:
        raise status_gone(board, command.replacement)
    if count and replacement is None:
        raise refusal.StatusInUse(count)
    if (
        count
        and replacement is not None
        and replacement.type != status.type
        and not command.allow_type_change
    ):
        raise refusal.TypeChange(status.type, replacement.type, count)
    index = board.statuses.index(status)
    to = None if replacement is None else replacement.ref
    return v1.StatusDeleted(status.whole, index, to, count)


def replacement_named(command: DeleteStatus, board: Board) -> Status | None:
    """Return the live replacement, None where none is named or it is gone; refuse a wrong one."""
    if command.replacement is None:
        return None
    if command.replacement == command.status_id:
        raise refusal.Invalid(refusal.Fault("?replacement", "itself"))
    if not board.knows(command.replacement):
        raise refusal.Invalid(refusal.Fault("?replacement", "unknown"))
    return board.live(command.replacement)
