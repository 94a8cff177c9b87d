"""Deleting a status: what stands in it moves out first, in one append or by a job."""

from uuid import UUID

from command_api.application.desk import Desk, Outcome
from command_api.application.draft import stands_in
from command_api.domain.board.removal import finish_removal, plan_removal, under_way
from command_api.domain.board.state import Board, Status
from command_api.domain.commands import DeleteStatus, FinishDeletion, MoveOut
from command_api.domain.opportunity.standing import called_now
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.opportunity.transition import transition_fact
from opportunity_events import v1


def delete_status(command: DeleteStatus, desk: Desk) -> Outcome:
    """Delete a status; what stands in it moves in facts of its own, the deletion last.

    Where that takes more than one append, only the beginning is recorded here, and the job that
    does the rest is ordered with it.
    """
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    if under_way(command, state):
        return Outcome(202, None, None, {"job_id": desk.draft.deletion_job(command.status_id)})
    occupants: dict[UUID, Opportunity] = {}
    count = 0
    if state.live(command.status_id) is not None:
        occupants, count = _occupants(command, desk)

    def facts() -> list[v1.BoardFact]:
        removal = plan_removal(command, state, count)
        return [] if removal is None else [removal]

    outcome = desk.change(
        stream,
        facts,
        lambda: frozenset({f"{command.status_id}.*"}),
        command.status_id,
        first=lambda: _move_all_out(command, desk, state, occupants),
    )
    if count > command.at_once:
        return Outcome(202, None, None, {"job_id": desk.draft.order_deletion(command, count)})
    return Outcome(200, command.status_id, stream, {**outcome.extra, "moved": len(occupants)})


def move_out(command: MoveOut, desk: Desk) -> Outcome:
    """Move an opportunity out of a going status; one that left it meanwhile is left alone."""
    stream = desk.stream("opportunity", command.opportunity_id)
    state = desk.named(stream, Opportunity)[1]
    board = desk.named(desk.stream("board", command.board_id), Board)[1]
    target = board.successor(command.status_id)
    if target is not None and stands_in(state, command.board_id, command.status_id):
        desk.record(stream, [_move(state, command.status_id, target, desk, board)])
    return Outcome(200, stream.id, stream)


def finish_deletion(command: FinishDeletion, desk: Desk) -> Outcome:
    """Let a going status go; nothing may stand in it, also when this is appended."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    deleted = finish_removal(state, command.status_id, command.moved)
    if deleted is not None:
        desk.draft.demand_empty(command.board_id, command.status_id, frozenset())
        desk.record(stream, [deleted])
    return Outcome(200, command.status_id, stream)


def _occupants(command: DeleteStatus, desk: Desk) -> tuple[dict[UUID, Opportunity], int]:
    """Return who has to move at once, and how many stand there; none where they are too many.

    That they are all is demanded of the append where it is decided here.
    """
    ids, count = desk.draft.occupants(command.board_id, command.status_id)
    if command.replacement is None:
        desk.draft.demand_empty(command.board_id, command.status_id, frozenset())
    elif count <= command.at_once:
        occupants = _standing(ids, command, desk)
        desk.draft.demand_empty(command.board_id, command.status_id, frozenset(occupants))
        return occupants, len(occupants)
    return {}, count


def _move_all_out(
    command: DeleteStatus, desk: Desk, board: Board, occupants: dict[UUID, Opportunity]
) -> None:
    target = None if command.replacement is None else board.live(command.replacement)
    if target is None:
        return
    for opportunity_id, state in occupants.items():
        stream = desk.stream("opportunity", opportunity_id)
        desk.record(stream, [_move(state, command.status_id, target, desk, board)])


def _move(
    state: Opportunity, status_id: UUID, target: Status, desk: Desk, board: Board
) -> v1.TransitionFact:
    return transition_fact(
        state.board_id,
        called_now(state, board).cell,
        target,
        closed_on=desk.context.today(desk.organization().time_zone),
        reason=None,
        deleted_status=status_id,
    )


def _standing(ids: set[UUID], command: DeleteStatus, desk: Desk) -> dict[UUID, Opportunity]:
    found: dict[UUID, Opportunity] = {}
    streams = [desk.stream("opportunity", opportunity_id) for opportunity_id in sorted(ids)]
    for stream, loaded in desk.draft.look_at_all(streams).items():
        state = None if loaded is None else loaded.state
        if isinstance(state, Opportunity) and stands_in(state, command.board_id, command.status_id):
            found[stream.id] = state
    return found
