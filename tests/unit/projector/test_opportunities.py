"""What the list shows of an opportunity, and what its history keeps."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from opportunity_events import v1
from projector.domain.unfoldable import UnfoldableFactError
from support.folding import (
    BOARD,
    LOST,
    OWNER,
    TALKS,
    WON,
    cell,
    created,
    edited,
    folded,
    key_of,
    moved,
    of,
    record,
    sealed,
    tables,
)

JANUARY = datetime(2026, 1, 7, 3, 0, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 7, 3, 0, tzinfo=UTC)


def test_a_created_opportunity_is_in_the_list_with_all_that_was_given() -> None:
    contact = UUID(int=77)
    facts = record(of(created(external_ref="HĐ-7", contact_ids=(contact,))))
    (row,) = tables(folded(facts))["opportunities"]
    assert row["title"] == "Máy in"
    assert row["words"] == ("7", "hd", "in", "may")
    assert row["contact_ids"] == [contact]
    assert row["owner_id"] == OWNER
    assert row["version"] == 1
    assert row["deleted_at"] is None


@pytest.mark.parametrize(
    ("status", "confidence", "effective", "weighted"),
    [
        (TALKS, 60, 60, 6_000_000),
        (TALKS, None, None, 0),
        (WON, 60, 100, 10_000_000),
        (LOST, 60, 0, 0),
    ],
)
def test_the_status_type_settles_the_effective_confidence(
    status: v1.StatusRef, confidence: int | None, effective: int | None, weighted: int
) -> None:
    facts = record(of(created(cell(status=status, confidence=confidence))))
    (row,) = tables(folded(facts))["opportunities"]
    assert (row["confidence"], row["effective_confidence"]) == (confidence, effective)
    assert row["weighted_minor"] == weighted


@pytest.mark.parametrize(
    ("period", "annualized"), [("one_time", 5), ("monthly", 60), ("annual", 5)]
)
def test_a_monthly_value_comes_twelve_times_a_year(period: v1.Period, annualized: int) -> None:
    facts = record(of(created(cell(amount_minor=5, period=period))))
    (row,) = tables(folded(facts))["opportunities"]
    assert row["annualized_minor"] == annualized


def test_a_value_that_is_not_estimated_has_no_figures() -> None:
    facts = record(of(created(cell(amount_minor=None))))
    (row,) = tables(folded(facts))["opportunities"]
    assert (row["annualized_minor"], row["weighted_minor"]) == (None, None)


def test_a_move_begins_a_visit_and_an_edit_does_not() -> None:
    first = cell()
    second = cell(status=TALKS)
    third = msgspec.structs.replace(second, amount_minor=7)
    facts = record(
        of(created(first), JANUARY),
        of(moved(first, second), FEBRUARY),
        of(edited(second, third, v1.Change("amount_minor", 100_000, 7))),
    )
    (row,) = tables(folded(facts))["opportunities"]
    assert row["created_at"] == JANUARY
    assert row["status_since"] == FEBRUARY
    assert row["updated_at"] == facts[-1].recorded_at
    assert row["amount_minor"] == 7


def test_a_win_carries_its_date_and_type() -> None:
    won = cell(status=WON, closed_on=date(2026, 3, 1))
    facts = record(of(created()), of(v1.OpportunityWon(BOARD, cell(), won, None, None)))
    (row,) = tables(folded(facts))["opportunities"]
    assert (row["status_type"], row["closed_on"]) == ("won", date(2026, 3, 1))


def test_a_deleted_opportunity_says_since_when_and_a_restored_one_does_not() -> None:
    gone = cell(deleted=True)
    facts = record(
        of(created()),
        of(v1.OpportunityDeleted(BOARD, cell(), gone)),
        of(v1.OpportunityRestored(BOARD, gone, cell(), None)),
    )
    (deleted,) = tables(folded(facts[:2]))["opportunities"]
    (restored,) = tables(folded(facts))["opportunities"]
    assert deleted["deleted_at"] == facts[1].recorded_at
    assert restored["deleted_at"] is None
    assert restored["status_since"] == facts[0].occurred_at


def test_texts_come_from_the_changes_of_an_edit() -> None:
    contact = UUID(int=8)
    note = sealed("customer/x", "note", "gọi lại thứ hai")
    facts = record(
        of(created(title="Cũ", external_ref="A1")),
        of(
            edited(
                cell(),
                cell(),
                v1.Change("title", "Cũ", "Mới"),
                v1.Change("external_ref", "A1", None),
                v1.Change("contact_ids", (), (str(contact),)),
                v1.Change("note", None, note),
            )
        ),
    )
    (row,) = tables(folded(facts))["opportunities"]
    assert (row["title"], row["external_ref"]) == ("Mới", None)
    assert row["contact_ids"] == [contact]
    assert row["note"] == "gọi lại thứ hai"


def test_a_note_whose_key_is_gone_is_erased_and_not_absent() -> None:
    note = sealed("customer/x", "note", "gọi lại")
    facts = record(of(created(note=note)))
    (row,) = tables(folded(facts, gone=[note.key]))["opportunities"]
    assert row["note"] is None
    assert row["note_key"] == key_of("customer/x")


def test_history_has_a_row_a_version_and_no_moment_between_them() -> None:
    first, second = cell(), cell(status=TALKS)
    facts = record(of(created(first), JANUARY), of(moved(first, second), FEBRUARY))
    one, two = tables(folded(facts))["opportunity_versions"]
    assert (one["from_position"], one["to_position"]) == (1, 2)
    assert (one["from_time"], one["to_time"]) == (JANUARY, FEBRUARY)
    assert (two["from_position"], two["to_position"]) == (2, None)
    assert (two["from_time"], two["to_time"]) == (FEBRUARY, None)
    assert (one["status_id"], two["status_id"]) == (first.status.id, second.status.id)


def test_the_same_fact_twice_changes_nothing() -> None:
    facts = record(of(created()), of(moved(cell(), cell(status=TALKS))))
    assert tables(folded([*facts, facts[0], facts[1]])) == tables(folded(facts))


def test_a_version_left_out_stops_loudly() -> None:
    facts = record(of(created()), of(moved(cell(), cell(status=TALKS))), of(moved(cell(), cell())))
    with pytest.raises(UnfoldableFactError, match="is at version 1, so 3 cannot follow"):
        folded([facts[0], facts[2]])


def test_a_first_fact_that_creates_nothing_stops_loudly() -> None:
    with pytest.raises(UnfoldableFactError, match="has no first fact"):
        folded(record(of(moved(cell(), cell(status=TALKS)))))


def test_a_second_beginning_stops_loudly() -> None:
    with pytest.raises(UnfoldableFactError, match="begins a second time"):
        folded(record(of(created()), of(created())))


def test_a_change_of_a_field_that_is_none_stops_loudly() -> None:
    facts = record(of(created()), of(edited(cell(), cell(), v1.Change("colour", 1, 2))))
    with pytest.raises(UnfoldableFactError, match="no opportunity has a field 'colour'"):
        folded(facts)
