"""By what a row is known again, so that the same file twice adds nothing (domain.md, rule 27)."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, Literal

import msgspec

from command_api.domain.importing.reasons import refuse_row
from command_api.domain.text import normalize_name

ID_CHARACTERS: Final = 200


class Identity(msgspec.Struct, frozen=True):
    """What the id is made of, by whoever holds the organization's key.

    `id`: `text` is the value of the file's id column. `content`: `text` is the canonical content
    of the row, and `occurrence` which of the rows with that content it is, from 1.
    """

    kind: Literal["id", "content"]
    text: str
    occurrence: int = 1


def canonical_content(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return the content of a row, the same however the file is written.

    All columns count, mapped or not, so another mapping makes no new opportunities. Order of
    columns, separator, quotation marks, encoding, white space and blank cells do not count.
    """
    filled = [
        (name, text)
        for name, cell in zip(names, cells, strict=True)
        if (text := normalize_name(cell))
    ]
    return msgspec.json.encode(sorted(filled)).decode()


class Identities:
    """The identities of one pass over a file: counts equal rows and finds ids used twice."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._lines: dict[str, int] = {}
        self._counts: dict[bytes, int] = {}

    def by_id(self, value: str, line: int, column: str) -> Identity:
        """Return the identity of a row with an id; refuses one that stood in an earlier row."""
        first = self._lines.setdefault(value, line)
        if first != line:
            raise refuse_row("duplicate-id", column=column, first_line=first)
        return Identity("id", value)

    def by_content(self, cells: Sequence[str]) -> Identity:
        """Return the identity of a row without an id."""
        text = canonical_content(self._names, cells)
        # Only a digest is kept: 200,000 rows may be 50 MiB.
        digest = blake2b(text.encode(), digest_size=16).digest()
        occurrence = self._counts.get(digest, 0) + 1
        self._counts[digest] = occurrence
        return Identity("content", text, occurrence)
