"""How a status goes, at once or by and by: rule 6."""

from uuid import UUID

from command_api.domain import refusal
from command_api.domain.board.decide import demand_open, status_gone
from command_api.domain.board.state import Board, Status
from command_api.domain.commands import DeleteStatus
from opportunity_events import v1

Removal = v1.StatusDeleted | v1.StatusDeletionStarted


def plan_removal(command: DeleteStatus, board: Board, count: int) -> Removal | None:
    """Return the fact that removes the status, to stand behind the moves of `count` opportunities.

    Where they are more than go at once, the fact that begins it. None where it is gone already.
    The replacement is checked also where nothing stands in it.
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
        raise refusal.StatusInUse(count, receiving=True)
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
    if replacement is not None and count > command.at_once:
        allowed = command.allow_type_change
        return v1.StatusDeletionStarted(status.ref, replacement.ref, allowed, count)
    return _deleted(board, status, replacement, count)


def under_way(command: DeleteStatus, board: Board) -> bool:
    """Say whether just this deletion, with this replacement, has begun and not ended."""
    status = board.shown(command.status_id)
    return (
        status is not None
        and status.going_to is not None
        and status.going_to == (command.replacement)
    )


def finish_removal(board: Board, status_id: UUID, moved: int) -> v1.StatusDeleted | None:
    """Return the fact that ends a deletion that took its time; None where it has ended.

    Also on a board that was put away meanwhile: what began runs to its end.
    """
    status = board.shown(status_id)
    if status is None:
        return None
    if status.going_to is None:
        raise ValueError("only a deletion that has begun can be finished")
    return _deleted(board, status, board.shown(status.going_to), moved)


def replacement_named(command: DeleteStatus, board: Board) -> Status | None:
    """Return the live replacement, None where none is named or it is gone; refuse a wrong one."""
    if command.replacement is None:
        return None
    if command.replacement == command.status_id:
        raise refusal.Invalid(refusal.Fault("?replacement", "itself"))
    if not board.knows(command.replacement):
        raise refusal.Invalid(refusal.Fault("?replacement", "unknown"))
    return board.live(command.replacement)


def _deleted(
    board: Board, status: Status, replacement: Status | None, moved: int
) -> v1.StatusDeleted:
    to = None if replacement is None else replacement.ref
    return v1.StatusDeleted(status.whole, board.statuses.index(status), to, moved)
