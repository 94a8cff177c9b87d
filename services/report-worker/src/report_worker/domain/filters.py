"""Which opportunities a report holds: the filters of the list, all that is relative resolved."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from report_worker.domain import filter_words as say
from report_worker.domain.periods import Bounds, local_day, midnight, read_bounds
from service_runtime.currencies import minor_digits
from service_runtime.folding import fold_words
from service_runtime.languages import Words

TYPES: Final = ("active", "won", "lost")
PERIODS: Final = ("one_time", "monthly", "annual")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_AMOUNT: Final = re.compile(r"[0-9]{1,16}")
_T = TypeVar("_T")


class BadFilter(Exception):  # noqa: N818 - a refusal
    """A filter that makes no sense; the reason says how to mend it."""

    def __init__(self, parameter: str, reason: Words) -> None:
        super().__init__(parameter)
        self.parameter = parameter
        self.reason = reason


@dataclass(frozen=True)
class Viewpoint:
    """What relative filters are relative to: the clock and zone of the report, and its caller."""

    clock: datetime
    time_zone: str
    user_id: UUID | None
    team_id: UUID | None
    sees: frozenset[UUID] | None
    """Whose opportunities the caller sees; None: everybody's."""


@dataclass(frozen=True)
class OpportunityFilter:
    """Filters in absolute terms; None says nothing about its column, several values mean "or"."""

    today: date
    boards: tuple[UUID, ...] | None = None
    statuses: tuple[UUID, ...] | None = None
    types: tuple[str, ...] | None = None
    owners: tuple[UUID, ...] | None = None
    teams: tuple[UUID, ...] | None = None
    """Empty for `mine` of somebody without a team: nobody's."""
    customers: tuple[UUID, ...] | None = None
    words: tuple[tuple[str, ...], ...] | None = None
    """Alternatives; of each, every word begins a word of the title, customer or reference."""
    value_min: int | None = None
    value_max: int | None = None
    currencies: tuple[str, ...] | None = None
    periods: tuple[str, ...] | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    expected_close_from: date | None = None
    expected_close_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    updated_from: datetime | None = None
    overdue: bool | None = None
    deleted: bool | None = False
    """Only deleted ones, only live ones, or (None) both."""
    instant: datetime | None = None
    """What was so at this instant, as known at the report's position; None: all known there."""
    visible: tuple[UUID, ...] | None = None
    """Whose opportunities the caller saw when it ordered the report; None: everybody's."""
    whole_log: bool = False
    """Of an audit: every fact of the organization, whatever it is about."""


def parse_filter(raw: Mapping[str, object], view: Viewpoint) -> OpportunityFilter:
    """Resolve filters as a client writes them: a key to a value or a list of them (or).

    The caller's own ids (`me`, `mine`) and relative days become what they are now, so that the
    same report made later holds the same rows. Of several values of a range the widest counts.
    Raises BadFilter.
    """
    return _Parser(raw, view).parse()


class _Parser:
    def __init__(self, raw: Mapping[str, object], view: Viewpoint) -> None:
        self._raw = raw
        self._view = view
        self._today = local_day(view.clock, view.time_zone)

    def parse(self) -> OpportunityFilter:
        for key in self._raw:
            if key not in KEYS:
                raise BadFilter(key, say.UNKNOWN_KEY)
        parsed = OpportunityFilter(
            today=self._today,
            boards=self._each("board", _id),
            statuses=self._each("status", _id),
            types=self._each("type", _choice(TYPES)),
            owners=self._each("owner", self._owner),
            teams=self._teams(),
            customers=self._each("customer", _id),
            words=self._words(),
            value_min=_least(self._each("value_min", _amount)),
            value_max=_greatest(self._each("value_max", _amount)),
            currencies=self._each("currency", _currency),
            periods=self._each("period", _choice(PERIODS)),
            created_from=self._midnight(self._start("created_from")),
            created_to=self._midnight(self._end("created_to")),
            expected_close_from=self._start("expected_close_from"),
            expected_close_to=self._end("expected_close_to"),
            closed_from=self._start("closed_from"),
            closed_to=self._end("closed_to"),
            updated_from=self._midnight(self._start("updated_from")),
            overdue=self._flag("overdue", default=None),
            deleted=self._flag("deleted", default=False),
            visible=None if self._view.sees is None else tuple(sorted(self._view.sees)),
        )
        for key in ("value_min", "value_max"):
            if key in self._raw and parsed.currencies is None:
                raise BadFilter(key, say.CURRENCY_BESIDE)
        return parsed

    def _each(self, key: str, read: Callable[[str, str], _T]) -> tuple[_T, ...] | None:
        """Read all values of a key, each once; None where the key is not there."""
        if key not in self._raw:
            return None
        found = self._raw[key]
        values: Sequence[object] = found if isinstance(found, list) else [found]
        if not 1 <= len(values) <= say.MAX_VALUES:
            raise BadFilter(key, say.FEW_VALUES)
        return tuple(dict.fromkeys(read(key, _spelled(key, value)) for value in values))

    def _flag(self, key: str, *, default: bool | None) -> bool | None:
        found = self._each(key, _boolean)
        if found is None:
            return default
        return found[0] if len(found) == 1 else None

    def _owner(self, key: str, text: str) -> UUID:
        if text != "me":
            return _id(key, text)
        if self._view.user_id is None:
            raise BadFilter(key, say.NO_ME)
        return self._view.user_id

    def _teams(self) -> tuple[UUID, ...] | None:
        found = self._each("team", self._team)
        return None if found is None else tuple(team for team in found if team is not None)

    def _team(self, key: str, text: str) -> UUID | None:
        if text != "mine":
            return _id(key, text)
        if self._view.user_id is None:
            raise BadFilter(key, say.NO_MINE)
        return self._view.team_id

    def _words(self) -> tuple[tuple[str, ...], ...] | None:
        """Read `q` as folded words; one that holds no word asks for nothing."""
        searches = self._each("q", _folded)
        return None if searches is None or () in searches else searches

    def _start(self, key: str) -> date | None:
        found = self._each(key, self._bounds)
        return None if found is None else min(bounds.start for bounds in found)

    def _end(self, key: str) -> date | None:
        found = self._each(key, self._bounds)
        return None if found is None else max(bounds.end for bounds in found)

    def _bounds(self, key: str, text: str) -> Bounds:
        found = read_bounds(text, self._today)
        if found is None:
            raise BadFilter(key, say.DAY)
        return found

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else midnight(day, self._view.time_zone)


def _spelled(key: str, value: object) -> str:
    """Return a value as a query would spell it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str() if len(value) <= say.MAX_CHARACTERS:
            return value
        case str():
            raise BadFilter(key, say.SHORTER)
        case _:
            raise BadFilter(key, say.SCALAR)


def _least(found: tuple[int, ...] | None) -> int | None:
    return None if found is None else min(found)


def _greatest(found: tuple[int, ...] | None) -> int | None:
    return None if found is None else max(found)


def _id(key: str, text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise BadFilter(key, say.ID)
    return UUID(text)


def _choice(choices: Sequence[str]) -> Callable[[str, str], str]:
    def read(key: str, text: str) -> str:
        if text not in choices:
            raise BadFilter(key, say.one_of(choices))
        return text

    return read


def _folded(key: str, text: str) -> tuple[str, ...]:
    words = tuple(fold_words(text))
    if len(words) > say.MAX_WORDS:
        raise BadFilter(key, say.SHORTER)
    return words


def _amount(key: str, text: str) -> int:
    if not _AMOUNT.fullmatch(text) or int(text) > say.MAX_AMOUNT_MINOR:
        raise BadFilter(key, say.AMOUNT)
    return int(text)


def _currency(key: str, text: str) -> str:
    if minor_digits(text) is None:
        raise BadFilter(key, say.CURRENCY)
    return text


def _boolean(key: str, text: str) -> bool:
    if text not in {"true", "false"}:
        raise BadFilter(key, say.one_of(("true", "false")))
    return text == "true"


# fmt: off
KEYS: Final = frozenset({
    "board", "status", "type", "owner", "team", "customer", "q", "value_min", "value_max",
    "currency", "period", "created_from", "created_to", "expected_close_from",
    "expected_close_to", "closed_from", "closed_to", "updated_from", "overdue", "deleted",
})
# fmt: on
