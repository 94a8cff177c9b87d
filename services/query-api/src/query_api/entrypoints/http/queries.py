"""The query parameters of every route, as OpenAPI shows them; their values are read by the domain.

They come as text: the domain says what is wrong with a value, and only after it is known that
the path names something.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from opportunity_filters.documented import INSTANT, VALUES, word
from opportunity_filters.parameters import MAX_INTEGER, MAX_VALUES, Values
from query_api.domain.cursors import MAX_CURSOR_CHARACTERS
from query_api.domain.sorting import CUSTOMER_ORDERS, OPPORTUNITY_ORDERS
from query_api.domain.windows import (
    DEFAULT_CARDS,
    DEFAULT_FACTS,
    DEFAULT_LIMIT,
    MAX_CARDS,
    MAX_FACTS,
    MAX_LIMIT,
)

_AMOUNT: Final = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
_POSITION: Final = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}


def _integer(default: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def _many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": MAX_VALUES}


Ids = Annotated[list[str], WithJsonSchema(_many(VALUES["board"]))]
OwnerIds = Annotated[list[str], WithJsonSchema(_many(VALUES["owner"]))]
TeamIds = Annotated[list[str], WithJsonSchema(_many(VALUES["team"]))]
Types = Annotated[list[str], WithJsonSchema(_many(VALUES["type"]))]
Periods = Annotated[list[str], WithJsonSchema(_many(VALUES["period"]))]
Currencies = Annotated[list[str], WithJsonSchema(_many(VALUES["currency"]))]
Searches = Annotated[list[str], WithJsonSchema(_many(VALUES["q"]))]
Amounts = Annotated[list[str], WithJsonSchema(_many(_AMOUNT))]
Days = Annotated[list[str], WithJsonSchema(_many(VALUES["created_from"]))]
Flags = Annotated[list[str], WithJsonSchema(_many({"type": "boolean"}))]
Cursor = Annotated[
    str | None, WithJsonSchema({"type": "string", "maxLength": MAX_CURSOR_CHARACTERS})
]
Limit = Annotated[str | None, WithJsonSchema(_integer(DEFAULT_LIMIT, MAX_LIMIT))]
Facts = Annotated[str | None, WithJsonSchema(_integer(DEFAULT_FACTS, MAX_FACTS))]
Cards = Annotated[str | None, WithJsonSchema(_integer(DEFAULT_CARDS, MAX_CARDS))]
Position = Annotated[str | None, WithJsonSchema(_POSITION)]
AsOf = Annotated[
    str | None,
    WithJsonSchema({"anyOf": [_POSITION, INSTANT]}),
]
Direction = Annotated[str | None, WithJsonSchema({**word("asc", "desc"), "default": "asc"})]
OpportunityOrder = Annotated[
    str | None,
    WithJsonSchema({**word(*OPPORTUNITY_ORDERS), "default": next(iter(OPPORTUNITY_ORDERS))}),
]
CustomerOrder = Annotated[
    str | None,
    WithJsonSchema({**word(*CUSTOMER_ORDERS), "default": next(iter(CUSTOMER_ORDERS))}),
]


class Query(BaseModel):
    """What every read takes."""

    model_config = ConfigDict(extra="forbid")

    min_position: Annotated[
        Position, Field(description="Wait up to 5 s until this position can be read.")
    ] = None

    def values(self) -> Values:
        """Return what was given: each key with its values, in order."""
        return {
            key: value if isinstance(value, list) else [value]
            for key, value in self
            if value is not None and value != []
        }


class PageQuery(Query):
    """What every list takes."""

    limit: Limit = None
    cursor: Annotated[
        Cursor,
        Field(description="The `next_cursor` of a page under the same filter and sort."),
    ] = None


class PastQuery(Query):
    """What reads take that can be asked of the past."""

    as_of: Annotated[
        AsOf,
        Field(
            description="A position: what was known then, for ever the same. An instant: what was "
            "so then, by all that is known now."
        ),
    ] = None
    known_at: Annotated[
        Position,
        Field(description="With an instant: by what was known at this position."),
    ] = None


class PastPageQuery(PageQuery, PastQuery):
    """What lists take that can be asked of the past."""


class HistoryQuery(PageQuery):
    """What the history of an opportunity takes."""

    as_of: Annotated[
        Position, Field(description="Its facts up to this position, in the names of then.")
    ] = None


class FilterQuery(PastQuery):
    """What opportunities are filtered by; a key repeated means "or", different keys "and"."""

    board: Ids = []
    status: Ids = []
    type: Types = []
    owner: OwnerIds = []
    team: TeamIds = []
    customer: Ids = []
    q: Annotated[
        Searches,
        Field(
            description="Every word must begin a word of title, customer or external_ref; case "
            "and accents are folded."
        ),
    ] = []
    value_min: Annotated[Amounts, Field(description="Inclusive; needs `currency`.")] = []
    value_max: Annotated[Amounts, Field(description="Inclusive; needs `currency`.")] = []
    currency: Currencies = []
    period: Periods = []
    created_from: Annotated[
        Days,
        Field(
            description="Inclusive. A word such as last_month means the stretch's beginning in "
            "`_from`, and its end in `_to`, in the organization's time zone."
        ),
    ] = []
    created_to: Annotated[Days, Field(description="Exclusive.")] = []
    expected_close_from: Annotated[Days, Field(description="Inclusive.")] = []
    expected_close_to: Annotated[Days, Field(description="Exclusive.")] = []
    closed_from: Annotated[Days, Field(description="Inclusive.")] = []
    closed_to: Annotated[Days, Field(description="Exclusive.")] = []
    updated_from: Annotated[Days, Field(description="Inclusive.")] = []
    overdue: Annotated[
        Flags, Field(description="Open, and the expected close date has passed.")
    ] = []
    deleted: Annotated[Flags, Field(description="true: only deleted ones.")] = []


class SortedFilterQuery(FilterQuery):
    """A filter and an order."""

    sort: Annotated[
        OpportunityOrder,
        Field(description="Empty values stand last either way; ties go by id."),
    ] = None
    order: Direction = None


class ListQuery(SortedFilterQuery):
    """What lists of opportunities take."""

    limit: Limit = None
    cursor: Annotated[
        Cursor,
        Field(description="The `next_cursor` of a page under the same filter and sort."),
    ] = None


class ViewQuery(SortedFilterQuery):
    """What the view of a board takes."""

    cards: Annotated[Cards, Field(description="How many cards each column begins with.")] = None


class CustomerQuery(PastPageQuery):
    """What the list of customers takes."""

    q: Searches = []
    sort: CustomerOrder = None
    order: Direction = None


class UserQuery(PageQuery):
    """What the list of users takes."""

    q: Searches = []


class FeedQuery(Query):
    """What the feed takes."""

    after: Annotated[Position, Field(description="The `position` of the page before.")] = None
    limit: Facts = None


class StreamQuery(BaseModel):
    """What the event stream takes; it waits for what comes and needs no `min_position`."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[Position, Field(description="A position; left out: from now on.")] = None

    def values(self) -> Values:
        """Return what was given."""
        return {key: [value] for key, value in self if value is not None}


class LaneQuery(BaseModel):
    """What a lane's facts take; a lane has its own numbers and no `min_position`."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[Position, Field(description="The `position` of the page before.")] = None
    limit: Facts = None

    def values(self) -> Values:
        """Return what was given."""
        return {key: [value] for key, value in self if value is not None}


class NoQuery(BaseModel):
    """What takes no parameter: a misspelt one of another route is refused all the same."""

    model_config = ConfigDict(extra="forbid")
