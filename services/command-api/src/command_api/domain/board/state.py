"""What a board is: its statuses in order, and where those that are gone led."""

from typing import assert_never
from uuid import UUID

import msgspec

from opportunity_events import v1


class Status(msgspec.Struct, frozen=True):
    """A status that is shown; `going_to` is its replacement while its deletion runs."""

    id: UUID
    name: str
    type: v1.StatusType
    color: str
    default_confidence: int | None
    going_to: UUID | None = None

    @property
    def ref(self) -> v1.StatusRef:
        """The status as facts of opportunities name it."""
        return v1.StatusRef(self.id, self.name, self.type)

    @property
    def whole(self) -> v1.WholeStatus:
        """The status as facts of boards carry it."""
        return v1.WholeStatus(self.id, self.name, self.type, self.color, self.default_confidence)


class Board(msgspec.Struct, frozen=True):
    """Decision state of a board; `gone` maps deleted statuses to their replacement, if any."""

    name: str
    statuses: tuple[Status, ...]
    archived: bool = False
    gone: dict[UUID, UUID | None] = {}

    def shown(self, status_id: UUID) -> Status | None:
        """Return the status if it is shown, also while its deletion runs."""
        return next((status for status in self.statuses if status.id == status_id), None)

    def live(self, status_id: UUID) -> Status | None:
        """Return the status if opportunities may enter it."""
        status = self.shown(status_id)
        return None if status is None or status.going_to is not None else status

    def live_of(self, status_type: v1.StatusType) -> tuple[Status, ...]:
        """Return the live statuses of a type, in order."""
        return tuple(s for s in self.statuses if s.type == status_type and s.going_to is None)

    def first(self, status_type: v1.StatusType) -> Status:
        """Return the first live status of a type; rule 3 says that there is one."""
        return self.live_of(status_type)[0]

    def knows(self, status_id: UUID) -> bool:
        """Whether the status is, or ever was, one of this board."""
        return status_id in self.gone or self.shown(status_id) is not None

    def successor(self, status_id: UUID) -> Status | None:
        """Follow replacements from a gone or going status to a live one, if they end in one."""
        seen: set[UUID] = set()
        while status_id not in seen:
            seen.add(status_id)
            status = self.shown(status_id)
            if status is not None and status.going_to is None:
                return status
            onward = self.gone.get(status_id) if status is None else status.going_to
            if onward is None:
                return None
            status_id = onward
        return None


def evolve(board: Board | None, fact: v1.BoardFact) -> Board:
    """Return the board after the fact; never refuses."""
    if isinstance(fact, v1.BoardCreated):
        return Board(fact.name, tuple(_status(whole) for whole in fact.statuses))
    if board is None:
        raise ValueError("a board begins with BoardCreated")
    replace = msgspec.structs.replace
    match fact:
        case v1.BoardRenamed():
            return replace(board, name=fact.to)
        case v1.BoardArchived():
            return replace(board, archived=True)
        case v1.StatusAdded():
            statuses = list(board.statuses)
            statuses.insert(fact.index, _status(fact.status))
            return replace(board, statuses=tuple(statuses))
        case v1.StatusRenamed():
            return _changed(board, fact.status_id, name=fact.to)
        case v1.StatusRecolored():
            return _changed(board, fact.status_id, color=fact.to)
        case v1.StatusConfidenceSet():
            return _changed(board, fact.status_id, default_confidence=fact.to)
        case v1.StatusTypeChanged():
            return _changed(
                board,
                fact.status_id,
                type=fact.to,
                default_confidence=fact.default_confidence_to,
            )
        case v1.StatusesReordered():
            by_id = {status.id: status for status in board.statuses}
            return replace(board, statuses=tuple(by_id[status_id] for status_id in fact.to))
        case v1.StatusDeletionStarted():
            return _changed(board, fact.status.id, going_to=fact.replacement.id)
        case v1.StatusDeleted():
            left = tuple(status for status in board.statuses if status.id != fact.status.id)
            to = None if fact.replacement is None else fact.replacement.id
            return replace(board, statuses=left, gone={**board.gone, fact.status.id: to})
        case _:
            assert_never(fact)


def _status(whole: v1.WholeStatus) -> Status:
    return Status(whole.id, whole.name, whole.type, whole.color, whole.default_confidence)


def _changed(board: Board, status_id: UUID, **fields: object) -> Board:
    statuses = tuple(
        msgspec.structs.replace(status, **fields) if status.id == status_id else status
        for status in board.statuses
    )
    return msgspec.structs.replace(board, statuses=statuses)
