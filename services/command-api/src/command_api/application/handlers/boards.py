"""Boards and statuses; a status is deleted together with what moves out of it."""

from uuid import UUID

from command_api.application.desk import Desk, Outcome
from command_api.application.draft import MAX_OCCUPANTS, stands_in
from command_api.domain import refusal
from command_api.domain.board import decide
from command_api.domain.board.removal import plan_removal
from command_api.domain.board.state import Board
from command_api.domain.commands import (
    AddStatus,
    ArchiveBoard,
    CreateBoard,
    DeleteStatus,
    EditStatus,
    RenameBoard,
    ReorderStatuses,
)
from command_api.domain.fields import given_fields
from command_api.domain.opportunity.standing import called_now
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.opportunity.transition import transition_fact
from command_api.domain.overlap import EVERYTHING
from opportunity_events import v1


def create_board(command: CreateBoard, desk: Desk) -> Outcome:
    """Begin a board."""
    stream = desk.stream("board", command.board_id)
    return desk.begin(stream, lambda: decide.create(command, desk.organization().language))


def rename_board(command: RenameBoard, desk: Desk) -> Outcome:
    """Give a board another name."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    return desk.change(
        stream,
        lambda: decide.rename(command, state),
        lambda: given_fields(command, state, desk.draft),
    )


def archive_board(command: ArchiveBoard, desk: Desk) -> Outcome:
    """Put a board away; it must hold no live opportunity, also when this is appended."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    count = 0
    if not state.archived:
        _, count = desk.draft.occupants(command.board_id, None)
        desk.draft.demand_empty(command.board_id, None, frozenset())
    return desk.change(stream, lambda: decide.archive(state, count), lambda: EVERYTHING)


def add_status(command: AddStatus, desk: Desk) -> Outcome:
    """Add a status; the answer's version is its board's."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    status_id = command.status.status_id
    if state.knows(status_id):
        return Outcome(200, status_id, stream)
    changed = desk.change(
        stream,
        lambda: decide.add_status(command, state),
        lambda: frozenset({f"{status_id}.*"}),
        status_id,
    )
    return Outcome(201, status_id, stream, changed.extra)


def edit_status(command: EditStatus, desk: Desk) -> Outcome:
    """Change a status; a new type needs it to be empty, also when this is appended."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    before = state.shown(command.status_id)
    count = 0
    if before is not None and isinstance(command.type, str) and command.type != before.type:
        _, count = desk.draft.occupants(command.board_id, command.status_id)
        desk.draft.demand_empty(command.board_id, command.status_id, frozenset())
    return desk.change(
        stream,
        lambda: decide.edit_status(command, state, count),
        lambda: given_fields(command, before, desk.draft, str(command.status_id)),
        command.status_id,
    )


def reorder_statuses(command: ReorderStatuses, desk: Desk) -> Outcome:
    """Put the statuses into another order."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    return desk.change(stream, lambda: decide.reorder(command, state), lambda: frozenset({"order"}))


def delete_status(command: DeleteStatus, desk: Desk) -> Outcome:
    """Delete a status; what stands in it moves in facts of its own, the deletion last."""
    stream = desk.stream("board", command.board_id)
    state = desk.named(stream, Board)[1]
    occupants: dict[UUID, Opportunity] = {}
    count = 0
    if state.live(command.status_id) is not None:
        ids, count = desk.draft.occupants(command.board_id, command.status_id)
        if count <= MAX_OCCUPANTS:
            occupants = _standing(ids, command, desk)
            count = len(occupants)
        but = frozenset(occupants) if command.replacement is not None else frozenset[UUID]()
        desk.draft.demand_empty(command.board_id, command.status_id, but)

    def facts() -> list[v1.BoardFact]:
        removal = plan_removal(command, state, count)
        if removal is None:
            return []
        if count > MAX_OCCUPANTS:
            raise refusal.StatusInUse(count)
        return [removal]

    outcome = desk.change(
        stream,
        facts,
        lambda: frozenset({f"{command.status_id}.*"}),
        command.status_id,
        first=lambda: _move_out(command, desk, state, occupants),
    )
    return Outcome(200, command.status_id, stream, {**outcome.extra, "moved": len(occupants)})


def _move_out(
    command: DeleteStatus, desk: Desk, board: Board, occupants: dict[UUID, Opportunity]
) -> None:
    target = None if command.replacement is None else board.live(command.replacement)
    if target is None:
        return
    today = desk.context.today(desk.organization().time_zone)
    for opportunity_id, state in occupants.items():
        moved = transition_fact(
            command.board_id,
            called_now(state, board).cell,
            target,
            closed_on=today,
            reason=None,
            deleted_status=command.status_id,
        )
        desk.record(desk.stream("opportunity", opportunity_id), [moved])


def _standing(ids: set[UUID], command: DeleteStatus, desk: Desk) -> dict[UUID, Opportunity]:
    found: dict[UUID, Opportunity] = {}
    streams = [desk.stream("opportunity", opportunity_id) for opportunity_id in sorted(ids)]
    for stream, loaded in desk.draft.look_at_all(streams).items():
        state = None if loaded is None else loaded.state
        if isinstance(state, Opportunity) and stands_in(state, command.board_id, command.status_id):
            found[stream.id] = state
    return found
