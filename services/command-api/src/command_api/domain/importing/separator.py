"""Which character parts the cells of a file."""

import re
from itertools import islice
from typing import Final, Literal

import msgspec

from command_api.domain.importing.records import MAX_COLUMNS, records

Separator = Literal[",", ";", "\t", "|"]
SEPARATORS: Final[tuple[Separator, ...]] = (",", ";", "\t", "|")
_SAMPLE_RECORDS: Final = 100
_DECLARED: Final = re.compile(r'"?sep=(?P<separator>[,;\t|])"?[,;\t|]*(?:\r\n?|\n)', re.IGNORECASE)


class Separated(msgspec.Struct, frozen=True):
    """The separator, and where the text begins behind a first line `sep=;` as Excel writes it."""

    separator: Separator
    start: int
    line: int


def find_separator(text: str) -> Separated:
    """Take the separator that parts the first records best into equally many cells."""
    declared = _DECLARED.match(text)
    if declared:
        for separator in SEPARATORS:
            if separator == declared["separator"]:
                return Separated(separator, declared.end(), 2)
    best = max(SEPARATORS, key=lambda separator: _fitness(text, separator))
    return Separated(best, 0, 1)


def _fitness(text: str, separator: Separator) -> float:
    """Rate a separator: columns it makes of the header, times the share of rows that agree.

    `max` keeps the first of equals, so a file of one column has the comma.
    """
    sample = islice(records(text, separator), _SAMPLE_RECORDS)
    widths = [record.width for record in sample if not record.blank]
    if not widths:
        return 0.0
    header, rows = widths[0], widths[1:]
    if not 1 < header <= MAX_COLUMNS:
        return 0.0
    agreeing = sum(width == header for width in rows) / len(rows) if rows else 1.0
    return (header - 1) * max(agreeing, 0.01)
