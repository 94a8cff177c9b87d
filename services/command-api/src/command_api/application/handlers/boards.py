"""Boards and statuses."""

from command_api.application.desk import Desk, Outcome
from command_api.domain.board import decide
from command_api.domain.board.state import Board
from command_api.domain.commands import (
    AddStatus,
    ArchiveBoard,
    CreateBoard,
    EditStatus,
    RenameBoard,
    ReorderStatuses,
)
from command_api.domain.fields import given_fields
from command_api.domain.overlap import EVERYTHING


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
