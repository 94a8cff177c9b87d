"""When a row's opportunity began and ended: the dates of a file put in order (rule 21, 28)."""

from datetime import date, datetime, tzinfo

import msgspec

from command_api.domain.importing.assumptions import Assumed
from command_api.domain.importing.dates import Moment
from command_api.domain.importing.reasons import refuse_row
from opportunity_events.v1 import StatusType


class Dates(msgspec.Struct, frozen=True):
    """What the date cells of a row say, and the names of their columns."""

    created: Moment | None
    closed: Moment | None
    expected: Moment | None
    created_column: str = ""
    closed_column: str = ""


class Clock(msgspec.Struct, frozen=True):
    """The instant of the import and the organization's zone."""

    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day of the import in the organization's zone."""
        return self.now.astimezone(self.zone).date()


class Timeline(msgspec.Struct, frozen=True):
    """Instants in UTC and days in the organization's zone; None: not told."""

    created_at: datetime | None
    closed_at: datetime | None
    closed_on: date | None
    expected_close_date: date | None
    assumed: tuple[Assumed, ...]


def timeline(dates: Dates, status_type: StatusType, clock: Clock) -> Timeline:
    """Order a row's dates, or refuse it where they contradict each other or the clock."""
    created_at = dates.created.instant(clock.zone) if dates.created else None
    if created_at and created_at > clock.now:
        raise refuse_row("date-in-future", column=dates.created_column)
    expected = dates.expected.local_day(clock.zone) if dates.expected else None
    if status_type == "active":
        return _open(dates, created_at, expected, clock)
    if dates.closed is None:
        assumed = [Assumed("closed-now")] if created_at else [*_CREATED_NOW, Assumed("closed-now")]
        return Timeline(created_at, None, None, expected, tuple(assumed))
    return _closed(dates, dates.closed, created_at, expected, clock)


_CREATED_NOW = (Assumed("created-now"),)


def _open(
    dates: Dates, created_at: datetime | None, expected: date | None, clock: Clock
) -> Timeline:
    """Order the dates of an open row: CRMs keep the expected date in the close date's column."""
    assumed = () if created_at else _CREATED_NOW
    if dates.closed is None:
        return Timeline(created_at, None, None, expected, assumed)
    if expected is not None:
        return Timeline(created_at, None, None, expected, (*assumed, Assumed("close-ignored")))
    day = dates.closed.local_day(clock.zone)
    return Timeline(created_at, None, None, day, (*assumed, Assumed("close-expected")))


def _closed(
    dates: Dates, closed: Moment, created_at: datetime | None, expected: date | None, clock: Clock
) -> Timeline:
    assumed: list[Assumed] = []
    closed_at, closed_on = closed.instant(clock.zone), closed.local_day(clock.zone)
    if closed_at > clock.now or closed_on > clock.today:
        raise refuse_row("date-in-future", column=dates.closed_column)
    if created_at is None:
        created_at = closed_at
        assumed.append(Assumed("created-from-close"))
    elif closed_at < created_at:
        same_day = created_at.astimezone(clock.zone).date() == closed_on
        if closed.clock is not None or not same_day:
            columns = {"closed": dates.closed_column, "created": dates.created_column}
            raise refuse_row("closed-before-created", **columns)
        closed_at = created_at
        assumed.append(Assumed("close-time-from-creation"))
    return Timeline(created_at, closed_at, closed_on, expected, tuple(assumed))
