"""The dates of a row put in order."""

from datetime import UTC, date, datetime, time

import pytest

from command_api.domain.importing.dates import Moment
from command_api.domain.importing.reasons import RowRefused
from command_api.domain.importing.timeline import Clock, Dates, Timeline, timeline
from opportunity_events.v1 import StatusType
from support.import_files import NOW, SAIGON

CLOCK = Clock(NOW, SAIGON)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def midnight(day: date) -> datetime:
    """Return 00:00 in the organization's zone."""
    return datetime.combine(day, time(), SAIGON).astimezone(UTC)


def ordered(
    status: StatusType,
    created: Moment | None = None,
    closed: Moment | None = None,
    expected: Moment | None = None,
) -> tuple[Timeline, list[str]]:
    """Order dates; the second is what was assumed."""
    got = timeline(Dates(created, closed, expected, "made", "ended"), status, CLOCK)
    return got, [assumed.code for assumed in got.assumed]


def refusal(status: StatusType, created: Moment | None, closed: Moment | None) -> str:
    """Return why dates are refused."""
    with pytest.raises(RowRefused) as refused:
        ordered(status, created, closed)
    return refused.value.reason.code


def test_dates_become_midnights_in_the_organizations_zone() -> None:
    got, assumed = ordered("won", Moment(MARCH), Moment(APRIL))
    assert (got.created_at, got.closed_at, got.closed_on) == (
        *(midnight(MARCH), midnight(APRIL)),
        APRIL,
    )
    assert assumed == []


def test_no_date_at_all_is_the_import() -> None:
    got, assumed = ordered("active")
    assert (got.created_at, assumed) == (None, ["created-now"])
    got, assumed = ordered("lost")
    assert (got.created_at, got.closed_at, got.closed_on) == (None, None, None)
    assert assumed == ["created-now", "closed-now"]


def test_closed_without_a_close_date_is_closed_at_the_import() -> None:
    got, assumed = ordered("lost", Moment(MARCH))
    assert (got.created_at, got.closed_on, assumed) == (midnight(MARCH), None, ["closed-now"])


def test_closed_without_a_creation_date_is_created_when_closed() -> None:
    got, assumed = ordered("won", None, Moment(APRIL))
    assert got.created_at == got.closed_at == midnight(APRIL)
    assert assumed == ["created-from-close"]


def test_the_close_date_of_an_open_row_is_expected() -> None:
    got, assumed = ordered("active", Moment(MARCH), Moment(date(2027, 1, 1)))
    assert (got.closed_on, got.expected_close_date) == (None, date(2027, 1, 1))
    assert assumed == ["close-expected"]


def test_the_close_date_of_an_open_row_with_an_expected_one_is_left_out() -> None:
    got, assumed = ordered("active", Moment(MARCH), Moment(MARCH), Moment(APRIL))
    assert (got.expected_close_date, assumed) == (APRIL, ["close-ignored"])


def test_closed_on_the_day_of_creation_without_a_time_is_closed_then() -> None:
    got, assumed = ordered("won", Moment(MARCH, time(10)), Moment(MARCH))
    assert got.closed_at == got.created_at
    assert (got.closed_on, assumed) == (MARCH, ["close-time-from-creation"])


def test_what_contradicts_itself_or_the_clock_is_refused() -> None:
    assert refusal("won", Moment(APRIL), Moment(MARCH)) == "closed-before-created"
    late, early = Moment(MARCH, time(10)), Moment(MARCH, time(9))
    assert refusal("won", late, early) == "closed-before-created"
    assert refusal("active", Moment(date(2026, 6, 2)), None) == "date-in-future"
    assert refusal("won", Moment(MARCH), Moment(date(2026, 6, 2))) == "date-in-future"
    assert refusal("won", Moment(MARCH), Moment(date(2026, 6, 1), time(10, 1))) == "date-in-future"


def test_today_is_not_the_future() -> None:
    got, _ = ordered("won", Moment(date(2026, 6, 1)), Moment(date(2026, 6, 1), time(10)))
    assert got.closed_at == NOW
