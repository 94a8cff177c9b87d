"""A filter of opportunities in a body: the parameters of the list, each with a value or several."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from opportunity_filters.documented import VALUES, one_or_several
from opportunity_filters.parameters import MAX_VALUES
from service_runtime.http.fields import Body


def _listed(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    """Take one value for a list of one, and figures and flags of JSON for what a query says."""
    values = value if isinstance(value, list) else [value]
    return [_as_text(one) for one in cast("list[Any]", values)]


def _as_text(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def many(value: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a field take a value or several, documented by what a value may be."""
    return (
        Field(default_factory=list[str], min_length=1, max_length=MAX_VALUES),
        BeforeValidator(_listed),
        WithJsonSchema(one_or_several(value)),
    )


Ids = Annotated[list[str], *many(VALUES["board"])]
Owners = Annotated[list[str], *many(VALUES["owner"])]
Teams = Annotated[list[str], *many(VALUES["team"])]
Types = Annotated[list[str], *many(VALUES["type"])]
Searches = Annotated[list[str], *many(VALUES["q"])]
Figures = Annotated[list[str], *many(VALUES["value_min"])]
Currencies = Annotated[list[str], *many(VALUES["currency"])]
Periods = Annotated[list[str], *many(VALUES["period"])]
Days = Annotated[list[str], *many(VALUES["created_from"])]
Flags = Annotated[list[str], *many(VALUES["overdue"])]


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
