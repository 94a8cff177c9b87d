"""Sums of opportunities: added up as integers, divided by 100 once, each rounded once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

_MONTHS_A_YEAR: Final = 12
_PER_CENT: Final = 100
_TYPES: Final = ("active", "won", "lost")


@dataclass(frozen=True)
class PeriodSums:
    """Three sums, one for each period."""

    one_time: int = 0
    monthly: int = 0
    annual: int = 0

    def __add__(self, other: "PeriodSums") -> "PeriodSums":
        return PeriodSums(
            self.one_time + other.one_time,
            self.monthly + other.monthly,
            self.annual + other.annual,
        )

    @property
    def listed(self) -> int:
        """All of it as it stands."""
        return self.one_time + self.monthly + self.annual

    @property
    def annualized(self) -> int:
        """All of it by the year."""
        return self.one_time + _MONTHS_A_YEAR * self.monthly + self.annual


@dataclass(frozen=True)
class Sums:
    """What some opportunities of one currency add up to; weighted is in hundredths."""

    count: int = 0
    not_estimated: int = 0
    value: PeriodSums = PeriodSums()
    weighted: PeriodSums = PeriodSums()

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.count + other.count,
            self.not_estimated + other.not_estimated,
            self.value + other.value,
            self.weighted + other.weighted,
        )

    def shown(self) -> dict[str, Any]:
        """Return the sums as the API shows them, money as decimal strings."""
        return {
            "count": self.count,
            "not_estimated": self.not_estimated,
            "value_minor": _shown(self.value, 1),
            "expected_minor": _shown(self.weighted, _PER_CENT),
        }


@dataclass(frozen=True)
class TotalsRow:
    """The sums of one status (None: of all of its type together) and currency."""

    status_id: UUID | None
    type: str
    currency: str
    sums: Sums


def divide_rounding(number: int, divisor: int) -> int:
    """Divide by a positive number; a half goes away from zero."""
    whole, rest = divmod(abs(number), divisor)
    rounded = whole + (2 * rest >= divisor)
    return rounded if number >= 0 else -rounded


def status_totals(rows: Iterable[TotalsRow], status_id: UUID) -> list[dict[str, Any]]:
    """Return what stands in one status, a currency each."""
    by_currency: dict[str, Sums] = {}
    for row in rows:
        if row.status_id == status_id:
            by_currency[row.currency] = by_currency.get(row.currency, Sums()) + row.sums
    return [
        {"currency": currency, **sums.shown()}
        for currency, sums in sorted(by_currency.items())
        if sums.count
    ]


def whole_totals(rows: Iterable[TotalsRow]) -> list[dict[str, Any]]:
    """Return what a filter or a whole board holds, a currency each, never mixing the types."""
    by_currency: dict[str, dict[str, Sums]] = {}
    for row in rows:
        by_type = by_currency.setdefault(row.currency, dict.fromkeys(_TYPES, Sums()))
        by_type[row.type] += row.sums
    return [
        {
            "currency": currency,
            "count": count,
            **{kind: by_type[kind].shown() for kind in _TYPES},
        }
        for currency, by_type in sorted(by_currency.items())
        if (count := sum(sums.count for sums in by_type.values()))
    ]


def _shown(sums: PeriodSums, divisor: int) -> dict[str, str]:
    figures = {
        "one_time": sums.one_time,
        "monthly": sums.monthly,
        "annual": sums.annual,
        "listed": sums.listed,
        "annualized": sums.annualized,
    }
    return {name: str(divide_rounding(figure, divisor)) for name, figure in figures.items()}
