"""The organization's clock, and the table of offsets that a database is given."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from opportunity_filters.local_time import LocalClock

ZONES = st.sampled_from(
    [
        "Asia/Ho_Chi_Minh",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "UTC",
    ]
)
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
NOW = datetime(2026, 5, 31, 17, 30, tzinfo=UTC)


@given(zone=ZONES, instant=INSTANTS)
def test_the_table_knows_the_offset_of_every_instant(zone: str, instant: datetime) -> None:
    offsets = LocalClock(NOW, zone).offsets
    assert offsets.offset_at(instant) == instant.astimezone(ZoneInfo(zone)).utcoffset()


@given(zone=ZONES, instant=INSTANTS)
def test_a_day_begins_at_its_midnight(zone: str, instant: datetime) -> None:
    clock = LocalClock(instant, zone)
    begins = clock.midnight(clock.today)
    assert begins <= instant
    assert instant - begins < timedelta(hours=26)


def test_today_is_where_the_organization_is() -> None:
    assert LocalClock(NOW, "Asia/Ho_Chi_Minh").today == date(2026, 6, 1)
    assert LocalClock(NOW, "America/New_York").today == date(2026, 5, 31)


def test_a_zone_without_changes_needs_no_table() -> None:
    offsets = LocalClock(NOW, "UTC").offsets
    assert offsets.starts == ()
    assert offsets.offsets == (timedelta(),)


def test_the_calendars_ends_are_days_too() -> None:
    clock = LocalClock(NOW, "Asia/Ho_Chi_Minh")
    assert clock.midnight(date.min) < clock.midnight(date(2026, 1, 1)) < clock.midnight(date.max)
