"""Totals: integers added up, each sum rounded once."""

from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from query_api.domain.totals import (
    PeriodSums,
    Sums,
    TotalsRow,
    divide_rounding,
    status_totals,
    whole_totals,
)

LEAD, TALKS, WON = UUID(int=1), UUID(int=2), UUID(int=3)
TYPES = {LEAD: "active", TALKS: "active", WON: "won"}
AMOUNTS = st.integers(0, 10**18)
SUMS = st.builds(
    Sums,
    st.integers(1, 9),
    st.integers(0, 9),
    st.builds(PeriodSums, AMOUNTS, AMOUNTS, AMOUNTS),
    st.builds(PeriodSums, AMOUNTS, AMOUNTS, AMOUNTS),
)


def row_of(status: UUID, currency: str, sums: Sums) -> TotalsRow:
    """Return a row of a status that has its type."""
    return TotalsRow(status, TYPES[status], currency, sums)


@given(number=st.integers(), divisor=st.integers(1, 1000))
def test_a_half_goes_away_from_zero(number: int, divisor: int) -> None:
    exact = Decimal(number) / Decimal(divisor)
    if abs(number) < 10**20:
        assert divide_rounding(number, divisor) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_each_figure_is_rounded_once() -> None:
    sums = Sums(3, 0, PeriodSums(1, 1, 1), PeriodSums(50, 50, 49))
    shown = sums.shown()
    assert shown["value_minor"] == {
        "one_time": "1",
        "monthly": "1",
        "annual": "1",
        "listed": "3",
        "annualized": "14",
    }
    assert shown["expected_minor"] == {
        "one_time": "1",
        "monthly": "1",
        "annual": "0",
        "listed": "1",
        "annualized": "7",
    }


@given(
    rows=st.lists(
        st.builds(
            row_of,
            st.sampled_from([LEAD, TALKS, WON]),
            st.sampled_from(["USD", "VND"]),
            SUMS,
        )
    )
)
def test_statuses_add_up_to_the_whole_and_currencies_never_do(rows: list[TotalsRow]) -> None:
    whole = whole_totals(rows)
    assert [total["currency"] for total in whole] == sorted({row.currency for row in rows})
    for total in whole:
        parts = [
            part
            for status in (LEAD, TALKS)
            for part in status_totals(rows, status)
            if part["currency"] == total["currency"]
        ]
        assert total["active"]["count"] == sum(part["count"] for part in parts)
        listed = sum(int(part["value_minor"]["listed"]) for part in parts)
        assert int(total["active"]["value_minor"]["listed"]) == listed
        assert total["count"] == total["active"]["count"] + total["won"]["count"]
        assert total["lost"]["count"] == 0


def test_a_currency_without_an_opportunity_is_left_out() -> None:
    rows = [TotalsRow(LEAD, "active", "USD", Sums()), TotalsRow(LEAD, "active", "VND", Sums(1))]
    assert [total["currency"] for total in whole_totals(rows)] == ["VND"]
    assert [total["currency"] for total in status_totals(rows, LEAD)] == ["VND"]
    assert status_totals(rows, WON) == []
