"""Days and stretches of days as filters name them: `2026-05-31`, `today`, `last_month`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, cast

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHIFTS: Final = {"last": -1, "this": 0, "next": 1}
_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_MONTHS_A_YEAR: Final = 12

Unit = Literal["day", "week", "month", "quarter", "year"]
RELATIVE_WORDS: Final = (
    *_DAYS,
    *(f"{shift}_{unit}" for unit in ("week", "month", "quarter", "year") for shift in _SHIFTS),
)


@dataclass(frozen=True)
class Stretch:
    """Days from `start` (inclusive) to `end` (exclusive)."""

    start: date
    end: date


@dataclass(frozen=True)
class RelativeStretch:
    """A day, week (ISO, from Monday), month, quarter or year, counted from the present one."""

    unit: Unit
    shift: int

    def around(self, today: date) -> Stretch:
        """Return the days that it means on a certain day."""
        match self.unit:
            case "day":
                start = today + timedelta(days=self.shift)
                return Stretch(start, start + timedelta(days=1))
            case "week":
                start = today - timedelta(days=today.weekday()) + timedelta(weeks=self.shift)
                return Stretch(start, start + timedelta(weeks=1))
            case "month":
                return _months(today, 1, self.shift)
            case "quarter":
                return _months(today, 3, self.shift)
            case "year":
                return _months(today, _MONTHS_A_YEAR, self.shift)


DayBound = date | RelativeStretch
"""One end of a range: a date, or a stretch that starts or ends there."""


def parse_day_bound(text: str) -> DayBound | None:
    """Read a date or a relative word; None for anything else."""
    if text in _DAYS:
        return RelativeStretch("day", _DAYS[text])
    if text in RELATIVE_WORDS:
        shift, _, unit = text.partition("_")
        return RelativeStretch(cast("Unit", unit), _SHIFTS[shift])
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def first_day(bound: DayBound, today: date) -> date:
    """Return where a range begins whose `_from` is this: inclusive."""
    return bound if isinstance(bound, date) else bound.around(today).start


def day_after(bound: DayBound, today: date) -> date:
    """Return where a range ends whose `_to` is this: exclusive.

    A date is itself that end; a stretch is in the range whole, so that `closed_from=last_month`
    with `closed_to=last_month` is last month.
    """
    return bound if isinstance(bound, date) else bound.around(today).end


def _months(today: date, length: int, shift: int) -> Stretch:
    """Return the stretch of `length` months (dividing a year) around a day, shifted by as many."""
    month = today.year * _MONTHS_A_YEAR + today.month - 1
    start = month - month % length + shift * length
    return Stretch(_first_of(start), _first_of(start + length))


def _first_of(month: int) -> date:
    year, index = divmod(month, _MONTHS_A_YEAR)
    return date(year, index + 1, 1)
