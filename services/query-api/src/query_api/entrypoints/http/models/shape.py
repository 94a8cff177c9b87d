"""What all documented shapes share."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

MAX_MINOR: Final = 9_007_199_254_740_991
Position = Annotated[
    int, Field(ge=0, description="The position at which this is true.", examples=[48112])
]
Version = Annotated[int, Field(ge=1, description="The number of facts of its stream.")]
Cursor = Annotated[
    str | None,
    Field(max_length=512, description="Opaque; null on the last page."),
]
Sum = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]+$", description="Minor units as a decimal string.", examples=["125000"]
    ),
]
Instant = Annotated[
    datetime,
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339 in UTC with six decimals.",
            "examples": ["2026-05-31T02:15:30.123456Z"],
        }
    ),
]
StatusType = Literal["active", "won", "lost"]
Period = Literal["one_time", "monthly", "annual"]
Figure = Annotated[int, Field(ge=0, le=100)]


class Shape(BaseModel):
    """A shape of the API: nothing beside what is documented, nothing left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(value: dict[str, Any]) -> ConfigDict:
    """Return the configuration that shows this example of a shape."""
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [value]})


def page_example(item: dict[str, Any]) -> ConfigDict:
    """Return the configuration that shows a last page with this one item."""
    return example({"items": [item], "next_cursor": None, "position": 48112})
