"""Days of an organization: its today, and what `this_week` or `next_quarter` begin with."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_STEPS: Final = {"last": -1, "this": 0, "next": 1}
_FORM: Final = re.compile(r"(last|this|next)_(week|month|quarter|year)")
_MONTHS_A_YEAR: Final = 12


def local_day(instant: datetime, zone: str) -> date:
    """Return the day that an instant falls on in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def first_day(word: str, today: date) -> date | None:
    """Return the first day of a named period (`today`, `last_month` …); None for another word.

    A word stands for the day with which its period begins, as `_from` and as `_to` alike:
    `created_from=last_month&created_to=this_month` is the whole of last month. Weeks begin on
    Monday. Raises OverflowError beyond the calendar's ends.
    """
    if word in _DAYS:
        return today + timedelta(days=_DAYS[word])
    form = _FORM.fullmatch(word)
    if form is None:
        return None
    return _BEGINNINGS[form[2]](today, _STEPS[form[1]])


def _week(today: date, step: int) -> date:
    return today + timedelta(days=7 * step - today.weekday())


def _months(today: date, step: int, length: int) -> date:
    """Return the beginning of the period of `length` months, so many periods away."""
    first = (today.month - 1) // length * length
    months = today.year * _MONTHS_A_YEAR + first + step * length
    year, month = divmod(months, _MONTHS_A_YEAR)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("date value out of range")
    return date(year, month + 1, 1)


def _month(today: date, step: int) -> date:
    return _months(today, step, 1)


def _quarter(today: date, step: int) -> date:
    return _months(today, step, 3)


def _year(today: date, step: int) -> date:
    return _months(today, step, _MONTHS_A_YEAR)


_BEGINNINGS: Final[Mapping[str, Callable[[date, int], date]]] = {
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}
