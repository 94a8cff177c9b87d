"""One command on many: how its body is read, and what is refused of it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from command_api.domain import commands as c
from command_api.domain import refusal as r
from command_api.domain.commands import OpportunityCommand
from support.command_door import PART, THING, CommandDoor

BULK = "/v1/opportunities/bulk"
IDS = [str(THING), str(PART)]
COMMANDS: list[tuple[str, Any, list[OpportunityCommand]]] = [
    ("edit", {"confidence": 10},
     [c.EditOpportunity(THING, confidence=10), c.EditOpportunity(PART, confidence=10)]),
    ("edit", {}, [c.EditOpportunity(THING), c.EditOpportunity(PART)]),
    ("move", {"status_id": str(PART)},
     [c.MoveOpportunity(THING, PART), c.MoveOpportunity(PART, PART)]),
    ("win", {"closed_on": "2026-01-31"},
     [c.WinOpportunity(i, closed_on=date(2026, 1, 31)) for i in (THING, PART)]),
    ("lose", None, [c.LoseOpportunity(THING), c.LoseOpportunity(PART)]),
    ("reopen", {"reason": "a"},
     [c.ReopenOpportunity(THING, reason="a"), c.ReopenOpportunity(PART, reason="a")]),
    ("delete", None, [c.DeleteOpportunity(THING), c.DeleteOpportunity(PART)]),
    ("delete", {}, [c.DeleteOpportunity(THING), c.DeleteOpportunity(PART)]),
    ("restore", {}, [c.RestoreOpportunity(THING), c.RestoreOpportunity(PART)]),
]  # fmt: skip
BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"command": "merge", "ids": IDS}, [("/command", "not-a-choice")]),
    ({"ids": IDS, "params": {"x": 1}}, [("/command", "required")]),
    ({"command": "win", "ids": []}, [("/ids", "too-few")]),
    ({"command": "win"}, [("", "ids-or-filter")]),
    ({"command": "win", "ids": [str(THING), str(THING).upper()]}, [("/ids", "repeated")]),
    ({"command": "win", "ids": ["x"]}, [("/ids/0", "not-an-id")]),
    ({"command": "move", "ids": IDS}, [("/params/status_id", "required")]),
    ({"command": "move", "ids": IDS, "params": None}, [("/params", "not-an-object")]),
    ({"command": "edit", "ids": IDS, "params": {"status_id": IDS[0]}},
     [("/params/status_id", "unknown-field")]),
    ({"command": "edit", "ids": IDS, "params": {"value": {"amount_minor": -1}}},
     [("/params/value/amount_minor", "too-small")]),
    ({"command": "delete", "ids": IDS, "params": {"reason": "a"}},
     [("/params/reason", "unknown-field")]),
    ({"command": "win", "ids": IDS, "dry_run": "yes"}, [("/dry_run", "not-a-boolean")]),
    ({"command": "win", "ids": IDS, "filter": {"status": IDS}}, [("", "ids-or-filter")]),
    ({"command": "win", "filter": {}}, [("/filter", "empty-filter")]),
    ({"command": "win", "filter": {"owner": []}}, [("/filter/owner", "too-few")]),
    ({"command": "win", "filter": {"colour": "red"}}, [("/filter/colour", "unknown-field")]),
    ({"command": "win", "filter": {"status": "x"}}, [("/filter/status", "bad-filter")]),
    ({"command": "win", "filter": {"value_min": 5}}, [("/filter/value_min", "bad-filter")]),
    ({"command": "win", "filter": {"deleted": 0.5}}, [("/filter/deleted/0", "not-text")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "params", "parts"), COMMANDS, ids=[str(n) for n in range(len(COMMANDS))]
)
async def test_the_command_is_done_on_each_id_in_order(
    door: CommandDoor, command: str, params: Any, parts: list[OpportunityCommand]
) -> None:
    body: dict[str, Any] = {"command": command, "ids": IDS}
    if params is not None:
        body["params"] = params
    await door.send("POST", BULK, body)
    assert door.submitter.command == c.BulkOpportunities(tuple(parts), dry_run=False)


@pytest.mark.parametrize(("body", "errors"), BAD, ids=[str(n) for n in range(len(BAD))])
async def test_a_bad_bulk_is_told_where_and_why(
    door: CommandDoor, body: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    response = await door.send("POST", BULK, body)
    assert response.status_code == 422, response.text
    found = sorted((error["pointer"], error["code"]) for error in response.json()["errors"])
    assert found == errors


async def test_a_thousand_ids_go_in_and_one_more_does_not(door: CommandDoor) -> None:
    ids = [str(UUID(int=n)) for n in range(1_001)]
    body = {"command": "win", "ids": ids[:1_000], "dry_run": True}
    await door.send("POST", BULK, body)
    command = door.submitter.command
    assert isinstance(command, c.BulkOpportunities)
    assert (len(command.commands), command.dry_run) == (1_000, True)
    response = await door.send("POST", BULK, {"command": "win", "ids": ids})
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [("/ids", "too-many")]


async def test_a_filter_is_told_that_ids_are_needed_for_now(door: CommandDoor) -> None:
    body = {"command": "win", "ids": IDS, "filter": {"owner": "me"}}
    english = (await door.send("POST", BULK, body)).json()["errors"][0]["detail"]
    assert "ids" in english
    response = await door.send("POST", BULK, body, headers={"Accept-Language": "vi"})
    assert "ids" in response.json()["errors"][0]["detail"]
    assert response.json()["errors"][0]["detail"] != english


async def test_a_refused_part_is_described_in_the_callers_language(door: CommandDoor) -> None:
    body = {"command": "move", "params": {"status_id": str(PART)}, "ids": IDS}
    await door.send("POST", BULK, body, headers={"Accept-Language": "vi"})
    describe = door.submitter.last.describe
    assert describe is not None
    document = describe(r.Invalid(r.Fault("/status_id", "unknown"), r.Fault("?x", "unknown")))
    assert (document["type"], document["status"]) == ("invalid", 422)
    assert document["errors"][0]["pointer"] == "/params/status_id"
    assert document["errors"][1]["parameter"] == "x"
    assert "mã" in document["errors"][0]["detail"]
    gone = describe(r.StatusGone(PART, (THING, "Đàm phán")))
    assert (gone["type"], gone["status"]) == ("status-gone", 409)
    assert gone["replacement"] == {"id": str(THING), "name": "Đàm phán"}
