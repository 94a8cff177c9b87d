"""The header of a file: every column gets a name of its own, and says what it says in brackets."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from command_api.domain.importing.fields import compact, known_names
from command_api.domain.importing.reasons import refuse_file
from command_api.domain.importing.records import MAX_COLUMNS
from command_api.domain.money import minor_digits
from command_api.domain.text import normalize_name

MAX_COLUMN_NAME: Final = 300
_QUALIFIER: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]\s*$")
# Pipedrive writes "Deal - Title" and "Organization - Name".
_OWN_PREFIX: Final = re.compile(r"^(?:deal|opportunity|lead|cơ hội)\s+-\s+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Column(msgspec.Struct, frozen=True):
    """One column. `name` is unique in the file; `phrase` is the name to be understood.

    `qualifier` is what stood in brackets at the end: `USD` of `Amount (USD)`.
    """

    index: int
    name: str
    phrase: str
    qualifier: str = ""


class Header(msgspec.Struct, frozen=True):
    """The columns in the order of the file, and those whose name had to be made."""

    columns: tuple[Column, ...]
    renamed: tuple[Column, ...]


def read_header(cells: Sequence[str]) -> Header:
    """Name the columns: one without a name is `#3`, a second `Name` is `Name (2)`."""
    names = [normalize_name(cell) for cell in cells]
    while len(names) > 1 and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise refuse_file("too-many-columns", limit=MAX_COLUMNS)
    columns: list[Column] = []
    renamed: list[Column] = []
    taken = {name for name in names if name}
    seen: set[str] = set()
    for index, name in enumerate(names):
        if len(name) > MAX_COLUMN_NAME:
            raise refuse_file("column-name-too-long", index=index + 1, limit=MAX_COLUMN_NAME)
        unique = name if name and name not in seen else _free_name(name, index, taken)
        column = _column(index, unique, name)
        columns.append(column)
        if unique != name:
            renamed.append(column)
        seen.add(unique)
        taken.add(unique)
    return Header(tuple(columns), tuple(renamed))


def _free_name(name: str, index: int, taken: set[str]) -> str:
    number = 2 if name else index + 1
    while (free := f"{name} ({number})" if name else f"#{number}") in taken:
        number += 1
    return free


def _column(index: int, unique: str, name: str) -> Column:
    qualifier = _QUALIFIER.search(name)
    phrase = name[: qualifier.start()] if qualifier else name
    phrase = _CAMEL.sub(" ", _OWN_PREFIX.sub("", phrase)).strip()
    if qualifier:
        return Column(index, unique, phrase, qualifier[1].strip())
    return Column(index, unique, *_without_currency(phrase))


def _without_currency(phrase: str) -> tuple[str, str]:
    """Take the code from `Amount USD`; a last word that happens to be one elsewhere stays."""
    words = _WORD.findall(phrase)
    if len(words) > 1 and minor_digits(words[-1]) is not None:
        rest = " ".join(words[:-1])
        if known_names().get(compact(rest), ("", 0))[0] == "amount":
            return rest, words[-1]
    return phrase, ""
