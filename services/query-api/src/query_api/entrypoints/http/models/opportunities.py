"""Opportunities, cards and lists of them."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from query_api.entrypoints.http.models.shape import (
    MAX_MINOR,
    Cursor,
    Figure,
    Instant,
    Period,
    Position,
    Shape,
    StatusType,
    Version,
    example,
    page_example,
)
from query_api.entrypoints.http.models.totals import WHOLE_EXAMPLE, WholeSums

CARD_EXAMPLE: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c07398f",
    "version": 3,
    "title": "Phần mềm quản lý kho",
    "external_ref": None,
    "customer": {"id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073990", "name": "Công ty An Phát"},
    "board_id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073991",
    "status": {
        "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073992",
        "name": "Đàm phán",
        "type": "active",
    },
    "owner": {"id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073993", "name": "Lan"},
    "value": {"amount_minor": 125000000, "currency": "VND"},
    "period": "one_time",
    "annualized_minor": 125000000,
    "confidence": 60,
    "confidence_source": "status",
    "effective_confidence": 60,
    "expected_value_minor": 75000000,
    "expected_close_date": "2026-06-30",
    "closed_on": None,
    "lost_reason": None,
    "overdue": False,
    "days_in_status": 4,
    "created_at": "2026-05-27T03:00:00.000000Z",
    "updated_at": "2026-05-31T02:15:30.123456Z",
    "deleted_at": None,
}
OPPORTUNITY_EXAMPLE: Final[dict[str, Any]] = {**CARD_EXAMPLE, "contact_ids": [], "note": None}
LIST_EXAMPLE: Final[dict[str, Any]] = {
    "items": [OPPORTUNITY_EXAMPLE],
    "next_cursor": None,
    "totals": [WHOLE_EXAMPLE],
    "position": 48112,
}


class Named(Shape):
    """Something that is referred to, by its present name; null where that was erased."""

    id: UUID
    name: str | None


class StatusOf(Shape):
    """The status in which an opportunity stands."""

    id: UUID
    name: str
    type: StatusType


class Money(Shape):
    """An amount in minor units."""

    amount_minor: Annotated[int, Field(ge=0, le=MAX_MINOR)]
    currency: str


class Card(Shape):
    """An opportunity as boards show it."""

    model_config = example(CARD_EXAMPLE)

    id: UUID
    version: Version
    title: str
    external_ref: str | None
    customer: Named
    board_id: UUID
    status: StatusOf
    owner: Named
    value: Annotated[Money | None, Field(description="Null: not estimated.")]
    period: Period
    annualized_minor: int | None
    confidence: Figure | None
    confidence_source: Literal["status", "user"]
    effective_confidence: Figure | None
    expected_value_minor: int | None
    expected_close_date: date | None
    closed_on: date | None
    lost_reason: str | None
    overdue: bool
    days_in_status: Annotated[
        int, Field(ge=0, description="Whole local days of this visit, until now or the closing.")
    ]
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class Opportunity(Card):
    """The whole of an opportunity."""

    model_config = example(OPPORTUNITY_EXAMPLE)

    contact_ids: list[UUID]
    note: str | None


class OpportunityPart(Shape):
    """The first opportunities of something, with the totals of all of them."""

    items: list[Opportunity]
    next_cursor: Cursor
    totals: list[WholeSums]


class OpportunityList(OpportunityPart):
    """A page of opportunities, with the totals of the whole filter."""

    model_config = example(LIST_EXAMPLE)

    position: Position


class CardList(Shape):
    """A page of the cards of one column."""

    model_config = page_example(CARD_EXAMPLE)

    items: list[Card]
    next_cursor: Cursor
    position: Position
