"""Lines of CSV that people open in spreadsheets: no cell of it can run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from service_runtime.spreadsheets import disarm

_MARK: Final = "\ufeff"


def first_line(names: Iterable[str]) -> bytes:
    """Return the first line, behind a byte order mark: spreadsheets then read UTF-8."""
    return (_MARK + _written([[*names]])).encode()


def further_lines(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return further lines."""
    return _written(rows).encode()


def _written(rows: Iterable[Sequence[str | int]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        [disarm(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue()
