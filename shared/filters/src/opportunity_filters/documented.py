"""What one value of each filter looks like in JSON Schema, for every document that names them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from opportunity_filters.filters import MAX_Q_CHARACTERS, PERIODS, STATUS_TYPES
from opportunity_filters.parameters import MAX_INTEGER, MAX_VALUES
from opportunity_filters.periods import RELATIVE_WORDS

_UUID: Final[dict[str, Any]] = {"type": "string", "format": "uuid"}
_FIGURE: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{1,16}$"},
        {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
    ]
}
_DAY: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "enum": list(RELATIVE_WORDS)},
    ]
}


def word(*choices: str) -> dict[str, Any]:
    """Return the schema of one of these words."""
    return {"type": "string", "enum": list(choices)}


_FLAG: Final[dict[str, Any]] = {"anyOf": [{"type": "boolean"}, word("true", "false")]}
VALUES: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {
        "board": _UUID,
        "status": _UUID,
        "type": word(*STATUS_TYPES),
        "owner": {"anyOf": [_UUID, word("me")]},
        "team": {"anyOf": [_UUID, word("mine")]},
        "customer": _UUID,
        "q": {"type": "string", "maxLength": MAX_Q_CHARACTERS, "pattern": "^[^\\u0000]*$"},
        "value_min": _FIGURE,
        "value_max": _FIGURE,
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "period": word(*PERIODS),
        "created_from": _DAY,
        "created_to": _DAY,
        "expected_close_from": _DAY,
        "expected_close_to": _DAY,
        "closed_from": _DAY,
        "closed_to": _DAY,
        "updated_from": _DAY,
        "overdue": _FLAG,
        "deleted": _FLAG,
    }
)
"""By the name of the filter; a body gives one such value, or a list of them."""


INSTANT: Final[dict[str, Any]] = {
    "type": "string",
    "format": "date-time",
    "pattern": "^(19|20|21)[0-9]{2}-",
}
"""An instant that a moment of the past may be given by."""


def one_or_several(value: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value or a list of them."""
    several = {"type": "array", "items": value, "minItems": 1, "maxItems": MAX_VALUES}
    return {"anyOf": [value, several]}
