"""Which opportunities a report holds: the filters of the list, all that is relative resolved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from report_worker.domain.periods import first_day, local_day, midnight
from service_runtime.currencies import minor_digits
from service_runtime.folding import fold_words

MAX_VALUES: Final = 100
MAX_TEXT: Final = 300
MAX_AMOUNT_MINOR: Final = 9_007_199_254_740_991
_DATE_CHARACTERS: Final = 10
_AMOUNT_CHARACTERS: Final = 16
_T = TypeVar("_T")
TYPES: Final = ("active", "won", "lost")
PERIODS: Final = ("one_time", "monthly", "annual")


class Wanted(StrEnum):
    """What a filter's value has to be, where the one that was given is not."""

    KNOWN_KEY = "known_key"
    SCALAR = "scalar"
    ONE_VALUE = "one_value"
    FEW_VALUES = "few_values"
    ID = "id"
    USER = "user"
    TEAM = "team"
    TYPE = "type"
    PERIOD = "period"
    CURRENCY = "currency"
    AMOUNT = "amount"
    ONE_CURRENCY = "one_currency"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"
    TEXT = "text"
    NO_AS_OF = "no_as_of"


class BadFilter(Exception):  # noqa: N818 - a refusal
    """A filter that says nothing we understand: which one, and what it has to be."""

    def __init__(self, parameter: str, wanted: Wanted) -> None:
        super().__init__(f"{parameter}: {wanted}")
        self.parameter = parameter
        self.wanted = wanted


@dataclass(frozen=True)
class Viewpoint:
    """What relative filters are relative to: the clock and zone of the report, and its caller."""

    clock: datetime
    time_zone: str
    user_id: UUID | None
    team_id: UUID | None


@dataclass(frozen=True)
class OpportunityFilter:
    """Filters in absolute terms; an empty tuple and None say nothing about their column."""

    today: date
    boards: tuple[UUID, ...] = ()
    statuses: tuple[UUID, ...] = ()
    types: tuple[str, ...] = ()
    owners: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()
    customers: tuple[UUID, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    """Alternatives; of each, every word begins a word of the title, customer or reference."""
    value_min: int | None = None
    value_max: int | None = None
    currencies: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    created_from: datetime | None = None
    created_to: datetime | None = None
    expected_close_from: date | None = None
    expected_close_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    updated_from: datetime | None = None
    overdue: bool | None = None
    deleted: bool = False


def parse_filter(raw: Mapping[str, object], view: Viewpoint) -> OpportunityFilter:
    """Resolve filters as a client writes them: a key to a value or a list of them (or).

    The caller's own ids (`me`, `mine`) and relative days become what they are now, so that the
    same report made later holds the same rows. Raises BadFilter.
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
                raise BadFilter(key, Wanted.KNOWN_KEY)
        parsed = OpportunityFilter(
            today=self._today,
            boards=self._each("board", _id),
            statuses=self._each("status", _id),
            types=self._each("type", _one_of(TYPES, Wanted.TYPE)),
            owners=self._each("owner", self._owner),
            teams=self._each("team", self._team),
            customers=self._each("customer", _id),
            words=self._each("q", _words),
            value_min=self._one("value_min", _amount),
            value_max=self._one("value_max", _amount),
            currencies=self._each("currency", _currency),
            periods=self._each("period", _one_of(PERIODS, Wanted.PERIOD)),
            created_from=self._one("created_from", self._beginning),
            created_to=self._one("created_to", self._beginning),
            expected_close_from=self._one("expected_close_from", self._day),
            expected_close_to=self._one("expected_close_to", self._day),
            closed_from=self._one("closed_from", self._day),
            closed_to=self._one("closed_to", self._day),
            updated_from=self._one("updated_from", self._instant),
            overdue=self._one("overdue", _boolean),
            deleted=self._one("deleted", _boolean) or False,
        )
        for key in ("value_min", "value_max"):
            if key in self._raw and len(parsed.currencies) != 1:
                raise BadFilter(key, Wanted.ONE_CURRENCY)
        return parsed

    def _values(self, key: str) -> Sequence[str]:
        """Return the values of a key as texts, numbers and booleans as a query would spell them."""
        if key not in self._raw:
            return ()
        found = self._raw[key]
        values: Sequence[object] = found if isinstance(found, list) else [found]
        if not 1 <= len(values) <= MAX_VALUES:
            raise BadFilter(key, Wanted.FEW_VALUES)
        return [_spelled(key, value) for value in values]

    def _each(self, key: str, read: Callable[[str, str], _T]) -> tuple[_T, ...]:
        return tuple(dict.fromkeys(read(key, value) for value in self._values(key)))

    def _one(self, key: str, read: Callable[[str, str], _T]) -> _T | None:
        values = self._values(key)
        if len(values) > 1:
            raise BadFilter(key, Wanted.ONE_VALUE)
        return read(key, values[0]) if values else None

    def _owner(self, key: str, value: str) -> UUID:
        if value != "me":
            return _id(key, value)
        if self._view.user_id is None:
            raise BadFilter(key, Wanted.USER)
        return self._view.user_id

    def _team(self, key: str, value: str) -> UUID:
        if value != "mine":
            return _id(key, value)
        if self._view.team_id is None:
            raise BadFilter(key, Wanted.TEAM)
        return self._view.team_id

    def _day(self, key: str, value: str) -> date:
        try:
            named = first_day(value, self._today)
            return named if named is not None else _date(value)
        except (ValueError, OverflowError) as error:
            raise BadFilter(key, Wanted.DATE) from error

    def _beginning(self, key: str, value: str) -> datetime:
        try:
            return midnight(self._day(key, value), self._view.time_zone)
        except OverflowError as error:  # the first or last day of the calendar, moved over its end
            raise BadFilter(key, Wanted.DATE) from error

    def _instant(self, key: str, value: str) -> datetime:
        """Read a day or an instant with its offset."""
        if len(value) <= _DATE_CHARACTERS or first_day(value, self._today) is not None:
            return self._beginning(key, value)
        try:
            instant = datetime.fromisoformat(value)
        except ValueError as error:
            raise BadFilter(key, Wanted.INSTANT) from error
        if instant.tzinfo is None:
            raise BadFilter(key, Wanted.INSTANT)
        return instant


def _spelled(key: str, value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str() if len(value) <= MAX_TEXT and _is_text(value):
            return value
        case str():
            raise BadFilter(key, Wanted.TEXT)
        case _:
            raise BadFilter(key, Wanted.SCALAR)


def _is_text(value: str) -> bool:
    """Say whether a database can hold it: no NUL, no half of a surrogate pair."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)


def _id(key: str, value: str) -> UUID:
    try:
        found = UUID(value)
    except ValueError as error:
        raise BadFilter(key, Wanted.ID) from error
    if str(found) != value.lower():  # UUID() also takes braces and urn:uuid:
        raise BadFilter(key, Wanted.ID)
    return found


def _one_of(words: Sequence[str], wanted: Wanted) -> Callable[[str, str], str]:
    def read(key: str, value: str) -> str:
        if value not in words:
            raise BadFilter(key, wanted)
        return value

    return read


def _words(_key: str, value: str) -> tuple[str, ...]:
    return tuple(fold_words(value))


def _amount(key: str, value: str) -> int:
    plain = value.isascii() and value.isdigit() and len(value) <= _AMOUNT_CHARACTERS
    if not plain or int(value) > MAX_AMOUNT_MINOR:
        raise BadFilter(key, Wanted.AMOUNT)
    return int(value)


def _currency(key: str, value: str) -> str:
    if minor_digits(value) is None:
        raise BadFilter(key, Wanted.CURRENCY)
    return value


def _date(value: str) -> date:
    if len(value) != _DATE_CHARACTERS:  # fromisoformat also takes 20261124 and 2026-W48-2
        raise ValueError(value)
    day = date.fromisoformat(value)
    if day.isoformat() != value:
        raise ValueError(value)
    return day


def _boolean(key: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise BadFilter(key, Wanted.BOOLEAN)
    return value == "true"


KEYS: Final = frozenset(
    {
        "board",
        "status",
        "type",
        "owner",
        "team",
        "customer",
        "q",
        "value_min",
        "value_max",
        "currency",
        "period",
        "created_from",
        "created_to",
        "expected_close_from",
        "expected_close_to",
        "closed_from",
        "closed_to",
        "updated_from",
        "overdue",
        "deleted",
    }
)
