"""Dates and times in every way of writing."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.domain.importing.dates import Evidence, Moment, Order, read_moment
from command_api.domain.importing.reasons import RowRefused
from support.import_files import SAIGON, steady

XMAS = date(2025, 12, 24)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def order_of(cells: list[str]) -> Order:
    """Return what a column of these cells shows."""
    evidence = Evidence()
    for cell in cells:
        evidence.add(cell)
    return evidence.order


def refusal(cell: str, order: Order = "unknown") -> str:
    """Return why a cell is refused."""
    with pytest.raises(RowRefused) as refused:
        read_moment(cell, order, "date")
    return refused.value.reason.code


@pytest.mark.parametrize(
    "cell",
    [
        *("2025-12-24", "2025/12/24", "2025.12.24", "20251224", "24/12/2025", "24-12-2025"),
        *("24.12.2025", "12/24/2025", "12-24-2025", "24 / 12 / 2025", "24-Dec-2025"),
        *("24 December 2025", "Dec 24, 2025", "December 24 2025", "24 tháng 12, 2025"),
        *("ngày 24 tháng 12 năm 2025", "24 thg 12 2025", " 2025-12-24 ", "24. 12. 2025"),
    ],
)
def test_a_day_is_read_in_every_way_of_writing(cell: str) -> None:
    assert read_moment(cell, "unknown", "date") == Moment(XMAS)


@pytest.mark.parametrize(
    ("cell", "clock", "minutes"),
    [
        ("2025-12-24T18:30:05Z", time(18, 30, 5), 0),
        ("2025-12-24 18:30", time(18, 30), None),
        ("2025-12-24T18:30:05.123456789+07:00", time(18, 30, 5, 123456), 420),
        ("2025-12-24 18:30:05 -0330", time(18, 30, 5), -210),
        ("12/24/2025 6:30 PM", time(18, 30), None),
        ("24/12/2025 12:05:00 AM", time(0, 5), None),
        ("24/12/2025 6:30 CH", time(18, 30), None),
        ("18:30 24/12/2025", time(18, 30), None),
        ("24/12/2025, 18:30", time(18, 30), None),
        ("2025-12-24\n18:30 UTC", time(18, 30), 0),
    ],
)
def test_a_time_is_read_with_its_offset(cell: str, clock: time, minutes: int | None) -> None:
    offset = None if minutes is None else timedelta(minutes=minutes)
    assert read_moment(cell, "unknown", "date") == Moment(XMAS, clock, offset)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("24/12/25", "two-digit-year"),
        ("24-Dec-25", "two-digit-year"),
        ("1.2.03 10:00", "two-digit-year"),
        ("31/02/2025", "not-a-date"),
        ("2025-13-01", "not-a-date"),
        ("13/13/2025", "not-a-date"),
        ("0/1/2025", "not-a-date"),
        ("24/12-2025", "not-a-date"),
        ("24 Foo 2025", "not-a-date"),
        ("2025-12-24 25:00", "not-a-date"),
        ("2025-12-24 13:00 PM", "not-a-date"),
        ("2025-12-24 10:00+15:00", "not-a-date"),
        ("yesterday", "not-a-date"),
        ("2025-12", "not-a-date"),
        ("1", "not-a-date"),
        ("2025-12-24 " + "x" * 9_000, "not-a-date"),
        ("1899-12-31", "date-out-of-range"),
        ("9999-12-31", "date-out-of-range"),
        ("0000-01-01", "date-out-of-range"),
    ],
)
def test_what_is_no_date_is_refused(cell: str, code: str) -> None:
    assert refusal(cell) == code


@pytest.mark.parametrize("cell", ["", "  ", "\t\n"])
def test_a_blank_cell_is_no_date(cell: str) -> None:
    assert read_moment(cell, "unknown", "date") is None


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["01/02/2025", "03/03/2025"], "unknown"),
        (["01/02/2025", "13/02/2025"], "day-first"),
        (["01/02/2025", "02/13/2025 10:00"], "month-first"),
        (["13/02/2025", "02/13/2025"], "mixed"),
        (["2025-13-40", "99/99/2025", "nonsense", ""], "unknown"),
    ],
)
def test_a_column_shows_the_order_of_day_and_month(cells: list[str], order: str) -> None:
    assert order_of(cells) == order


@pytest.mark.parametrize(
    ("order", "day"),
    [
        ("unknown", date(2025, 4, 3)),
        ("day-first", date(2025, 4, 3)),
        ("month-first", date(2025, 3, 4)),
    ],
)
def test_the_column_decides_what_the_first_figure_is(order: Order, day: date) -> None:
    assert read_moment("03/04/2025", order, "date") == Moment(day, assumed=True)


def test_a_column_written_both_ways_refuses_what_could_be_either() -> None:
    assert refusal("03/04/2025", "mixed") == "ambiguous-date"
    assert read_moment("13/04/2025", "mixed", "date") == Moment(date(2025, 4, 13))
    assert read_moment("04/13/2025", "mixed", "date") == Moment(date(2025, 4, 13))
    assert read_moment("05/05/2025", "mixed", "date") == Moment(date(2025, 5, 5))


def test_a_spreadsheets_count_of_days_is_a_date() -> None:
    assert read_moment("43101", "unknown", "date") == Moment(date(2018, 1, 1), serial=True)
    moment = read_moment("43101.75", "unknown", "date")
    assert moment == Moment(date(2018, 1, 1), time(18), serial=True)


def test_without_a_time_it_is_midnight_in_the_organizations_zone() -> None:
    assert Moment(XMAS).instant(SAIGON) == datetime(2025, 12, 23, 17, tzinfo=UTC)


def test_an_offset_can_make_it_another_day_here() -> None:
    late = Moment(XMAS, time(20), timedelta())
    assert late.local_day(SAIGON) == date(2025, 12, 25)
    assert late.instant(SAIGON) == datetime(2025, 12, 24, 20, tzinfo=UTC)
    assert Moment(XMAS, time(20)).local_day(SAIGON) == XMAS


@steady
@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%B %d, %Y"]))
def test_every_day_survives_every_clear_way_of_writing(day: date, form: str) -> None:
    assert read_moment(day.strftime(form), "unknown", "date") == Moment(day)


@steady
@given(DAYS, st.sampled_from("/-."), st.booleans())
def test_every_day_survives_where_the_order_is_known(
    day: date,
    mark: str,
    month_first: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    form = f"%m{mark}%d{mark}%Y" if month_first else f"%d{mark}%m{mark}%Y"
    moment = read_moment(day.strftime(form), "month-first" if month_first else "day-first", "date")
    assert moment
    assert moment.day == day


@steady
@given(DAYS, st.times(), st.integers(-720, 840))
def test_every_instant_survives_iso_8601(day: date, clock: time, minutes: int) -> None:
    aware = datetime.combine(day, clock, timezone(timedelta(minutes=minutes)))
    moment = read_moment(aware.isoformat(), "unknown", "date")
    assert moment
    assert moment.instant(SAIGON) == aware


@steady
@given(st.text(st.sampled_from("0123456789/-.: TZ+AMtháng,Dec"), max_size=24))
def test_any_cell_is_a_date_or_refused(cell: str) -> None:
    try:
        moment = read_moment(cell, "unknown", "date")
    except RowRefused:
        return
    assert moment is None or moment.instant(SAIGON).tzinfo == UTC
