"""The file of refused rows: line, reason, and the row as it was, with no formula that could run."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from command_api.application.imports.ports import RefusedRow
from command_api.domain.importing.reasons import sentence
from service_runtime.languages import Language, Words

_LINE: Final = Words("dòng", "line")
_REASON: Final = Words("lý do", "reason")
# What makes a spreadsheet take a cell for a formula or a command; East Asian versions read the
# full-width signs the same way, and a leading line break is cut off before the look.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK: Final = "\ufeff"


def heading(columns: Iterable[str], language: Language) -> bytes:
    """Return the first line, behind a byte order mark: spreadsheets then read UTF-8."""
    names = (_LINE.in_language(language), _REASON.in_language(language), *columns)
    return (_MARK + _written([[*map(disarm, names)]])).encode()


def lines(rows: Iterable[RefusedRow], language: Language) -> bytes:
    """Return the lines of some refused rows."""
    return _written(
        [row.line, sentence(row.reason, language), *map(disarm, row.cells)] for row in rows
    ).encode()


def disarm(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet might run."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _written(rows: Iterable[Sequence[str | int]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
