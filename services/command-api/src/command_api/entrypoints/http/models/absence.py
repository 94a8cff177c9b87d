"""Fields of a PATCH: one that is absent stays as it is, null clears."""

from typing import Any

from msgspec import UNSET
from pydantic import Field


def absent() -> Any:  # noqa: ANN401 - stands in for a value of any field's type
    """Return the default of a field that may be left out: its value is then msgspec's UNSET.

    The field keeps the type of what may be sent, since that is what the schema shows; commands
    take UNSET wherever a field is declared so.
    """
    return Field(default_factory=lambda: UNSET)
