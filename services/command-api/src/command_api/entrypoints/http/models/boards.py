"""Bodies about boards and their statuses."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from command_api.domain.board.decide import MAX_STATUSES
from command_api.domain.commands import (
    AddStatus,
    CreateBoard,
    EditStatus,
    NewStatus,
    RenameBoard,
    ReorderStatuses,
)
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.figures import Color, Confidence
from command_api.entrypoints.http.models.text import Name
from opportunity_events.v1 import StatusType
from service_runtime.http.fields import Body, Id
from service_runtime.ids import new_id

_A_STATUS: Final[dict[str, Any]] = {
    "name": "Đàm phán",
    "type": "active",
    "color": "#f59e0b",
    "default_confidence": 60,
}


class StatusToBe(Body):
    """A status of a new board."""

    name: Name
    type: StatusType
    color: Color | None = None
    default_confidence: Confidence | None = None

    def new_status(self) -> NewStatus:
        """Return it with an id of its own."""
        return NewStatus(new_id(), self.name, self.type, self.color, self.default_confidence)


class BoardToCreate(Body):
    """A new board; a type that is missing among its statuses gets its default."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Bán hàng 2026", "statuses": [_A_STATUS]}]}
    )

    name: Name
    statuses: Annotated[
        list[StatusToBe], Field(default_factory=list[StatusToBe], max_length=MAX_STATUSES)
    ]

    def command(self) -> CreateBoard:
        """Return the command, with new ids."""
        return CreateBoard(
            new_id(),
            self.name,
            tuple(status.new_status() for status in self.statuses),
            (new_id(), new_id(), new_id()),
        )


class BoardChanges(Body):
    """What of a board changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Bán hàng miền Nam"}]})

    name: Name = absent()

    def command(self, board: UUID) -> RenameBoard:
        """Return the command."""
        return RenameBoard(board, self.name)


class StatusToAdd(StatusToBe):
    """A new status; without an index it stands behind the last one of its type."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_A_STATUS, "index": 1}]})

    index: Annotated[int, Field(ge=0, le=MAX_STATUSES)] | None = None

    def command(self, board: UUID) -> AddStatus:
        """Return the command, with a new id."""
        return AddStatus(board, self.new_status(), self.index)


class StatusChanges(Body):
    """What of a status changes; each field becomes a fact of its own."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Thương lượng", "default_confidence": 70}]}
    )

    name: Name = absent()
    color: Color = absent()
    default_confidence: Confidence | None = absent()
    type: StatusType = absent()

    def command(self, board: UUID, status: UUID) -> EditStatus:
        """Return the command."""
        return EditStatus(
            board,
            status,
            name=self.name,
            color=self.color,
            default_confidence=self.default_confidence,
            type=self.type,
        )


class StatusOrder(Body):
    """All present statuses of a board, in the wanted order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status_ids": [
                        "0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f",
                        "0199a0c2-5b7e-7c12-8d4f-3a2b1c0d9e8f",
                    ]
                }
            ]
        }
    )

    status_ids: Annotated[list[Id], Field(max_length=MAX_STATUSES)]

    def command(self, board: UUID) -> ReorderStatuses:
        """Return the command."""
        return ReorderStatuses(board, tuple(self.status_ids))
