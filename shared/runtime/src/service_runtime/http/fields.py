"""Types of request bodies: strict where pydantic would guess."""

import re
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict
from pydantic_core import PydanticKnownError

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Body(BaseModel):
    """A request body: nothing is converted, and an unknown key is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _uuid_text(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    """Let through only the usual form; pydantic takes braces, URNs and bare hex too."""
    if not isinstance(value, UUID) and not (isinstance(value, str) and _UUID.fullmatch(value)):
        raise PydanticKnownError("uuid_type")
    return value


def _day_text(value: Any) -> Any:  # noqa: ANN401 - whatever the JSON held
    """Let through only YYYY-MM-DD; pydantic takes seconds since 1970 and midnights too."""
    if type(value) is not date and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise PydanticKnownError("date_type")
    return value


Id = Annotated[UUID, Strict(strict=False), BeforeValidator(_uuid_text)]
"""A UUID in its usual form, in a body, a path or a query."""

Day = Annotated[date, Strict(strict=False), BeforeValidator(_day_text)]
"""A date as YYYY-MM-DD."""
