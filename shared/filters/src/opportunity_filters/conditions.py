"""A filter taken apart at one moment: conditions by name, each with its values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from opportunity_filters.filters import Filter, SearchWords
from opportunity_filters.local_time import LocalClock
from opportunity_filters.periods import day_after, first_day

_ONE_OF: Final = ("board", "status", "type", "owner", "team", "customer", "currency", "period")
MAINTAINED: Final = frozenset({"board", "status", "type", "owner", "team", "currency"})
"""What the kept totals can be filtered by."""


@dataclass(frozen=True)
class Condition:
    """One demand: its name, and the value that it compares with, where it has one."""

    name: str
    value: Any = None


@dataclass(frozen=True)
class Conditions:
    """All of these must hold, and where there are searches, one of them."""

    all_of: tuple[Condition, ...]
    searches: tuple[SearchWords, ...] = ()

    @property
    def maintained(self) -> bool:
        """Say whether kept totals answer this, without looking at any opportunity."""
        names = {condition.name for condition in self.all_of} - {"live"}
        live = any(condition.name == "live" for condition in self.all_of)
        return live and not self.searches and names <= MAINTAINED


def conditions_of(chosen: Filter, clock: LocalClock) -> Conditions:
    """Say what a filter demands at this moment; several values of a range mean its widest."""
    return Conditions((*_conditions(chosen, clock),), chosen.q or ())


def _conditions(chosen: Filter, clock: LocalClock) -> Iterator[Condition]:
    wanted = set(chosen.deleted or (False,))
    if len(wanted) == 1:
        yield Condition("deleted" if True in wanted else "live")
    for name in _ONE_OF:
        values = getattr(chosen, name)
        if values is not None:
            yield Condition(name, list(values))
    if chosen.value_min is not None:
        yield Condition("value_min", min(chosen.value_min))
    if chosen.value_max is not None:
        yield Condition("value_max", max(chosen.value_max))
    yield from _days(chosen, clock)
    if chosen.overdue is not None and len(chosen.overdue) == 1:
        yield Condition("overdue" if chosen.overdue[0] else "not_overdue", clock.today)


def _days(chosen: Filter, clock: LocalClock) -> Iterator[Condition]:
    today = clock.today
    for name in ("expected_close_from", "closed_from"):
        if (bounds := getattr(chosen, name)) is not None:
            yield Condition(name, min(first_day(bound, today) for bound in bounds))
    for name in ("expected_close_to", "closed_to"):
        if (bounds := getattr(chosen, name)) is not None:
            yield Condition(name, max(day_after(bound, today) for bound in bounds))
    for name in ("created_from", "updated_from"):
        if (bounds := getattr(chosen, name)) is not None:
            yield Condition(name, clock.midnight(min(first_day(bound, today) for bound in bounds)))
    if chosen.created_to is not None:
        yield Condition(
            "created_to",
            clock.midnight(max(day_after(bound, today) for bound in chosen.created_to)),
        )
