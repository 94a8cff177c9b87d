"""Which opportunities a report holds: the filters of the list, all that is relative resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from opportunity_filters.conditions import conditions_of
from opportunity_filters.filters import FILTER_KEYS, read_filter
from opportunity_filters.local_time import LocalClock
from opportunity_filters.parameters import MAX_VALUES
from opportunity_filters.refusals import BadFilter
from service_runtime.languages import Words

_LISTED: Final = {
    "board": "boards",
    "status": "statuses",
    "type": "types",
    "owner": "owners",
    "team": "teams",
    "customer": "customers",
    "currency": "currencies",
    "period": "periods",
}
"""Conditions that name values, and the fields that keep them."""
_BOUNDS: Final = (
    *("value_min", "value_max", "created_from", "created_to", "expected_close_from"),
    *("expected_close_to", "closed_from", "closed_to", "updated_from"),
)
KEYS: Final = frozenset(FILTER_KEYS)
_UNKNOWN_KEY: Final = Words(
    "Bộ lọc này không được hỗ trợ; hãy bỏ nó đi.", "This filter is not known; leave it out."
)
_FEW_VALUES: Final = Words(
    f"Cần từ 1 đến {MAX_VALUES} giá trị cho một bộ lọc.",
    f"One filter takes 1 to {MAX_VALUES} values.",
)
_SCALAR: Final = Words(
    "Giá trị phải là chuỗi ký tự, số nguyên, true hoặc false, hoặc một danh sách các giá trị đó.",
    "This must be a string, a whole number, true or false, or a list of these.",
)


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

    They mean what they mean in a query of the list. The caller's own ids (`me`, `mine`) and
    relative days become what they are now, so that the same report made later holds the same
    rows. Raises BadFilter.
    """
    spelled = {key: [*_spelled(key, found)] for key, found in raw.items()}
    clock = LocalClock(view.clock, view.time_zone)
    conditions = conditions_of(read_filter(spelled, view), clock)
    asked: dict[str, Any] = {one.name: one.value for one in conditions.all_of}
    return OpportunityFilter(
        today=clock.today,
        **{field: tuple(asked[name]) for name, field in _LISTED.items() if name in asked},
        **{name: asked[name] for name in _BOUNDS if name in asked},
        words=conditions.searches or None,
        overdue=True if "overdue" in asked else False if "not_overdue" in asked else None,
        deleted=True if "deleted" in asked else False if "live" in asked else None,
        visible=None if view.sees is None else tuple(sorted(view.sees)),
    )


def _spelled(key: str, found: object) -> Iterator[str]:
    """Yield the values of a filter as a query would spell them."""
    if key not in KEYS:
        raise BadFilter(key, _UNKNOWN_KEY)
    values = cast("list[object]", found) if isinstance(found, list) else [found]
    if not 1 <= len(values) <= MAX_VALUES:
        raise BadFilter(key, _FEW_VALUES)
    for value in values:
        match value:
            case bool():
                yield "true" if value else "false"
            case int() | str():
                yield str(value)
            case _:
                raise BadFilter(key, _SCALAR)
