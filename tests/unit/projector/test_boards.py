"""What we show of boards: statuses in order, the deleted ones, and every earlier state."""

from typing import Any
from uuid import UUID

import pytest

from opportunity_events import v1
from projector.domain.unfoldable import UnfoldableFactError
from support.folding import BOARD, LOST, NEW, TALKS, WON, at, folded, record, tables


def whole(ref: v1.StatusRef, default: int | None = None) -> v1.WholeStatus:
    return v1.WholeStatus(ref.id, ref.name, ref.type, "#336699", default)


CREATED = v1.BoardCreated("Bán hàng", (whole(NEW, 10), whole(WON), whole(LOST)))


def shown(*data: v1.BoardFact) -> dict[str, list[dict[str, Any]]]:
    return tables(folded(record(*(at("board", BOARD, fact) for fact in (CREATED, *data)))))


def order(found: dict[str, list[dict[str, Any]]]) -> list[UUID]:
    live = [row for row in found["statuses"] if row["index"] is not None]
    return [row["id"] for row in sorted(live, key=lambda row: row["index"])]


def test_a_board_begins_with_its_statuses_in_order() -> None:
    assert order(shown()) == [NEW.id, WON.id, LOST.id]


def test_an_added_status_stands_at_its_index() -> None:
    assert order(shown(v1.StatusAdded(whole(TALKS), 1))) == [NEW.id, TALKS.id, WON.id, LOST.id]


def test_a_new_order_is_shown() -> None:
    old, new = (NEW.id, WON.id, LOST.id), (LOST.id, NEW.id, WON.id)
    assert order(shown(v1.StatusesReordered(old, new))) == [*new]


def test_every_change_of_a_status_is_shown() -> None:
    found = shown(
        v1.StatusRenamed(NEW.id, "Mới", "Tiếp cận"),
        v1.StatusRecolored(NEW.id, "#336699", "#ffffff"),
        v1.StatusConfidenceSet(NEW.id, 10, 20),
    )
    status = next(row for row in found["statuses"] if row["id"] == NEW.id)
    assert (status["name"], status["color"]) == ("Tiếp cận", "#ffffff")
    assert status["default_confidence"] == 20


def test_a_status_that_becomes_closed_loses_its_default() -> None:
    found = shown(v1.StatusTypeChanged(NEW.id, "active", "won", 10, None))
    status = next(row for row in found["statuses"] if row["id"] == NEW.id)
    assert (status["type"], status["default_confidence"]) == ("won", None)


def test_a_status_that_is_going_is_shown_until_the_end() -> None:
    started = v1.StatusDeletionStarted(NEW, TALKS, allow_type_change=False, count=2_000)
    found = shown(started)
    assert next(row for row in found["statuses"] if row["id"] == NEW.id)["deleting"] is True
    assert order(found) == [NEW.id, WON.id, LOST.id]


def test_a_deleted_status_stays_without_a_place() -> None:
    facts = record(
        at("board", BOARD, CREATED),
        at("board", BOARD, v1.StatusDeleted(whole(NEW), 0, None, 0)),
    )
    found = tables(folded(facts))
    gone = next(row for row in found["statuses"] if row["id"] == NEW.id)
    assert (gone["index"], gone["deleted_at"]) == (None, facts[1].recorded_at)
    assert [row["index"] for row in found["statuses"] if row["id"] != NEW.id] == [0, 1]


def test_history_keeps_the_name_of_then() -> None:
    found = shown(v1.StatusRenamed(NEW.id, "Mới", "Tiếp cận"))
    names = [row["statuses"][0]["name"] for row in found["board_versions"]]
    assert names == ["Mới", "Tiếp cận"]
    assert found["board_versions"][0]["statuses"][0] == {
        "id": str(NEW.id),
        "name": "Mới",
        "type": "active",
        "color": "#336699",
        "default_confidence": 10,
        "deleting": False,
    }


def test_a_renamed_and_archived_board_says_so() -> None:
    facts = record(
        at("board", BOARD, CREATED),
        at("board", BOARD, v1.BoardRenamed("Bán hàng", "Sales")),
        at("board", BOARD, v1.BoardArchived("Sales")),
    )
    (board,) = tables(folded(facts))["boards"]
    assert (board["name"], board["version"]) == ("Sales", 3)
    assert board["archived_at"] == facts[2].recorded_at


@pytest.mark.parametrize(
    "fact",
    [
        v1.StatusRenamed(UUID(int=99), "x", "y"),
        v1.StatusAdded(whole(NEW), 0),
        v1.StatusAdded(whole(TALKS), 9),
        v1.StatusesReordered((), (NEW.id, NEW.id, WON.id)),
        CREATED,
    ],
)
def test_what_does_not_go_on_the_board_stops_loudly(fact: v1.BoardFact) -> None:
    with pytest.raises(UnfoldableFactError):
        shown(fact)
