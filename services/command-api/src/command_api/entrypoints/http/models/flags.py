"""Flags in queries: `true` or `false`, and nothing else."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError

_WORDS: Final = {"true": True, "false": False}


def _true_or_false(value: Any) -> Any:  # noqa: ANN401 - a query's text, or the default
    """Let through the two words alone; pydantic takes 1, on, yes and their like too."""
    if not isinstance(value, str):
        return value
    if value not in _WORDS:
        raise PydanticKnownError("bool_type")
    return _WORDS[value]


Flag = Annotated[bool, BeforeValidator(_true_or_false)]
"""A flag in a query."""
