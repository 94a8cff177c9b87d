"""Dates and times as people and CRMs write them.

`03/04/2025` is April here and March there. One cell cannot say which; the column can: a first
pass collects what its unambiguous cells prove (`Evidence`), and reading follows that.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final, Literal

import msgspec

from command_api.domain.importing.reasons import refuse_row
from command_api.domain.text import fold_name

Order = Literal["day-first", "month-first", "mixed", "unknown"]
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

_CLOCK: Final = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"(?:\s*(?P<half>AM|PM|SA|CH))?(?:\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
_WITH_CLOCK: Final = re.compile(rf"(?P<day>.*?[0-9])(?:\s*,?\s+|T){_CLOCK}", re.IGNORECASE)
_CLOCK_FIRST: Final = re.compile(rf"{_CLOCK}\s*,?\s+(?P<day>.*)", re.IGNORECASE)
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?([0-9]{4})")
_SHORT_YEAR: Final = re.compile(
    r"[0-9]{1,2}\s?([-/.])\s?(?:[0-9]{1,2}|[A-Za-z]{3,9})\s?\1\s?[0-9]{2}"
)
_DAY_NAMED: Final = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -]([0-9]{4})")
_NAMED_DAY: Final = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_VIETNAMESE: Final = re.compile(
    r"(?:ngay )?([0-9]{1,2}) (?:thang|thg) ([0-9]{1,2})(?: nam)? ([0-9]{4})"
)
_SERIAL: Final = re.compile(r"([0-9]{5})(?:[.,]([0-9]{1,15}))?")
# Day 0 of Excel for every date after its leap day that never was, 1900-02-29.
_SERIAL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock; the zone is the reader's
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_LAST_MONTH: Final = 12
_MAX_CHARACTERS: Final = 64
_DAY_SECONDS: Final = 86_400


class Moment(msgspec.Struct, frozen=True):
    """What a cell says: a day, perhaps a time, perhaps its distance from UTC.

    `assumed`: day and month could be the other way round, and the column decided. `serial`: it was
    written as a spreadsheet's count of days.
    """

    day: date
    clock: time | None = None
    offset: timedelta | None = None
    assumed: bool = False
    serial: bool = False

    def instant(self, zone: tzinfo) -> datetime:
        """Return the instant in UTC; without a time it is 00:00, without an offset in `zone`."""
        own = timezone(self.offset) if self.offset is not None else zone
        local = datetime.combine(self.day, self.clock or time(), own)
        return local.astimezone(UTC)

    def local_day(self, zone: tzinfo) -> date:
        """Return the day in `zone`: another one where the cell gave an offset."""
        if self.offset is None:
            return self.day
        return self.instant(zone).astimezone(zone).date()


class Evidence:
    """What the cells of a column prove about the order of day and month."""

    def __init__(self) -> None:
        self._proven: set[Order] = set()

    def add(self, cell: str) -> None:
        """Look at one cell."""
        match = _YEAR_LAST.fullmatch(_parted(_one_line(cell[:_MAX_CHARACTERS]))[0])
        if match:
            first, second = int(match[1]), int(match[3])
            if second <= _LAST_MONTH < first:
                self._proven.add("day-first")
            elif first <= _LAST_MONTH < second:
                self._proven.add("month-first")

    @property
    def order(self) -> Order:
        """What the column has shown so far."""
        if len(self._proven) > 1:
            return "mixed"
        for order in self._proven:
            return order
        return "unknown"


def read_moment(cell: str, order: Order, column: str) -> Moment | None:
    """Read a date with or without a time; None for a blank cell.

    Without evidence of its order the day comes first, as the product's first users write.
    """
    text = _one_line(cell)
    if not text:
        return None
    if len(text) > _MAX_CHARACTERS:
        raise refuse_row("not-a-date", column=column)
    written, clock_match = _parted(text)
    if _SHORT_YEAR.fullmatch(written):
        raise refuse_row("two-digit-year", column=column)
    if clock_match is None and (serial := _SERIAL.fullmatch(written)):
        return _from_serial(serial)
    year, month, day, assumed = _calendar(written, order, column)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refuse_row("date-out-of-range", column=column, first=FIRST_YEAR, last=LAST_YEAR)
    try:
        clock, offset = _clock(clock_match) if clock_match else (None, None)
        return Moment(date(year, month, day), clock, offset, assumed)
    except ValueError:
        raise refuse_row("not-a-date", column=column) from None


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _parted(text: str) -> tuple[str, re.Match[str] | None]:
    match = _WITH_CLOCK.fullmatch(text) or _CLOCK_FIRST.fullmatch(text)
    return (match["day"], match) if match else (text, None)


def _calendar(written: str, order: Order, column: str) -> tuple[int, int, int, bool]:
    """Return year, month, day, and whether the order of the last two was the column's."""
    if match := _YEAR_FIRST.fullmatch(written):
        return int(match[1]), int(match[3]), int(match[4]), False
    if match := _COMPACT.fullmatch(written):
        return int(match[1]), int(match[2]), int(match[3]), False
    if match := _YEAR_LAST.fullmatch(written):
        return _ordered(int(match[1]), int(match[3]), int(match[4]), order, column)
    if match := _DAY_NAMED.fullmatch(written):
        return int(match[3]), _month(match[2], column), int(match[1]), False
    if match := _NAMED_DAY.fullmatch(written):
        return int(match[3]), _month(match[1], column), int(match[2]), False
    if match := _VIETNAMESE.fullmatch(fold_name(written)):
        return int(match[3]), int(match[2]), int(match[1]), False
    raise refuse_row("not-a-date", column=column)


def _ordered(
    first: int, second: int, year: int, order: Order, column: str
) -> tuple[int, int, int, bool]:
    if second > _LAST_MONTH:
        return year, first, second, False
    if first > _LAST_MONTH or first == second:
        return year, second, first, False
    if order == "mixed":
        raise refuse_row("ambiguous-date", column=column)
    if order == "month-first":
        return year, first, second, True
    return year, second, first, True


def _month(name: str, column: str) -> int:
    short = name[:3].lower()
    if short not in _MONTHS:
        raise refuse_row("not-a-date", column=column)
    return _MONTHS.index(short) + 1


def _clock(match: re.Match[str]) -> tuple[time, timedelta | None]:
    hour = int(match["hour"])
    if half := (match["half"] or "").upper():
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a dial
            raise ValueError(hour)
        hour = hour % 12 + (12 if half in ("PM", "CH") else 0)
    micro = int((match["part"] or "0")[:6].ljust(6, "0"))
    clock = time(hour, int(match["minute"]), int(match["second"] or 0), micro)
    return clock, _offset(match["zone"])


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return timedelta()
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    if minutes > 14 * 60 or int(zone[-2:]) >= 60:  # noqa: PLR2004 - no zone is further from UTC
        raise ValueError(zone)
    return timedelta(minutes=minutes if zone[0] == "+" else -minutes)


def _from_serial(match: re.Match[str]) -> Moment:
    fraction = match[2] or ""
    seconds = round(int(fraction or "0") * _DAY_SECONDS / 10 ** len(fraction))
    moment = _SERIAL_EPOCH + timedelta(days=int(match[1]), seconds=seconds)
    return Moment(moment.date(), moment.time() if fraction else None, serial=True)
