"""Which boards there are, with which statuses in which order, now and at every earlier moment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, assert_never
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded, instant
from opportunity_events.v1 import (
    BoardArchived,
    BoardCreated,
    BoardFact,
    BoardRenamed,
    StatusAdded,
    StatusConfidenceSet,
    StatusDeleted,
    StatusDeletionStarted,
    StatusesReordered,
    StatusRecolored,
    StatusRenamed,
    StatusTypeChanged,
    WholeStatus,
)
from projector.domain.timeline import Interval
from projector.domain.unfoldable import UnfoldableFactError, absent, begun_twice

COLUMNS: Final = ("org", "id", "version", "name", "created_at", "archived_at")
STATUS_COLUMNS: Final = (
    "org",
    "board_id",
    "id",
    "index",
    "name",
    "type",
    "color",
    "default_confidence",
    "deleting",
    "deleted_at",
)
VERSION_COLUMNS: Final = (
    "org",
    "id",
    "version",
    "from_position",
    "to_position",
    "from_time",
    "to_time",
    "name",
    "created_at",
    "archived_at",
    "statuses",
    "gone",
)


class Status(msgspec.Struct, frozen=True, gc=False):
    """A status of a board; a deleted one stays, for the opportunities deleted in it."""

    id: UUID
    name: str
    type: str
    color: str
    default_confidence: int | None
    deleting: bool
    deleted_at: datetime | None


class Board(msgspec.Struct, frozen=True):
    """A board at one version: its statuses in order, and those that are gone."""

    org: UUID
    id: UUID
    version: int
    name: str
    created_at: datetime
    archived_at: datetime | None
    statuses: tuple[Status, ...]
    gone: tuple[Status, ...]


def evolve(before: Board | None, recorded: Recorded, data: BoardFact) -> Board:
    """Let one more fact have happened to a board or to one of its statuses."""
    stream = recorded.fact.stream
    if isinstance(data, BoardCreated):
        if before is not None:
            raise begun_twice(stream.subject)
        return _created(recorded, data)
    if before is None:
        raise absent(stream.subject)
    board = msgspec.structs.replace(before, version=recorded.fact.version)
    match data:
        case BoardRenamed():
            return msgspec.structs.replace(board, name=data.to)
        case BoardArchived():
            return msgspec.structs.replace(board, archived_at=recorded.recorded_at)
        case StatusAdded():
            return _with_status(board, data)
        case StatusRenamed():
            return _changing(board, data.status_id, name=data.to)
        case StatusRecolored():
            return _changing(board, data.status_id, color=data.to)
        case StatusConfidenceSet():
            return _changing(board, data.status_id, default_confidence=data.to)
        case StatusTypeChanged():
            return _changing(
                board,
                data.status_id,
                type=data.to,
                default_confidence=data.default_confidence_to,
            )
        case StatusesReordered():
            return _reordered(board, data)
        case StatusDeletionStarted():
            return _changing(board, data.status.id, deleting=True)
        case StatusDeleted():
            return _without_status(board, data.status.id, recorded.recorded_at)
        case _:
            assert_never(data)


def _created(recorded: Recorded, data: BoardCreated) -> Board:
    stream = recorded.fact.stream
    return Board(
        org=stream.org,
        id=stream.id,
        version=recorded.fact.version,
        name=data.name,
        created_at=recorded.occurred_at,
        archived_at=None,
        statuses=tuple(_status(whole) for whole in data.statuses),
        gone=(),
    )


def _status(whole: WholeStatus) -> Status:
    return Status(
        id=whole.id,
        name=whole.name,
        type=whole.type,
        color=whole.color,
        default_confidence=whole.default_confidence,
        deleting=False,
        deleted_at=None,
    )


def _present(board: Board, status_id: UUID) -> Status:
    for status in board.statuses:
        if status.id == status_id:
            return status
    raise UnfoldableFactError(f"board/{board.id} has no status {status_id}")


def _with_status(board: Board, data: StatusAdded) -> Board:
    known = {status.id for status in (*board.statuses, *board.gone)}
    if data.status.id in known:
        raise begun_twice(f"status {data.status.id} of board/{board.id}")
    if not 0 <= data.index <= len(board.statuses):
        raise UnfoldableFactError(f"board/{board.id} has no place {data.index} for a status")
    statuses = (
        *board.statuses[: data.index],
        _status(data.status),
        *board.statuses[data.index :],
    )
    return msgspec.structs.replace(board, statuses=statuses)


def _changing(board: Board, status_id: UUID, **changed: object) -> Board:
    after = msgspec.structs.replace(_present(board, status_id), **changed)
    statuses = tuple(after if old.id == status_id else old for old in board.statuses)
    return msgspec.structs.replace(board, statuses=statuses)


def _reordered(board: Board, data: StatusesReordered) -> Board:
    by_id = {status.id: status for status in board.statuses}
    if by_id.keys() != set(data.to) or len(by_id) != len(data.to):
        raise UnfoldableFactError(f"the new order of board/{board.id} is no permutation")
    return msgspec.structs.replace(board, statuses=tuple(by_id[key] for key in data.to))


def _without_status(board: Board, status_id: UUID, now: datetime) -> Board:
    gone = msgspec.structs.replace(_present(board, status_id), deleted_at=now)
    statuses = tuple(status for status in board.statuses if status.id != status_id)
    return msgspec.structs.replace(board, statuses=statuses, gone=(*board.gone, gone))


def row(state: Board) -> tuple[Any, ...]:
    """Return the row of `boards`, in the order of COLUMNS."""
    return (
        state.org,
        state.id,
        state.version,
        state.name,
        state.created_at,
        state.archived_at,
    )


def status_rows(state: Board) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `statuses`, in the order of STATUS_COLUMNS."""
    places = [*enumerate(state.statuses), *((None, status) for status in state.gone)]
    for index, status in places:
        yield (
            state.org,
            state.id,
            status.id,
            index,
            status.name,
            status.type,
            status.color,
            status.default_confidence,
            status.deleting,
            status.deleted_at,
        )


def version_row(state: Board, interval: Interval) -> tuple[Any, ...]:
    """Return the row of `board_versions`, in the order of VERSION_COLUMNS."""
    return (
        state.org,
        state.id,
        state.version,
        *msgspec.structs.astuple(interval),
        state.name,
        state.created_at,
        state.archived_at,
        [_status_json(status) for status in state.statuses],
        [
            {**_status_json(status), "deleted_at": _instant(status.deleted_at)}
            for status in state.gone
        ],
    )


def _status_json(status: Status) -> dict[str, Any]:
    return {
        "id": str(status.id),
        "name": status.name,
        "type": status.type,
        "color": status.color,
        "default_confidence": status.default_confidence,
        "deleting": status.deleting,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)
