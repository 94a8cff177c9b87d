"""Boards, and their view."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from query_api.entrypoints.http.models.opportunities import CARD_EXAMPLE, Card
from query_api.entrypoints.http.models.shape import (
    Cursor,
    Figure,
    Instant,
    Position,
    Shape,
    StatusType,
    Version,
    example,
    page_example,
)
from query_api.entrypoints.http.models.totals import (
    STATUS_EXAMPLE,
    WHOLE_EXAMPLE,
    CurrencySums,
    WholeSums,
)

_STATUS: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073992",
    "name": "Đàm phán",
    "type": "active",
    "color": "#4f8cff",
}
BOARD_EXAMPLE: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073991",
    "version": 7,
    "name": "Bán hàng",
    "archived_at": None,
    "statuses": [{**_STATUS, "default_confidence": 60, "deleting": False}],
}
Color = Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]


class Status(Shape):
    """A status of a board."""

    id: UUID
    name: str
    type: StatusType
    color: Color
    default_confidence: Figure | None
    deleting: Annotated[bool, Field(description="Its deletion is under way: nothing enters it.")]


class Board(Shape):
    """A board with its live statuses in order."""

    model_config = example(BOARD_EXAMPLE)

    id: UUID
    version: Version
    name: str
    archived_at: Instant | None
    statuses: list[Status]


class BoardList(Shape):
    """A page of boards, the oldest first."""

    model_config = page_example(BOARD_EXAMPLE)

    items: list[Board]
    next_cursor: Cursor
    position: Position


class ColumnStatus(Shape):
    """The status that a column stands for."""

    id: UUID
    name: str
    type: StatusType
    color: Color


class Column(Shape):
    """A column: its totals under the whole filter, and its first cards."""

    status: ColumnStatus
    totals: list[CurrencySums]
    cards: list[Card]
    next_cursor: Cursor


class BoardView(Shape):
    """A board as it is looked at."""

    model_config = example(
        {
            "position": 48112,
            "board": BOARD_EXAMPLE,
            "totals": [WHOLE_EXAMPLE],
            "columns": [
                {
                    "status": _STATUS,
                    "totals": [STATUS_EXAMPLE],
                    "cards": [CARD_EXAMPLE],
                    "next_cursor": None,
                }
            ],
        }
    )

    position: Position
    board: Board
    totals: list[WholeSums]
    columns: list[Column]
