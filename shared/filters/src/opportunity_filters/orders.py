"""In which orders opportunities can be asked for: their names, the default first."""

from typing import Final

OPPORTUNITY_ORDER_NAMES: Final = (
    "expected_close",
    "created",
    "closed",
    "title",
    "customer",
    "value",
    "expected_value",
    "updated",
)
DIRECTIONS: Final = ("asc", "desc")
