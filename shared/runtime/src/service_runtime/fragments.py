"""SQL put together from named pieces of `.sql` files, with parameters by name.

Which pieces are taken depends on which questions are asked, never on a value: values travel as
parameters only, and the text of every piece stands in a file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final

from service_runtime.sql import load_sql

_NAME: Final = re.compile(r"^-- name: ([a-z0-9_.]+)$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^--.*$", re.MULTILINE)
_HOLE: Final = re.compile(r"\{([a-z0-9_]+)\}")
_PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")


@cache
def load_fragments(package: str, file: str) -> Mapping[str, str]:
    """Return the pieces of a `.sql` file of a package by the names that stand above them."""
    _, *pieces = _NAME.split(load_sql(package, file))
    return MappingProxyType(
        {
            name: _COMMENT.sub("", text).strip()
            for name, text in zip(pieces[::2], pieces[1::2], strict=True)
        }
    )


def fill(text: str, **pieces: str) -> str:
    """Put pieces into the holes `{name}` of a text; every hole must be given."""
    return _HOLE.sub(lambda hole: pieces[hole[1]], text)


def rename(text: str, old: str, new: str) -> str:
    """Give a parameter of a piece another name, so that the piece can stand there twice."""
    return _PARAMETER.sub(lambda found: f":{new}" if found[1] == old else found[0], text)


@dataclass
class Statement:
    """A text with named parameters, and their values."""

    text: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def numbered(self) -> tuple[str, list[Any]]:
        """Return it as the driver wants it: `$1`, `$2`, … and the values in that order."""
        text, names = _numbered(self.text)
        return text, [self.values[name] for name in names]


@lru_cache(maxsize=512)
def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${numbers.setdefault(found[1], len(numbers) + 1)}"

    numbered = _PARAMETER.sub(number, text)
    return numbered, tuple(numbers)
