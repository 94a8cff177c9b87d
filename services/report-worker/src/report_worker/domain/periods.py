"""Days of an organization: its today, and the days that `this_week` or `next_quarter` mean."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_SHIFTS: Final = {"last": -1, "this": 0, "next": 1}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_FORM: Final = re.compile(r"(last|this|next)_(week|month|quarter|year)")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTHS_A_YEAR: Final = 12
# Instants of facts lie well between these; clamping keeps away from the calendar's ends.
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(9000, 1, 1)
WORDS: Final = (*_DAYS, *(f"{shift}_{unit}" for unit in ("week", *_MONTHS) for shift in _SHIFTS))


class Bounds(NamedTuple):
    """What a date or a word means as `_from` (inclusive) and as `_to` (exclusive).

    A date is the same in both. A word is in the range whole, so that `closed_from=last_month`
    with `closed_to=last_month` is last month.
    """

    start: date
    end: date


def local_day(instant: datetime, zone: str) -> date:
    """Return the day that an instant falls on in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a time zone."""
    kept = min(max(day, _EARLIEST), _LATEST)
    return datetime.combine(kept, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def read_bounds(text: str, today: date) -> Bounds | None:
    """Read a date or a word relative to a day, weeks from Monday; None for anything else."""
    if text in _DAYS:
        start = today + timedelta(days=_DAYS[text])
        return Bounds(start, start + timedelta(days=1))
    if form := _FORM.fullmatch(text):
        return _stretch(form[2], _SHIFTS[form[1]], today)
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Bounds(day, day)


def _stretch(unit: str, shift: int, today: date) -> Bounds:
    if unit == "week":
        start = today + timedelta(days=7 * shift - today.weekday())
        return Bounds(start, start + timedelta(days=7))
    length = _MONTHS[unit]
    month = today.year * _MONTHS_A_YEAR + today.month - 1
    first = month - month % length + shift * length
    return Bounds(_first_of(first), _first_of(first + length))


def _first_of(month: int) -> date:
    year, index = divmod(month, _MONTHS_A_YEAR)
    return date(year, index + 1, 1)
