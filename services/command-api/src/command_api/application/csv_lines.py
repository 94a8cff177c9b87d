"""Lines of CSV that people open in spreadsheets: no cell of it can run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# What makes a spreadsheet take a cell for a formula or a command; East Asian versions read the
# full-width signs the same way, and a leading line break is cut off before the look.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK: Final = "\ufeff"


def first_line(names: Iterable[str]) -> bytes:
    """Return the first line, behind a byte order mark: spreadsheets then read UTF-8."""
    return (_MARK + _written([[*map(disarm, names)]])).encode()


def further_lines(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return further lines."""
    return _written(rows).encode()


def disarm(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet might run."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _written(rows: Iterable[Sequence[str | int]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
