"""Bodies about views, and views as they are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from msgspec import UNSET
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from command_api.application.views.query import VIEW_KEYS
from command_api.application.views.view import View, ViewChanges, ViewKind, ViewText
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.answers import Answer
from command_api.entrypoints.http.models.text import Name
from opportunity_events.envelope import instant
from opportunity_filters.filters import MAX_Q_CHARACTERS, PERIODS, STATUS_TYPES
from opportunity_filters.orders import DIRECTIONS, OPPORTUNITY_ORDER_NAMES
from opportunity_filters.parameters import MAX_VALUES
from opportunity_filters.periods import RELATIVE_WORDS
from service_runtime.http.fields import Body

_UUID: Final[dict[str, Any]] = {"type": "string", "format": "uuid"}
_DAY: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "enum": list(RELATIVE_WORDS)},
    ]
}
_EXAMPLE: Final[dict[str, Any]] = {
    "owner": ["me"],
    "type": ["active"],
    "expected_close_to": ["this_month"],
    "sort": ["value"],
    "order": ["desc"],
}


def _listed(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    return [value] if isinstance(value, str) else value


def _many(item: dict[str, Any]) -> tuple[Any, ...]:
    many = {"type": "array", "items": item, "maxItems": MAX_VALUES}
    return (
        Field(default_factory=list[str], max_length=MAX_VALUES),
        BeforeValidator(_listed),
        WithJsonSchema({"anyOf": [item, many]}),
    )


def _word(*choices: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(choices)}


Ids = Annotated[list[str], *_many(_UUID)]
Owners = Annotated[list[str], *_many({"anyOf": [_UUID, _word("me")]})]
Teams = Annotated[list[str], *_many({"anyOf": [_UUID, _word("mine")]})]
Types = Annotated[list[str], *_many(_word(*STATUS_TYPES))]
Searches = Annotated[list[str], *_many({"type": "string", "maxLength": MAX_Q_CHARACTERS})]
Figures = Annotated[list[str], *_many({"type": "string", "pattern": "^[0-9]{1,16}$"})]
Currencies = Annotated[list[str], *_many({"type": "string", "pattern": "^[A-Z]{3}$"})]
Periods = Annotated[list[str], *_many(_word(*PERIODS))]
Days = Annotated[list[str], *_many(_DAY)]
Flags = Annotated[list[str], *_many(_word("true", "false"))]
Order = Annotated[list[str], *_many(_word(*OPPORTUNITY_ORDER_NAMES))]
Direction = Annotated[list[str], *_many(_word(*DIRECTIONS))]
Cards = Annotated[list[str], *_many({"type": "string", "pattern": "^[0-9]{1,3}$"})]


class Question(Body):
    """What a view asks: the parameters of the list, or of the board's view, as in their query."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

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
    sort: Order
    order: Direction
    cards: Cards

    def given(self) -> Mapping[str, tuple[str, ...]]:
        """Return what was asked for."""
        return {key: tuple(values) for key, values in self if values}


Kind = Annotated[
    ViewKind, Field(description="`list` asks /v1/opportunities; `board` asks one board's view.")
]
Shared = Annotated[
    bool, Field(description="Seen by the whole organization; takes the manager role.")
]


class ViewToKeep(Body):
    """A new view."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Sắp chốt", "kind": "list", "query": _EXAMPLE, "shared": False}]
        }
    )

    name: Name
    kind: Kind
    query: Question
    shared: Shared = False

    def text(self) -> ViewText:
        """Return the view's text."""
        return ViewText(self.name, self.kind, self.query.given(), self.shared)


class ViewToChange(Body):
    """What of a view changes; a query is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shared": True}]})

    name: Name = absent()
    kind: Kind = absent()
    query: Question = absent()
    shared: Shared = absent()

    def changes(self) -> ViewChanges:
        """Return the changes."""
        query = UNSET if "query" not in self.model_fields_set else self.query.given()
        return ViewChanges(self.name, self.kind, query, self.shared)


class ViewShape(BaseModel):
    """A saved view."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: UUID
    version: Annotated[int, Field(ge=1, description="Counts the view's writes, for `If-Match`.")]
    name: Annotated[
        str | None, Field(description="Null where it named somebody who was erased since.")
    ]
    kind: ViewKind
    query: Annotated[
        dict[str, list[str]],
        Field(
            description="Parameters as they are sent; relative words, `me` and `mine` mean whoever "
            "asks, on the day. What its ids name may be gone."
        ),
    ]
    shared: bool
    owner: Annotated[str, Field(description="Who made it: `user/<id>` or `key/<id>`.")]
    created_at: datetime | str
    updated_at: datetime | str

    @classmethod
    def of(cls, view: View) -> Self:
        """Show a view."""
        text = view.text
        return cls(
            id=view.id,
            version=view.version,
            name=text.name,
            kind=text.kind,
            query={key: list(text.query[key]) for key in VIEW_KEYS if key in text.query},
            shared=text.shared,
            owner=view.owner,
            created_at=instant(view.created_at),
            updated_at=instant(view.updated_at),
        )


class ViewList(BaseModel):
    """A page of views, newest first."""

    items: list[ViewShape]
    next_cursor: str | None
    position: int


class ViewKept(Answer):
    """The view as a command leaves it; its version counts its own writes, not facts."""

    id: UUID
    version: Annotated[int, Field(ge=1)]
    position: Annotated[int, Field(ge=0, description="Where the organization stands.")]
