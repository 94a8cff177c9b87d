"""The file of refused rows: line, reason, and the row as it was."""

from collections.abc import Iterable
from typing import Final

from command_api.application.csv_lines import first_line, further_lines
from command_api.application.imports.ports import RefusedRow
from command_api.domain.importing.reasons import sentence
from service_runtime.languages import Language, Words

_LINE: Final = Words("dòng", "line")
_REASON: Final = Words("lý do", "reason")


def heading(columns: Iterable[str], language: Language) -> bytes:
    """Return the first line."""
    return first_line((_LINE.in_language(language), _REASON.in_language(language), *columns))


def lines(rows: Iterable[RefusedRow], language: Language) -> bytes:
    """Return the lines of some refused rows."""
    return further_lines([row.line, sentence(row.reason, language), *row.cells] for row in rows)
