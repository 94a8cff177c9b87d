"""Which opportunities are asked for: the filter of lists, boards and totals."""

from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any, Final, Protocol
from uuid import UUID

from opportunity_filters.parameters import (
    Values,
    read_choice,
    read_each,
    read_flag,
    read_integer,
    read_uuid,
)
from opportunity_filters.periods import RELATIVE_WORDS, DayBound, RelativeStretch, parse_day_bound
from opportunity_filters.refusals import BadFilter
from service_runtime.currencies import minor_digits
from service_runtime.folding import fold_words
from service_runtime.languages import Words

MAX_Q_CHARACTERS: Final = 300
MAX_Q_WORDS: Final = 16
STATUS_TYPES: Final = ("active", "won", "lost")
PERIODS: Final = ("one_time", "monthly", "annual")
SearchWords = tuple[str, ...]
"""Folded words, all of which must be found."""


class Viewer(Protocol):
    """Who asks: what `me` and `mine` mean."""

    @property
    def user_id(self) -> UUID | None:
        """The user that asks; None for a key."""
        ...

    @property
    def team_id(self) -> UUID | None:
        """The user's team; None for a user without one and for a key."""
        ...


@dataclass(frozen=True)
class Filter:
    """What must hold of an opportunity; None asks for nothing, several values mean "or"."""

    board: tuple[UUID, ...] | None = None
    status: tuple[UUID, ...] | None = None
    type: tuple[str, ...] | None = None
    owner: tuple[UUID, ...] | None = None
    team: tuple[UUID, ...] | None = None
    """Empty for `mine` of somebody without a team: nobody's."""
    customer: tuple[UUID, ...] | None = None
    q: tuple[SearchWords, ...] | None = None
    value_min: tuple[int, ...] | None = None
    value_max: tuple[int, ...] | None = None
    currency: tuple[str, ...] | None = None
    period: tuple[str, ...] | None = None
    created_from: tuple[DayBound, ...] | None = None
    created_to: tuple[DayBound, ...] | None = None
    expected_close_from: tuple[DayBound, ...] | None = None
    expected_close_to: tuple[DayBound, ...] | None = None
    closed_from: tuple[DayBound, ...] | None = None
    closed_to: tuple[DayBound, ...] | None = None
    updated_from: tuple[DayBound, ...] | None = None
    overdue: tuple[bool, ...] | None = None
    deleted: tuple[bool, ...] | None = None

    def normalized(self) -> dict[str, Any]:
        """Return what it asks for as plain JSON, the same for every way of asking it."""
        return {
            field.name: sorted(_plain(value) for value in asked)
            for field in fields(self)
            if (asked := getattr(self, field.name)) is not None
        }


FILTER_KEYS: Final = tuple(field.name for field in fields(Filter))


def read_filter(values: Values, viewer: Viewer) -> Filter:
    """Read a filter from a query; raise BadFilter for the first value that makes no sense."""
    chosen = Filter(
        board=read_each(values, "board", read_uuid),
        status=read_each(values, "status", read_uuid),
        type=read_each(values, "type", partial(read_choice, choices=STATUS_TYPES)),
        owner=read_each(values, "owner", partial(_read_owner, viewer=viewer)),
        team=_read_teams(values, viewer),
        customer=read_each(values, "customer", read_uuid),
        q=read_search(values),
        value_min=read_each(values, "value_min", read_integer),
        value_max=read_each(values, "value_max", read_integer),
        currency=read_each(values, "currency", _read_currency),
        period=read_each(values, "period", partial(read_choice, choices=PERIODS)),
        created_from=read_each(values, "created_from", _read_day),
        created_to=read_each(values, "created_to", _read_day),
        expected_close_from=read_each(values, "expected_close_from", _read_day),
        expected_close_to=read_each(values, "expected_close_to", _read_day),
        closed_from=read_each(values, "closed_from", _read_day),
        closed_to=read_each(values, "closed_to", _read_day),
        updated_from=read_each(values, "updated_from", _read_day),
        overdue=read_each(values, "overdue", read_flag),
        deleted=read_each(values, "deleted", read_flag),
    )
    for key in ("value_min", "value_max"):
        if getattr(chosen, key) is not None and chosen.currency is None:
            raise BadFilter(
                key,
                Words(
                    "Lọc theo doanh thu cần kèm tham số `currency`.",
                    "A filter by value needs the parameter `currency` beside it.",
                ),
            )
    return chosen


def read_search(values: Values) -> tuple[SearchWords, ...] | None:
    """Read `q` as folded words; one that holds no word asks for nothing."""
    searches = read_each(values, "q", _read_words)
    return None if searches is None or () in searches else searches


def _plain(value: UUID | str | int | date | RelativeStretch | SearchWords) -> str:
    """Return a value as text, the same for what means the same."""
    if isinstance(value, RelativeStretch):
        return f"{value.unit}{value.shift:+d}"
    if isinstance(value, tuple):
        return " ".join(sorted(value))
    return str(value)


def _read_owner(key: str, text: str, viewer: Viewer) -> UUID:
    if text != "me":
        return read_uuid(key, text)
    if viewer.user_id is None:
        raise BadFilter(
            key,
            Words(
                "Khóa API không phải là người dùng nên `me` không có nghĩa; hãy nêu mã người dùng.",
                "An API key is no user, so `me` means nobody; give a user's id.",
            ),
        )
    return viewer.user_id


def _read_teams(values: Values, viewer: Viewer) -> tuple[UUID, ...] | None:
    found = read_each(values, "team", partial(_read_team, viewer=viewer))
    return None if found is None else tuple(team for team in found if team is not None)


def _read_team(key: str, text: str, viewer: Viewer) -> UUID | None:
    if text != "mine":
        return read_uuid(key, text)
    if viewer.user_id is None:
        raise BadFilter(
            key,
            Words(
                "Khóa API không thuộc nhóm nào nên `mine` không có nghĩa; hãy nêu mã nhóm.",
                "An API key has no team, so `mine` means none; give a team's id.",
            ),
        )
    return viewer.team_id


def _read_currency(key: str, text: str) -> str:
    if minor_digits(text) is None:
        raise BadFilter(
            key,
            Words(
                "Giá trị phải là mã tiền tệ ISO 4217, ví dụ VND.",
                "This must be a currency code of ISO 4217, such as VND.",
            ),
        )
    return text


def _read_day(key: str, text: str) -> DayBound:
    found = parse_day_bound(text)
    if found is None:
        listed = ", ".join(RELATIVE_WORDS)
        raise BadFilter(
            key,
            Words(
                f"Giá trị phải là ngày dạng YYYY-MM-DD hoặc một trong: {listed}.",
                f"This must be a date as YYYY-MM-DD, or one of: {listed}.",
            ),
        )
    return found


def _read_words(key: str, text: str) -> SearchWords:
    words = tuple(fold_words(text[: MAX_Q_CHARACTERS + 1]))
    if len(text) > MAX_Q_CHARACTERS or len(words) > MAX_Q_WORDS:
        raise BadFilter(
            key,
            Words(
                f"Tối đa {MAX_Q_CHARACTERS} ký tự và {MAX_Q_WORDS} từ.",
                f"At most {MAX_Q_CHARACTERS} characters and {MAX_Q_WORDS} words.",
            ),
        )
    return words
