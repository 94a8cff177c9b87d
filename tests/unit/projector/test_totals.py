"""What opportunities add up to."""

from opportunity_events import v1
from projector.domain.totals import Totals
from support.folding import (
    BOARD,
    LOST,
    ORG,
    OWNER,
    TALKS,
    WON,
    cell,
    created,
    edited,
    folded,
    moved,
    of,
    record,
    tables,
)


def test_a_live_opportunity_counts_in_its_status_its_currency_and_its_period() -> None:
    (row,) = tables(folded(record(of(created(cell(period="monthly"))))))["totals"]
    assert (row["count"], row["not_estimated"]) == (1, 0)
    assert (row["value_one_time"], row["value_monthly"], row["value_annual"]) == (0, 100_000, 0)
    assert row["weighted_monthly"] == 6_000_000


def test_a_value_that_is_not_estimated_is_counted_and_not_summed() -> None:
    (row,) = tables(folded(record(of(created(cell(amount_minor=None))))))["totals"]
    assert (row["count"], row["not_estimated"], row["value_one_time"]) == (1, 1, 0)


def test_a_move_leaves_no_empty_row_behind() -> None:
    facts = record(of(created()), of(moved(cell(), cell(status=TALKS))))
    (row,) = tables(folded(facts))["totals"]
    assert row["status_id"] == TALKS.id


def test_a_lost_opportunity_keeps_its_value_and_has_no_expected_one() -> None:
    lost = v1.OpportunityLost(BOARD, cell(), cell(status=LOST), None, None)
    (row,) = tables(folded(record(of(created()), of(lost))))["totals"]
    assert (row["value_one_time"], row["weighted_one_time"]) == (100_000, 0)


def test_a_deleted_opportunity_counts_nowhere() -> None:
    deleted = v1.OpportunityDeleted(BOARD, cell(), cell(deleted=True))
    found = tables(folded(record(of(created()), of(deleted))))
    assert found["totals"] == []
    assert found["owner_totals"] == []


def test_another_owner_moves_the_figure_between_owners_alone() -> None:
    other = cell(owner_id=ORG)
    facts = record(of(created()), of(edited(cell(), other, v1.Change("owner_id", "", ""))))
    found = tables(folded(facts))
    assert [row["owner_id"] for row in found["owner_totals"]] == [ORG]
    assert [row["count"] for row in found["totals"]] == [1]


def test_what_a_fact_shifts_says_both_places() -> None:
    shifted = Totals()
    shifted.shift(ORG, BOARD, cell(), cell(status=WON))
    rows = sorted(shifted.rows(), key=lambda row: row[4])
    assert [row[4] for row in rows] == [-1, 1]
    assert [row[9] for row in rows] == [-6_000_000, 10_000_000]


def test_a_change_that_is_not_counted_shifts_nothing() -> None:
    shifted = Totals()
    shifted.shift(ORG, BOARD, cell(), cell(customer_id=OWNER))
    assert [*shifted.rows()] == []
    assert [*shifted.owner_rows()] == []
