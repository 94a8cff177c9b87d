"""What may happen to a board and its statuses: past, command, expected."""

import pytest

from command_api.domain import commands as c
from command_api.domain import refusal
from command_api.domain.board.decide import MAX_STATUSES
from opportunity_events import v1
from support.paper import Floor, Paper, ident

SPARE = (ident(91), ident(92), ident(93))


@pytest.fixture
def floor() -> Floor:
    return Floor()


def new(number: int, name: str, kind: v1.StatusType = "active") -> c.NewStatus:
    return c.NewStatus(ident(number), name, kind, None, None)


def names(paper: Paper, board: int = 10) -> list[str]:
    return [status.name for status in paper.state("board", ident(board)).statuses]


def test_a_board_without_statuses_gets_one_of_each_type_in_the_language() -> None:
    paper = Paper()
    paper.tell(c.CreateBoard(ident(10), "Mới", (), SPARE))
    assert names(paper) == ["Đang hoạt động", "Hoàn thành", "Thất bại"]
    english = Paper(language="en")
    english.tell(c.CreateBoard(ident(10), "New", (new(11, "Open"),), SPARE))
    assert names(english) == ["Open", "Won", "Lost"]


def test_a_default_whose_name_is_taken_gets_a_number() -> None:
    paper = Paper(language="en")
    paper.tell(c.CreateBoard(ident(10), "New", (new(11, "WON"),), SPARE))
    assert names(paper) == ["WON", "Won 2", "Lost"]


@pytest.mark.parametrize("name", ["đàm  phán", "ĐÀM PHÁN", "Đàm phán"])
def test_a_status_name_is_taken_whatever_case_form_and_spaces(floor: Floor, name: str) -> None:
    with pytest.raises(refusal.NameTaken) as refused:
        floor.tell(c.AddStatus(floor.board, new(60, name), None))
    assert refused.value.status_id == floor.second


def test_accents_count_in_a_status_name(floor: Floor) -> None:
    assert floor.did(c.AddStatus(floor.board, new(60, "Dam phan"), None))


def test_the_name_of_a_deleted_status_may_be_used_again(floor: Floor) -> None:
    floor.tell(c.DeleteStatus(floor.board, floor.second, None, allow_type_change=False))
    assert floor.did(c.AddStatus(floor.board, new(60, "Đàm phán"), None))


def test_a_status_without_an_index_comes_behind_the_last_of_its_type(floor: Floor) -> None:
    floor.tell(c.AddStatus(floor.board, new(60, "Ký"), None))
    assert names(floor) == ["Tiếp cận", "Đàm phán", "Chốt", "Ký", "Hoàn thành", "Thất bại"]


def test_a_board_has_so_many_statuses_and_begins_with_no_more(floor: Floor) -> None:
    there = len(names(floor))
    for number in range(MAX_STATUSES - there):
        floor.tell(c.AddStatus(floor.board, new(1_000 + number, f"S{number}"), None))
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.AddStatus(floor.board, new(2_000, "More"), None))
    assert [fault.code for fault in refused.value.faults] == ["too-many-statuses"]
    many = (
        *(new(3_000 + number, f"S{number}") for number in range(MAX_STATUSES - 1)),
        new(4_000, "W", "won"),
        new(4_001, "L", "lost"),
    )
    with pytest.raises(refusal.Invalid) as refused:
        floor.tell(c.CreateBoard(ident(5_000), "Many", many, SPARE))
    assert [fault.code for fault in refused.value.faults] == ["too-many"]
    floor.tell(c.CreateBoard(ident(5_000), "Many", many[1:], SPARE))


def test_the_last_of_a_type_can_be_neither_deleted_nor_retyped(floor: Floor) -> None:
    with pytest.raises(refusal.LastOfType):
        floor.tell(c.DeleteStatus(floor.board, floor.won, None, allow_type_change=False))
    with pytest.raises(refusal.LastOfType):
        floor.tell(c.EditStatus(floor.board, floor.won, type="active"))


def test_a_type_cannot_change_while_live_opportunities_stand_in_it(floor: Floor) -> None:
    with pytest.raises(refusal.TypeInUse) as refused:
        floor.tell(c.EditStatus(floor.board, floor.first, type="lost"))
    assert refused.value.count == 1
    assert floor.did(c.EditStatus(floor.board, floor.third, type="lost"))


def test_a_change_to_a_closed_type_clears_the_default_confidence(floor: Floor) -> None:
    (changed,) = floor.did(c.EditStatus(floor.board, floor.second, type="lost"))
    assert changed == v1.StatusTypeChanged(floor.second, "active", "lost", 60, None)


def test_an_edit_of_several_fields_is_a_fact_each_in_order(floor: Floor) -> None:
    facts = floor.did(
        c.EditStatus(
            floor.board,
            floor.third,
            name="Ký",
            color="#000000",
            default_confidence=None,
            type="won",
        )
    )
    assert [type(fact) for fact in facts] == [
        v1.StatusRenamed,
        v1.StatusRecolored,
        v1.StatusConfidenceSet,
        v1.StatusTypeChanged,
    ]


def test_a_default_confidence_for_a_closed_status_is_refused(floor: Floor) -> None:
    with pytest.raises(refusal.Invalid):
        floor.tell(c.EditStatus(floor.board, floor.won, default_confidence=10))
    assert floor.did(c.EditStatus(floor.board, floor.won, default_confidence=None)) == []


def test_a_list_that_is_no_permutation_says_what_is_wrong(floor: Floor) -> None:
    wrong = (floor.first, floor.first, floor.second, floor.won, ident(99))
    with pytest.raises(refusal.NotAPermutation) as refused:
        floor.tell(c.ReorderStatuses(floor.board, wrong))
    assert refused.value.missing == (floor.third, floor.lost)
    assert refused.value.unknown == (ident(99),)
    assert refused.value.repeated == (floor.first,)


def test_reordering_to_what_stands_records_nothing(floor: Floor) -> None:
    same = (floor.first, floor.second, floor.third, floor.won, floor.lost)
    assert floor.did(c.ReorderStatuses(floor.board, same)) == []
    assert floor.did(c.ReorderStatuses(floor.board, same[::-1]))


def test_a_status_that_holds_something_needs_a_replacement(floor: Floor) -> None:
    with pytest.raises(refusal.StatusInUse) as refused:
        floor.tell(c.DeleteStatus(floor.board, floor.first, None, allow_type_change=False))
    assert refused.value.count == 1


def test_a_deletion_moves_each_opportunity_in_its_own_fact_and_stands_last(floor: Floor) -> None:
    floor.tell(c.CreateOpportunity(ident(31), "Hai", floor.customer, board_id=floor.board))
    facts = floor.did(
        c.DeleteStatus(floor.board, floor.first, floor.second, allow_type_change=False)
    )
    *moves, deleted = facts
    assert len(moves) == 2
    for moved in moves:
        assert isinstance(moved, v1.OpportunityMoved)
        assert moved.deleted_status == floor.first
        assert moved.after.confidence == 60
    assert isinstance(deleted, v1.StatusDeleted)
    assert (deleted.moved, deleted.index) == (2, 0)


def test_a_deletion_that_would_change_the_type_has_to_be_asked_for(floor: Floor) -> None:
    command = c.DeleteStatus(floor.board, floor.first, floor.lost, allow_type_change=False)
    with pytest.raises(refusal.TypeChange) as refused:
        floor.tell(command)
    assert (refused.value.before, refused.value.after, refused.value.count) == ("active", "lost", 1)
    lost, _ = floor.did(
        c.DeleteStatus(floor.board, floor.first, floor.lost, allow_type_change=True)
    )
    assert isinstance(lost, v1.OpportunityLost)


def test_deleting_twice_records_nothing_new(floor: Floor) -> None:
    command = c.DeleteStatus(floor.board, floor.third, None, allow_type_change=False)
    assert floor.did(command)
    assert floor.did(command) == []


def test_what_is_gone_answers_with_where_it_led_followed_to_the_end(floor: Floor) -> None:
    floor.tell(c.DeleteStatus(floor.board, floor.third, floor.second, allow_type_change=False))
    floor.tell(c.DeleteStatus(floor.board, floor.second, floor.first, allow_type_change=False))
    with pytest.raises(refusal.StatusGone) as refused:
        floor.tell(c.MoveOpportunity(floor.deal, floor.third))
    assert refused.value.replacement == (floor.first, "Tiếp cận")
    with pytest.raises(refusal.StatusGone):
        floor.tell(c.EditStatus(floor.board, floor.third, name="x"))


@pytest.mark.parametrize("replacement", [11, 99])
def test_a_replacement_is_another_status_of_the_board(floor: Floor, replacement: int) -> None:
    with pytest.raises(refusal.Invalid):
        floor.tell(
            c.DeleteStatus(floor.board, ident(11), ident(replacement), allow_type_change=False)
        )


def test_a_board_with_live_opportunities_cannot_be_archived(floor: Floor) -> None:
    with pytest.raises(refusal.BoardInUse):
        floor.tell(c.ArchiveBoard(floor.board))
    floor.tell(c.DeleteOpportunity(floor.deal))
    assert floor.did(c.ArchiveBoard(floor.board))
    assert floor.did(c.ArchiveBoard(floor.board)) == []
    with pytest.raises(refusal.BoardArchived):
        floor.tell(c.RestoreOpportunity(floor.deal))
    with pytest.raises(refusal.BoardArchived):
        floor.tell(c.AddStatus(floor.board, new(60, "x"), None))


def test_a_stale_edit_of_one_status_is_merged_with_an_edit_of_another(floor: Floor) -> None:
    floor.tell(c.EditStatus(floor.board, floor.first, name="Gặp"))
    version = floor.version("board", floor.board)
    floor.tell(c.EditStatus(floor.board, floor.second, name="Bàn"), if_match=version - 1)
    with pytest.raises(refusal.VersionConflict) as refused:
        floor.tell(c.EditStatus(floor.board, floor.first, name="Hẹn"), if_match=version - 1)
    assert refused.value.fields == ("name",)
