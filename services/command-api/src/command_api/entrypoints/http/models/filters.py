"""A filter of opportunities in a body: the parameters of the list, each with a value or several."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from opportunity_filters.filters import MAX_Q_CHARACTERS, PERIODS, STATUS_TYPES
from opportunity_filters.parameters import MAX_INTEGER, MAX_VALUES
from opportunity_filters.periods import RELATIVE_WORDS
from service_runtime.http.fields import Body

_UUID: Final[dict[str, Any]] = {"type": "string", "format": "uuid"}
_AMOUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
_DAY: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "enum": list(RELATIVE_WORDS)},
    ]
}


def _listed(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    """Take one value for a list of one, and figures and flags of JSON for what a query says."""
    values = value if isinstance(value, list) else [value]
    return [_as_text(one) for one in cast("list[Any]", values)]


def _as_text(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def many(item: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a field take a value or several, documented by what an item may be."""
    several = {"type": "array", "items": item, "maxItems": MAX_VALUES}
    return (
        Field(default_factory=list[str], max_length=MAX_VALUES),
        BeforeValidator(_listed),
        WithJsonSchema({"anyOf": [item, several]}),
    )


def word(*choices: str) -> dict[str, Any]:
    """Return the schema of one of these words."""
    return {"type": "string", "enum": list(choices)}


Ids = Annotated[list[str], *many(_UUID)]
Owners = Annotated[list[str], *many({"anyOf": [_UUID, word("me")]})]
Teams = Annotated[list[str], *many({"anyOf": [_UUID, word("mine")]})]
Types = Annotated[list[str], *many(word(*STATUS_TYPES))]
Searches = Annotated[list[str], *many({"type": "string", "maxLength": MAX_Q_CHARACTERS})]
Figures = Annotated[
    list[str],
    *many({"anyOf": [{"type": "string", "pattern": "^[0-9]{1,16}$"}, _AMOUNT]}),
]
Currencies = Annotated[list[str], *many({"type": "string", "pattern": "^[A-Z]{3}$"})]
Periods = Annotated[list[str], *many(word(*PERIODS))]
Days = Annotated[list[str], *many(_DAY)]
Flags = Annotated[list[str], *many({"anyOf": [{"type": "boolean"}, word("true", "false")]})]


class Filters(Body):
    """Which opportunities: a key given several times means "or", different keys "and"."""

    board: Ids
    status: Ids
    type: Types
    owner: Owners
    team: Teams
    customer: Ids
    q: Searches
    value_min: Figures
    value_max: Figures
    currency: Currencies
    period: Periods
    created_from: Days
    created_to: Days
    expected_close_from: Days
    expected_close_to: Days
    closed_from: Days
    closed_to: Days
    updated_from: Days
    overdue: Flags
    deleted: Flags

    def given(self) -> Mapping[str, tuple[str, ...]]:
        """Return what was asked for."""
        return {key: tuple(values) for key, values in self if values}
