"""The organization's clock: which day it is there, and when its days begin."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DEFAULT_ZONE: Final = "Asia/Ho_Chi_Minh"
_FIRST_YEAR: Final = 1900
_DAY: Final = timedelta(days=1)
# Instants of facts lie well between these; clamping keeps arithmetic away from the calendar's ends.
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(9000, 1, 1)


@dataclass(frozen=True)
class ZoneOffsets:
    """How far local time is from UTC: `offsets[0]` at first, `offsets[n]` from `starts[n - 1]`.

    In this form a database can turn instants into local days without knowing any zone by name,
    so that its own time zone data never disagrees with ours.
    """

    starts: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]

    def offset_at(self, instant: datetime) -> timedelta:
        """Return the offset in force at an instant."""
        return self.offsets[sum(1 for start in self.starts if start <= instant)]


@dataclass(frozen=True)
class LocalClock:
    """One moment, read in one time zone: everything relative in an answer is relative to it."""

    now: datetime
    zone: str

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def today(self) -> date:
        """Return the local day."""
        return self.now.astimezone(self._zone).date()

    def midnight(self, day: date) -> datetime:
        """Return the instant at which a local day begins."""
        kept = min(max(day, _EARLIEST), _LATEST)
        return datetime(kept.year, kept.month, kept.day, tzinfo=self._zone).astimezone(UTC)

    @cached_property
    def offsets(self) -> ZoneOffsets:
        """Return the offsets of the zone from 1900 until after this moment."""
        return zone_offsets(self.zone, (self.now.year + 2) // 10 * 10 + 10)


@lru_cache(maxsize=64)
def zone_offsets(zone: str, until_year: int) -> ZoneOffsets:
    """Find when a zone's offset changed, by looking at each day and halving those that differ."""
    place = ZoneInfo(zone)
    moment = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(until_year, 1, 1, tzinfo=UTC)
    offset = _offset(place, moment)
    starts: list[datetime] = []
    offsets = [offset]
    while moment < end:
        following = moment + _DAY
        changed = _offset(place, following)
        if changed != offset:
            starts.append(_first_with(place, changed, moment, following))
            offsets.append(changed)
            offset = changed
        moment = following
    return ZoneOffsets(tuple(starts), tuple(offsets))


def _offset(place: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(place).utcoffset() or timedelta()


def _first_with(place: ZoneInfo, offset: timedelta, before: datetime, after: datetime) -> datetime:
    """Return the first whole second between two instants at which the zone has this offset."""
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(place, before + timedelta(seconds=middle)) == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
