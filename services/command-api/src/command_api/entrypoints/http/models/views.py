"""Bodies about views, and views as they are shown."""

from datetime import datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from msgspec import UNSET
from pydantic import BaseModel, ConfigDict, Field

from command_api.application.views.query import VIEW_KEYS
from command_api.application.views.view import View, ViewChanges, ViewKind, ViewText
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.answers import Answer
from command_api.entrypoints.http.models.filters import Filters, many
from command_api.entrypoints.http.models.text import Name
from opportunity_events.envelope import instant
from opportunity_filters.documented import word
from opportunity_filters.orders import DIRECTIONS, OPPORTUNITY_ORDER_NAMES
from service_runtime.http.fields import Body

_EXAMPLE: Final[dict[str, Any]] = {
    "owner": ["me"],
    "type": ["active"],
    "expected_close_to": ["this_month"],
    "sort": ["value"],
    "order": ["desc"],
}


Order = Annotated[list[str], *many(word(*OPPORTUNITY_ORDER_NAMES))]
Direction = Annotated[list[str], *many(word(*DIRECTIONS))]
Cards = Annotated[list[str], *many({"type": "string", "pattern": "^[0-9]{1,3}$"})]


class Question(Filters):
    """What a view asks: the parameters of the list, or of the board's view, as in their query."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    sort: Order
    order: Direction
    cards: Cards


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
