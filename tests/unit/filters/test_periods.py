"""Days, weeks, months, quarters and years as filters name them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opportunity_filters.periods import RELATIVE_WORDS, day_after, first_day, parse_day_bound

DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))
UNITS = ("week", "month", "quarter", "year")


def stretch(word: str, today: date) -> tuple[date, date]:
    """Return what a word means as `_from` and as `_to`."""
    bound = parse_day_bound(word)
    assert bound is not None
    return first_day(bound, today), day_after(bound, today)


@pytest.mark.parametrize(
    ("word", "start", "end"),
    [
        ("today", "2026-05-31", "2026-06-01"),
        ("yesterday", "2026-05-30", "2026-05-31"),
        ("tomorrow", "2026-06-01", "2026-06-02"),
        ("this_week", "2026-05-25", "2026-06-01"),
        ("last_week", "2026-05-18", "2026-05-25"),
        ("this_month", "2026-05-01", "2026-06-01"),
        ("last_month", "2026-04-01", "2026-05-01"),
        ("next_quarter", "2026-07-01", "2026-10-01"),
        ("last_quarter", "2026-01-01", "2026-04-01"),
        ("this_year", "2026-01-01", "2027-01-01"),
        ("next_year", "2027-01-01", "2028-01-01"),
    ],
)
def test_a_word_means_days_around_today(word: str, start: str, end: str) -> None:
    sunday = date(2026, 5, 31)
    assert stretch(word, sunday) == (date.fromisoformat(start), date.fromisoformat(end))


@given(today=DAYS, unit=st.sampled_from(UNITS))
def test_last_this_and_next_touch_and_today_is_in_this(today: date, unit: str) -> None:
    last, this, following = (
        stretch(f"{shift}_{unit}", today) for shift in ("last", "this", "next")
    )
    assert last[1] == this[0] <= today < this[1] == following[0]
    assert last[0] < last[1]
    assert following[0] < following[1]


@given(today=DAYS)
def test_weeks_are_seven_days_from_monday(today: date) -> None:
    start, end = stretch("this_week", today)
    assert start.isoweekday() == 1
    assert end - start == timedelta(days=7)


@given(day=DAYS, today=DAYS)
def test_a_date_is_itself_at_either_end(day: date, today: date) -> None:
    assert stretch(day.isoformat(), today) == (day, day)


@given(text=st.text() | st.from_regex(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}"))
def test_nothing_else_is_a_day(text: str) -> None:
    bound = parse_day_bound(text)
    assert bound is None or text in RELATIVE_WORDS or text == str(bound)
