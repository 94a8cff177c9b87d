"""In which order lists stand, and what a place in such an order is made of."""

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, Literal

from opportunity_filters.parameters import Values, read_choice, read_each

KeyKind = Literal["date", "instant", "integer", "text"]


@dataclass(frozen=True)
class Order:
    """One way of ordering: the kinds of its keys; rows whose last key is empty stand last."""

    kinds: tuple[KeyKind, ...]
    may_be_empty: bool = False


OPPORTUNITY_ORDERS: Final = MappingProxyType(
    {
        "expected_close": Order(("date",), may_be_empty=True),
        "created": Order(("instant",)),
        "closed": Order(("date",), may_be_empty=True),
        "title": Order(("text",)),
        "customer": Order(("text",), may_be_empty=True),
        "value": Order(("text", "integer"), may_be_empty=True),
        "expected_value": Order(("text", "integer"), may_be_empty=True),
        "updated": Order(("instant",)),
    }
)
CUSTOMER_ORDERS: Final = MappingProxyType(
    {"name": Order(("text",), may_be_empty=True), "created": Order(("instant",))}
)
PEOPLE_ORDERS: Final = MappingProxyType({"name": Order(("text",), may_be_empty=True)})
TEAM_ORDERS: Final = MappingProxyType({"name": Order(("text",))})
BOARD_ORDERS: Final = MappingProxyType({"created": Order(("instant",))})


@dataclass(frozen=True)
class Sort:
    """A chosen order and its direction; ids settle ties, growing either way."""

    by: str
    order: Order
    descending: bool = False

    def normalized(self) -> dict[str, str]:
        """Return it as plain JSON."""
        return {"sort": self.by, "order": "desc" if self.descending else "asc"}


def read_sort(values: Values, orders: MappingProxyType[str, Order]) -> Sort:
    """Read `sort` and `order`; the first of the orders is the default."""
    default = next(iter(orders))
    chosen = (read_each(values, "sort", partial(read_choice, choices=orders)) or (default,))[0]
    direction = read_each(values, "order", partial(read_choice, choices=("asc", "desc")))
    return Sort(chosen, orders[chosen], descending=direction == ("desc",))


def default_sort(orders: MappingProxyType[str, Order]) -> Sort:
    """Return the order of a list that was not asked for another."""
    return read_sort({}, orders)
