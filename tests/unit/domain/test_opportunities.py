"""What may happen to an opportunity: past, command, expected."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import UNSET

from command_api.domain import commands as c
from command_api.domain import refusal
from opportunity_events import v1
from support.paper import Floor, ident

TODAY = date(2026, 11, 24)


@pytest.fixture
def floor() -> Floor:
    return Floor()


def code_of(refused: pytest.ExceptionInfo[refusal.Invalid]) -> list[tuple[str, str]]:
    return [(fault.where, fault.code) for fault in refused.value.faults]


def test_a_new_opportunity_stands_in_the_first_active_status_with_the_defaults(
    floor: Floor,
) -> None:
    cell = floor.opportunity.cell
    assert cell.status == v1.StatusRef(floor.first, "Tiếp cận", "active")
    assert cell.owner_id == floor.admin
    assert (cell.amount_minor, cell.currency, cell.period) == (None, "VND", "one_time")
    assert (cell.confidence, cell.confidence_source) == (None, "status")


def test_created_in_a_closed_status_it_is_created_active_and_won_behind_it(floor: Floor) -> None:
    facts = floor.did(
        c.CreateOpportunity(
            ident(31), "Xong", floor.customer, board_id=floor.board, status_id=floor.won
        )
    )
    created, won = facts
    assert isinstance(created, v1.OpportunityCreated)
    assert created.after.status.id == floor.first
    assert isinstance(won, v1.OpportunityWon)
    assert won.before == created.after
    assert won.after.closed_on == TODAY


def test_a_given_confidence_is_the_users_also_when_it_is_none(floor: Floor) -> None:
    for number, figure in enumerate((None, 60)):
        facts = floor.did(
            c.CreateOpportunity(
                ident(40 + number),
                "Có",
                floor.customer,
                board_id=floor.board,
                status_id=floor.second,
                confidence=figure,
            )
        )
        assert isinstance(facts[0], v1.OpportunityCreated)
        assert (facts[0].after.confidence, facts[0].after.confidence_source) == (figure, "user")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"customer_id": ident(99)}, ("/customer_id", "unknown")),
        ({"owner_id": ident(99)}, ("/owner_id", "unknown")),
        ({"status_id": ident(99)}, ("/status_id", "unknown")),
        ({"board_id": ident(99)}, ("/board_id", "unknown")),
        ({"contact_ids": (ident(99),)}, ("/contact_ids/0", "unknown")),
    ],
)
def test_a_body_that_names_something_unknown_says_where(
    floor: Floor, fields: dict[str, Any], fault: tuple[str, str]
) -> None:
    given: dict[str, Any] = {"customer_id": floor.customer, "board_id": floor.board, **fields}
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.CreateOpportunity(ident(31), "Sai", **given))
    assert code_of(refused) == [fault]


def test_an_archived_customer_takes_no_new_opportunity(floor: Floor) -> None:
    floor.tell(c.ArchiveCustomer(floor.customer))
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.CreateOpportunity(ident(31), "Muộn", floor.customer, board_id=floor.board))
    assert code_of(refused) == [("/customer_id", "archived")]


def test_a_caller_that_is_no_user_must_name_an_owner(floor: Floor) -> None:
    command = c.CreateOpportunity(ident(31), "Máy", floor.customer, board_id=floor.board)
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(command, user=None, role="service")
    assert code_of(refused) == [("/owner_id", "required")]


def test_a_rep_may_not_name_another_owner(floor: Floor) -> None:
    command = c.CreateOpportunity(
        ident(31), "Hộ", floor.customer, board_id=floor.board, owner_id=floor.admin
    )
    with pytest.raises(refusal.Forbidden):
        floor.tell(command, user=floor.rep, role="rep")


def test_moving_to_the_status_in_which_it_stands_is_no_event(floor: Floor) -> None:
    assert floor.did(c.MoveOpportunity(floor.deal, floor.first)) == []


def test_moving_takes_the_default_confidence_of_the_status(floor: Floor) -> None:
    (moved,) = floor.did(c.MoveOpportunity(floor.deal, floor.second))
    assert isinstance(moved, v1.OpportunityMoved)
    assert moved.after.confidence == 60


def test_moving_keeps_a_figure_that_somebody_gave(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, confidence=33))
    (moved,) = floor.did(c.MoveOpportunity(floor.deal, floor.second))
    assert isinstance(moved, v1.OpportunityMoved)
    assert (moved.after.confidence, moved.after.confidence_source) == (33, "user")


def test_a_move_onto_a_won_status_is_a_win(floor: Floor) -> None:
    (won,) = floor.did(c.MoveOpportunity(floor.deal, floor.won))
    assert isinstance(won, v1.OpportunityWon)
    assert won.after.closed_on == TODAY


def test_winning_twice_records_nothing_new(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal))
    assert floor.did(c.WinOpportunity(floor.deal)) == []


def test_losing_keeps_the_reason_while_lost_and_reopening_clears_it(floor: Floor) -> None:
    floor.tell(c.LoseOpportunity(floor.deal, reason="Giá cao"))
    assert floor.opportunity.cell.lost_reason == "Giá cao"
    (reopened,) = floor.did(c.ReopenOpportunity(floor.deal))
    assert isinstance(reopened, v1.OpportunityReopened)
    assert (reopened.after.lost_reason, reopened.after.closed_on) == (None, None)


def test_reopening_goes_to_the_last_active_status_it_stood_in(floor: Floor) -> None:
    floor.tell(c.MoveOpportunity(floor.deal, floor.third))
    floor.tell(c.WinOpportunity(floor.deal))
    floor.tell(c.ReopenOpportunity(floor.deal))
    assert floor.opportunity.cell.status.id == floor.third


def test_won_to_lost_is_one_event_on_a_new_day(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal))
    floor.now += timedelta(days=3)
    (lost,) = floor.did(c.LoseOpportunity(floor.deal))
    assert isinstance(lost, v1.OpportunityLost)
    assert lost.after.closed_on == TODAY + timedelta(days=3)


def test_a_rep_may_reopen_what_the_rep_closed_last(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal), user=floor.rep, role="rep")
    assert floor.did(c.ReopenOpportunity(floor.deal), user=floor.rep, role="rep")


def test_a_rep_may_not_reopen_what_somebody_else_closed(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal))
    with pytest.raises(refusal.Forbidden):
        floor.tell(c.ReopenOpportunity(floor.deal), user=floor.rep, role="rep")


def test_a_move_that_reopens_needs_what_a_reopen_needs(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal))
    with pytest.raises(refusal.Forbidden):
        floor.tell(c.MoveOpportunity(floor.deal, floor.first), user=floor.rep, role="rep")


@pytest.mark.parametrize(
    ("closed_on", "code"),
    [
        (TODAY + timedelta(days=1), "in-the-future"),
        (TODAY - timedelta(days=1), "before-creation"),
    ],
)
def test_a_closing_date_lies_between_creation_and_today(
    floor: Floor, closed_on: date, code: str
) -> None:
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.WinOpportunity(floor.deal, closed_on=closed_on))
    assert code_of(refused) == [("/closed_on", code)]


def test_only_a_manager_back_dates(floor: Floor) -> None:
    floor.now += timedelta(days=5)
    with pytest.raises(refusal.Forbidden):
        floor.tell(c.WinOpportunity(floor.deal, closed_on=TODAY), user=floor.rep, role="rep")
    floor.tell(c.WinOpportunity(floor.deal, closed_on=TODAY))
    assert floor.opportunity.cell.closed_on == TODAY


def test_a_closing_date_on_a_move_that_closes_nothing_is_refused(floor: Floor) -> None:
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.MoveOpportunity(floor.deal, floor.second, closed_on=TODAY))
    assert code_of(refused) == [("/closed_on", "closes-nothing")]


def test_an_edit_carries_every_changed_field_before_and_after(floor: Floor) -> None:
    (edited,) = floor.did(
        c.EditOpportunity(floor.deal, title="Mới", value=c.Money(500, "USD"), confidence=60)
    )
    assert isinstance(edited, v1.OpportunityEdited)
    assert {(change.field, change.from_, change.to) for change in edited.changes} == {
        ("amount_minor", None, 500),
        ("currency", "VND", "USD"),
        ("confidence", None, 60),
        ("confidence_source", "status", "user"),
        ("title", "Hợp đồng", "Mới"),
    }


def test_the_same_edit_twice_records_nothing_new(floor: Floor) -> None:
    edit = c.EditOpportunity(floor.deal, title="Mới", note="Gọi lại", confidence=None)
    assert floor.did(edit)
    assert floor.did(edit) == []


def test_an_empty_edit_records_nothing(floor: Floor) -> None:
    assert floor.did(c.EditOpportunity(floor.deal)) == []


def test_a_note_is_sealed_under_the_customers_key(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, note="Bí mật"))
    note = floor.opportunity.note
    assert note is not None
    assert note.key == floor.state("customer", floor.customer).name.key
    assert "Bí mật" not in str(floor.log)


def test_editing_a_closed_value_needs_a_manager_and_says_after_close(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal), user=floor.rep, role="rep")
    edit = c.EditOpportunity(floor.deal, value=c.Money(7, None))
    with pytest.raises(refusal.Forbidden):
        floor.tell(edit, user=floor.rep, role="rep")
    (edited,) = floor.did(edit)
    assert isinstance(edited, v1.OpportunityEdited)
    assert edited.after_close


def test_a_rep_may_edit_the_title_of_a_closed_one(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal))
    (edited,) = floor.did(c.EditOpportunity(floor.deal, title="T"), user=floor.rep, role="rep")
    assert isinstance(edited, v1.OpportunityEdited)
    assert not edited.after_close


def test_another_customer_needs_new_contacts_where_contacts_are_set(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, contact_ids=(floor.contact,)))
    floor.tell(c.AddCustomer(ident(50), "Bình Minh", None, person=False))
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.EditOpportunity(floor.deal, customer_id=ident(50)))
    assert code_of(refused) == [("/contact_ids", "of-the-old-customer")]
    assert floor.did(c.EditOpportunity(floor.deal, customer_id=ident(50), contact_ids=()))


def test_a_deleted_one_takes_no_other_command(floor: Floor) -> None:
    floor.tell(c.DeleteOpportunity(floor.deal))
    for command in (
        c.EditOpportunity(floor.deal, title="x"),
        c.MoveOpportunity(floor.deal, floor.second),
        c.WinOpportunity(floor.deal),
    ):
        with pytest.raises(refusal.AlreadyDeleted) as refused:
            floor.tell(command)
        assert refused.value.version == 2
    assert floor.did(c.DeleteOpportunity(floor.deal)) == []


def test_restoring_brings_it_back_into_its_status_and_twice_is_nothing_new(floor: Floor) -> None:
    floor.tell(c.DeleteOpportunity(floor.deal))
    (restored,) = floor.did(c.RestoreOpportunity(floor.deal))
    assert isinstance(restored, v1.OpportunityRestored)
    assert restored.redirected_from is None
    assert floor.did(c.RestoreOpportunity(floor.deal)) == []


def test_restored_after_its_status_is_gone_it_stands_in_the_replacement(floor: Floor) -> None:
    floor.tell(c.DeleteOpportunity(floor.deal))
    floor.tell(c.DeleteStatus(floor.board, floor.first, floor.second, allow_type_change=False))
    floor.tell(c.DeleteStatus(floor.board, floor.second, floor.third, allow_type_change=False))
    (restored,) = floor.did(c.RestoreOpportunity(floor.deal))
    assert isinstance(restored, v1.OpportunityRestored)
    assert restored.after.status.id == floor.third
    assert restored.redirected_from == floor.first


def test_restoring_never_wins_where_the_replacement_is_of_another_type(floor: Floor) -> None:
    floor.tell(c.DeleteOpportunity(floor.deal))
    floor.tell(c.DeleteStatus(floor.board, floor.first, floor.won, allow_type_change=True))
    (restored,) = floor.did(c.RestoreOpportunity(floor.deal))
    assert isinstance(restored, v1.OpportunityRestored)
    assert restored.after.status.type == "active"


def test_a_stale_command_on_other_fields_is_merged_and_says_with_what(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, title="Mới"))
    decided = floor.tell(c.MoveOpportunity(floor.deal, floor.second), if_match=1)
    answer: Any = decided.answer()
    assert answer["version"] == 3
    assert [m["fields"] for m in answer["merged_with"]] == [["title"]]


def test_a_stale_command_on_the_same_field_is_refused(floor: Floor) -> None:
    floor.tell(c.MoveOpportunity(floor.deal, floor.third))
    with pytest.raises(refusal.VersionConflict) as refused:
        floor.tell(c.MoveOpportunity(floor.deal, floor.second), if_match=1)
    assert (refused.value.version, refused.value.fields) == (2, ("status",))


def test_a_stale_command_that_wants_what_stands_already_is_already_so(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, title="Mới"))
    assert floor.did(c.EditOpportunity(floor.deal, title="Mới"), if_match=1) == []


def test_a_version_newer_than_the_resource_is_refused(floor: Floor) -> None:
    with pytest.raises(refusal.VersionConflict):
        floor.tell(c.EditOpportunity(floor.deal, title="Mới"), if_match=9)


def test_deleting_conflicts_with_every_fact_since(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, title="Mới"))
    with pytest.raises(refusal.VersionConflict):
        floor.tell(c.DeleteOpportunity(floor.deal), if_match=1)


def test_bulk_decides_each_part_on_its_own(floor: Floor) -> None:
    floor.tell(c.CreateOpportunity(ident(31), "Hai", floor.customer, board_id=floor.board))
    floor.tell(c.DeleteOpportunity(ident(31)))
    parts = tuple(
        c.WinOpportunity(opportunity) for opportunity in (floor.deal, ident(31), ident(77))
    )
    answer: Any = floor.tell(c.BulkOpportunities(parts, dry_run=False)).answer()
    assert (answer["done"], answer["refused"]) == (1, 2)
    assert [result["id"] for result in answer["results"]] == [floor.deal, ident(31), ident(77)]
    assert floor.opportunity.cell.status.id == floor.won


def test_a_dry_run_of_bulk_answers_and_changes_nothing(floor: Floor) -> None:
    decided = floor.tell(c.BulkOpportunities((c.WinOpportunity(floor.deal),), dry_run=True))
    answer: Any = decided.answer()
    assert answer["done"] == 1
    assert decided.draft.facts == []
    assert floor.opportunity.cell.status.id == floor.first


def test_an_imported_business_time_never_goes_back_in_a_stream(floor: Floor) -> None:
    early = floor.now - timedelta(days=400)
    floor.tell(
        c.CreateOpportunity(
            ident(31), "Cũ", floor.customer, board_id=floor.board, occurred_at=early
        )
    )
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.WinOpportunity(ident(31), occurred_at=early - timedelta(days=1)))
    assert code_of(refused) == [("/occurred_at", "before-the-last")]
    with pytest.raises(refusal.Invalid):
        floor.tell(c.WinOpportunity(ident(31), occurred_at=floor.now + timedelta(days=1)))


def test_an_edit_leaves_what_is_unset(floor: Floor) -> None:
    edit = c.EditOpportunity(floor.deal, period="monthly")
    assert edit.title is UNSET
    floor.tell(edit)
    assert floor.opportunity.title == "Hợp đồng"
    assert floor.opportunity.cell.period == "monthly"


def test_ids_in_states_are_ids(floor: Floor) -> None:
    floor.tell(c.EditOpportunity(floor.deal, contact_ids=(floor.contact,)))
    assert all(isinstance(contact_id, UUID) for contact_id in floor.opportunity.contact_ids)


def test_cells_name_a_status_as_it_was_called_at_that_moment(floor: Floor) -> None:
    floor.tell(c.EditStatus(floor.board, floor.first, name="Gặp gỡ"))
    called = v1.StatusRef(floor.first, "Gặp gỡ", "active")
    (edited,) = floor.did(c.EditOpportunity(floor.deal, title="Khác"))
    assert isinstance(edited, v1.OpportunityEdited)
    assert (edited.before.status, edited.after.status) == (called, called)
    assert [change.field for change in edited.changes] == ["title"]
    floor.tell(c.EditStatus(floor.board, floor.first, name="Hẹn gặp"))
    (deleted,) = floor.did(c.DeleteOpportunity(floor.deal))
    assert isinstance(deleted, v1.OpportunityDeleted)
    assert deleted.before.status.name == deleted.after.status.name == "Hẹn gặp"
    floor.tell(c.EditStatus(floor.board, floor.first, name="Tiếp cận"))
    (restored,) = floor.did(c.RestoreOpportunity(floor.deal))
    assert isinstance(restored, v1.OpportunityRestored)
    assert restored.before.status.name == restored.after.status.name == "Tiếp cận"
    floor.tell(c.EditStatus(floor.board, floor.first, name="Mới"))
    *moves, _ = floor.did(
        c.DeleteStatus(floor.board, floor.first, floor.second, allow_type_change=False)
    )
    (moved,) = moves
    assert isinstance(moved, v1.OpportunityMoved)
    assert moved.before.status.name == "Mới"


def test_a_value_without_currency_is_another_one_where_the_deal_is_in_a_foreign_one(
    floor: Floor,
) -> None:
    floor.tell(c.EditOpportunity(floor.deal, value=c.Money(100, "USD")))
    with pytest.raises(refusal.VersionConflict) as conflict:
        floor.tell(c.EditOpportunity(floor.deal, value=c.Money(100, None)), if_match=1)
    assert conflict.value.fields == ("value",)
    floor.tell(c.EditOpportunity(floor.deal, value=c.Money(100, None)))
    floor.tell(c.EditOpportunity(floor.deal, value=c.Money(100, None), title="Hai"), if_match=1)


def test_what_a_role_may_not_is_said_before_that_the_deal_is_deleted(floor: Floor) -> None:
    floor.tell(c.WinOpportunity(floor.deal))
    floor.tell(c.DeleteOpportunity(floor.deal))
    with pytest.raises(refusal.Forbidden):
        floor.tell(
            c.EditOpportunity(floor.deal, value=c.Money(1, "VND")), user=floor.rep, role="rep"
        )


def test_a_note_goes_under_the_key_of_the_customer_that_the_deal_goes_to(floor: Floor) -> None:
    floor.tell(c.AddCustomer(ident(22), "Chị Mai", None, person=True))
    floor.tell(c.EditOpportunity(floor.deal, note="Gọi sau sáu giờ"))
    (edited,) = floor.did(c.EditOpportunity(floor.deal, customer_id=ident(22)))
    assert isinstance(edited, v1.OpportunityEdited)
    assert [change.field for change in edited.changes] == ["customer_id", "note"]
    note = floor.opportunity.note
    assert note is not None
    assert note.key == floor.state("customer", ident(22)).name.key
    assert floor.did(c.EditOpportunity(floor.deal, note="Gọi sau sáu giờ")) == []


def test_an_erased_note_goes_with_the_deal_as_it_is(floor: Floor) -> None:
    floor.tell(c.EditCustomer(floor.customer, person=True))
    floor.tell(c.EditOpportunity(floor.deal, note="Riêng"))
    floor.tell(c.EraseCustomer(floor.customer))
    floor.tell(c.AddCustomer(ident(22), "Bình Minh", None, person=False))
    (edited,) = floor.did(c.EditOpportunity(floor.deal, customer_id=ident(22)))
    assert isinstance(edited, v1.OpportunityEdited)
    assert [change.field for change in edited.changes] == ["customer_id"]


def test_a_stale_edit_that_repeats_the_note_as_it_stands_conflicts_with_nothing(
    floor: Floor,
) -> None:
    floor.tell(c.EditOpportunity(floor.deal, note="Gọi lại"))
    edit = c.EditOpportunity(floor.deal, note="Gọi lại", title="Mới")
    answer: Any = floor.tell(edit, if_match=1).answer()
    assert [merged["fields"] for merged in answer["merged_with"]] == [["note"]]


def test_a_bulk_of_too_much_text_is_refused_whole(floor: Floor) -> None:
    parts = tuple(c.EditOpportunity(ident(n), note="ế" * 10_000) for n in range(101))
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.BulkOpportunities(parts, dry_run=False))
    assert code_of(refused) == [("/params/note", "too-much-at-once")]


def test_adding_a_person_with_an_id_that_is_taken_makes_no_key(floor: Floor) -> None:
    floor.tell(c.EditUser(floor.rep, active=False))
    floor.tell(c.EraseUser(floor.rep))
    assert floor.did(c.AddUser(floor.rep, "Thảo", None, "rep", None)) == []
    assert f"user/{floor.rep}" not in floor.keys
