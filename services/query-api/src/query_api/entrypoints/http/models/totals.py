"""Sums as the API shows them."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from query_api.entrypoints.http.models.shape import Position, Shape, Sum, example

_FIGURES: Final = {
    "one_time": "1000000",
    "monthly": "200000",
    "annual": "0",
    "listed": "1200000",
    "annualized": "3400000",
}
_SUMS: Final[dict[str, Any]] = {
    "count": 4,
    "not_estimated": 1,
    "value_minor": _FIGURES,
    "expected_minor": _FIGURES,
}
WHOLE_EXAMPLE: Final[dict[str, Any]] = {
    "currency": "VND",
    "count": 12,
    "active": _SUMS,
    "won": _SUMS,
    "lost": _SUMS,
}
STATUS_EXAMPLE: Final[dict[str, Any]] = {"currency": "VND", **_SUMS}


class Figures(Shape):
    """A sum by period as listed, all of it as listed, all of it annualized; each rounded once."""

    one_time: Sum
    monthly: Sum
    annual: Sum
    listed: Sum
    annualized: Sum


class Sums(Shape):
    """What some opportunities of one currency add up to."""

    count: Annotated[int, Field(ge=0)]
    not_estimated: Annotated[int, Field(ge=0, description="Without a value: counted, not summed.")]
    value_minor: Figures
    expected_minor: Figures


class CurrencySums(Sums):
    """What stands in one status in one currency."""

    model_config = example(STATUS_EXAMPLE)

    currency: str


class WholeSums(Shape):
    """What a filter or a board holds in one currency; the three are never mixed."""

    model_config = example(WHOLE_EXAMPLE)

    currency: str
    count: Annotated[int, Field(ge=0)]
    active: Sums
    won: Sums
    lost: Sums


class FilterTotals(Shape):
    """The totals of a whole filter, by currency code."""

    model_config = example({"position": 48112, "totals": [WHOLE_EXAMPLE]})

    position: Position
    totals: list[WholeSums]


class StatusTotals(Shape):
    """The totals of one status."""

    status_id: UUID
    totals: list[CurrencySums]


class BoardTotals(Shape):
    """The totals of a board's statuses, in order, and of the whole board, under a filter."""

    model_config = example(
        {
            "position": 48112,
            "statuses": [
                {"status_id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073992", "totals": [STATUS_EXAMPLE]}
            ],
            "totals": [WHOLE_EXAMPLE],
        }
    )

    position: Position
    statuses: list[StatusTotals]
    totals: list[WholeSums]
