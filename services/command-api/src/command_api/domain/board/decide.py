"""What may happen to a board and its statuses: rules 1 to 5, and 6 for the board's own part."""

from uuid import UUID

from msgspec import UNSET

from command_api.domain import refusal
from command_api.domain.board.defaults import DEFAULT_COLORS, with_missing_types
from command_api.domain.board.state import Board, Status, evolve
from command_api.domain.commands import (
    AddStatus,
    CreateBoard,
    EditStatus,
    NewStatus,
    RenameBoard,
    ReorderStatuses,
)
from command_api.domain.text import status_key
from opportunity_events import v1

MAX_STATUSES = 100


def create(command: CreateBoard, language: v1.Language) -> list[v1.BoardFact]:
    """Begin a board with at least one status of each type."""
    seen: set[str] = set()
    faults: list[refusal.Fault] = []
    for index, status in enumerate(command.statuses):
        if status_key(status.name) in seen:
            faults.append(refusal.Fault(f"/statuses/{index}/name", "repeated"))
        seen.add(status_key(status.name))
        if status.default_confidence is not None and status.type != "active":
            faults.append(refusal.Fault(f"/statuses/{index}/default_confidence", "not-active"))
    given = tuple(_made(status) for status in command.statuses)
    statuses = with_missing_types(given, language, command.spare_ids)
    if len(statuses) > MAX_STATUSES:
        faults.append(refusal.Fault("/statuses", "too-many"))
    if faults:
        raise refusal.Invalid(*faults)
    return [v1.BoardCreated(command.name, tuple(status.whole for status in statuses))]


def rename(command: RenameBoard, board: Board) -> list[v1.BoardFact]:
    """Give the board another name."""
    if command.name is UNSET or command.name == board.name:
        return []
    return [v1.BoardRenamed(board.name, command.name)]


def archive(board: Board, occupants: int) -> list[v1.BoardFact]:
    """Put the board away; `occupants` counts its live opportunities."""
    if board.archived:
        return []
    if occupants:
        raise refusal.BoardInUse(occupants)
    return [v1.BoardArchived(board.name)]


def add_status(command: AddStatus, board: Board) -> list[v1.BoardFact]:
    """Insert a status; without an index behind the last one of its type."""
    new = command.status
    if command.index is not None and command.index > len(board.statuses):
        raise refusal.Invalid(refusal.Fault("/index", "beyond-the-end"))
    if new.default_confidence is not None and new.type != "active":
        raise refusal.Invalid(refusal.Fault("/default_confidence", "not-active"))
    if len(board.statuses) >= MAX_STATUSES:
        raise refusal.Invalid(refusal.Fault("", "too-many-statuses"))
    demand_open(board)
    _demand_free_name(board, new.name, new.status_id)
    index = command.index
    if index is None:
        index = 1 + max(at for at, s in enumerate(board.statuses) if s.type == new.type)
    return [v1.StatusAdded(_made(new).whole, index)]


def edit_status(command: EditStatus, board: Board, occupants: int) -> list[v1.BoardFact]:
    """Change a status field by field; `occupants` counts its live opportunities."""
    before = shown_or_gone(board, command.status_id)
    _demand_sound_confidence(command, before)
    wanted = (
        (before.name if command.name is UNSET else command.name),
        (before.color if command.color is UNSET else command.color),
        (before.type if command.type is UNSET else command.type),
        (
            before.default_confidence
            if command.default_confidence is UNSET
            else command.default_confidence
        ),
    )
    if wanted == (before.name, before.color, before.type, before.default_confidence):
        return []
    demand_open(board)
    if before.going_to is not None:
        raise status_gone(board, before.id)
    name, color, status_type, confidence = wanted
    facts: list[v1.BoardFact] = []
    if name != before.name:
        _demand_free_name(board, name, before.id)
        facts.append(v1.StatusRenamed(before.id, before.name, name))
    if color != before.color:
        facts.append(v1.StatusRecolored(before.id, before.color, color))
    # A figure for a status that becomes active is set with the type's own fact, behind it.
    if confidence != before.default_confidence and before.type == "active":
        facts.append(v1.StatusConfidenceSet(before.id, before.default_confidence, confidence))
    if status_type != before.type:
        facts += _retype(board, before, status_type, confidence, occupants)
    return facts


def _retype(
    board: Board, before: Status, to: v1.StatusType, confidence: int | None, occupants: int
) -> list[v1.BoardFact]:
    if len(board.live_of(before.type)) == 1:
        raise refusal.LastOfType(before.type)
    if any(status.going_to == before.id for status in board.statuses):
        raise refusal.TypeInUse(occupants)
    if occupants:
        raise refusal.TypeInUse(occupants)
    kept = confidence if before.type == "active" else before.default_confidence
    left = confidence if to == "active" else None
    return [v1.StatusTypeChanged(before.id, before.type, to, kept, left)]


def reorder(command: ReorderStatuses, board: Board) -> list[v1.BoardFact]:
    """Put the statuses into another order; the list must be exactly the present ones."""
    present = tuple(status.id for status in board.statuses)
    if command.status_ids == present:
        return []
    demand_open(board)
    wanted = command.status_ids
    if sorted(wanted) != sorted(present):
        raise refusal.NotAPermutation(
            tuple(i for i in present if i not in wanted),
            tuple(dict.fromkeys(i for i in wanted if i not in present)),
            tuple(dict.fromkeys(i for i in wanted if wanted.count(i) > 1)),
        )
    return [v1.StatusesReordered(present, wanted)]


def demand_open(board: Board) -> None:
    """Refuse an archived board."""
    if board.archived:
        raise refusal.BoardArchived


def shown_or_gone(board: Board, status_id: UUID) -> Status:
    """Return the shown status; refuse one that is gone, and one that never was here."""
    status = board.shown(status_id)
    if status is not None:
        return status
    if status_id in board.gone:
        raise status_gone(board, status_id)
    raise refusal.NotFound


def status_gone(board: Board, status_id: UUID) -> refusal.StatusGone:
    """Return the refusal that names where the status's opportunities went."""
    end = board.successor(status_id)
    return refusal.StatusGone(status_id, None if end is None else (end.id, end.name))


def fold(board: Board, facts: list[v1.BoardFact]) -> Board:
    """Return the board after several facts."""
    for fact in facts:
        board = evolve(board, fact)
    return board


def _made(new: NewStatus) -> Status:
    color = DEFAULT_COLORS[new.type] if new.color is None else new.color
    return Status(new.status_id, new.name, new.type, color, new.default_confidence)


def _demand_free_name(board: Board, name: str, but: UUID) -> None:
    for status in board.statuses:
        if status.id != but and status_key(status.name) == status_key(name):
            raise refusal.NameTaken(status.id)


def _demand_sound_confidence(command: EditStatus, before: Status) -> None:
    status_type = before.type if command.type is UNSET else command.type
    figure = command.default_confidence
    if figure is not UNSET and figure is not None and status_type != "active":
        raise refusal.Invalid(refusal.Fault("/default_confidence", "not-active"))
