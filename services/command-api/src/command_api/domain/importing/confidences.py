"""Confidence as `75`, `75%` or `0.75`: one scale a column, decided from all of its cells."""

import re
from typing import Final, Literal

import msgspec

from command_api.domain.importing.reasons import refuse_row

Scale = Literal["percent", "fraction"]
_CELL: Final = re.compile(r"(?P<whole>[0-9]{0,6})(?:[.,](?P<fraction>[0-9]{1,15}))?\s*(?P<sign>%)?")
_WHOLE: Final = 100


class Confidence(msgspec.Struct, frozen=True):
    """A whole percentage; `rounded` where the file had a finer one."""

    percent: int
    rounded: bool


class Evidence:
    """Whether a column counts to 1 or to 100; a cell with a per cent sign is no evidence."""

    def __init__(self) -> None:
        self._figures = 0
        self._above_one = False

    def add(self, cell: str) -> None:
        """Look at one cell."""
        match = _CELL.fullmatch(cell.strip())
        if match and match[0] and not match["sign"]:
            self._figures += 1
            whole = int(match["whole"] or "0")
            beyond = (match["fraction"] or "").strip("0") != ""
            self._above_one = self._above_one or whole > 1 or (whole == 1 and beyond)

    @property
    def scale(self) -> Scale:
        """Fractions where no figure is above 1. Nothing but zeros and ones are fractions too."""
        return "fraction" if self._figures and not self._above_one else "percent"


def read_confidence(cell: str, scale: Scale, column: str) -> Confidence | None:
    """Read one cell; None for a blank one. Half a per cent and more is rounded up."""
    text = cell.strip()
    if not text:
        return None
    match = _CELL.fullmatch(text)
    if not match or not (match["whole"] or match["fraction"]):
        raise refuse_row("not-a-confidence", column=column)
    fraction = match["fraction"] or ""
    scaled = int((match["whole"] or "0") + fraction)
    unit = 10 ** len(fraction)
    if scale == "fraction" and not match["sign"]:
        scaled *= _WHOLE
    percent, left = divmod(scaled, unit)
    if percent > _WHOLE or (percent == _WHOLE and left):
        raise refuse_row("confidence-out-of-range", column=column)
    return Confidence(percent + (2 * left >= unit), rounded=left > 0)
