"""Which command each route makes of a body, and what it refuses."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec import UNSET

from command_api.domain import commands as c
from command_api.domain.commands import Command
from support.command_door import ORG, PART, THING, CommandDoor

OTHER = UUID("0192f0c1-7a00-7000-8000-0000000000ff")
BOARD = f"/v1/boards/{THING}"
STATUS = f"{BOARD}/statuses/{PART}"
CUSTOMER = f"/v1/customers/{THING}"
CONTACT = f"{CUSTOMER}/contacts/{PART}"
OPPORTUNITY = f"/v1/opportunities/{THING}"
DAY = date(2026, 1, 31)


def without_new_ids(command: Command) -> dict[str, Any]:
    """Return a command's fields, each id that the door made new replaced by `new`."""

    def plain(value: Any) -> Any:
        if isinstance(value, UUID):
            return value if value in {THING, PART, OTHER, ORG} else "new"
        if isinstance(value, msgspec.Struct):
            return {f: plain(getattr(value, f)) for f in value.__struct_fields__}
        return tuple(plain(one) for one in value) if isinstance(value, tuple) else value

    return plain(command)


NEW_STATUS = {"status_id": "new", "name": "Mới", "type": "active", "color": None}
MADE = [
    (
        "POST", "/v1/boards", {"name": " Bán  hàng ", "statuses": [
            {"name": "Mới", "type": "active", "default_confidence": 20},
            {"name": "Xong", "type": "won", "color": "#ABCDEF"},
        ]},
        c.CreateBoard,
        {"board_id": "new", "name": "Bán hàng", "spare_ids": ("new", "new", "new"), "statuses": (
            {**NEW_STATUS, "default_confidence": 20},
            {"status_id": "new", "name": "Xong", "type": "won", "color": "#abcdef",
             "default_confidence": None},
        )},
    ),
    (
        "POST", "/v1/boards", {"name": "Trống"},
        c.CreateBoard,
        {"board_id": "new", "name": "Trống", "spare_ids": ("new", "new", "new"), "statuses": ()},
    ),
    (
        "POST", f"{BOARD}/statuses", {"name": "Mới", "type": "active", "index": 0},
        c.AddStatus,
        {"board_id": THING, "index": 0, "status": {**NEW_STATUS, "default_confidence": None}},
    ),
    (
        "POST", "/v1/customers", {"name": "An Phát"},
        c.AddCustomer,
        {"customer_id": "new", "name": "An Phát", "external_ref": None, "person": False},
    ),
    (
        "POST", f"{CUSTOMER}/contacts", {"name": "Lan", "email": "lan@anphat.vn", "phone": None},
        c.AddContact,
        {"customer_id": THING, "contact_id": "new", "name": "Lan", "email": "lan@anphat.vn",
         "phone": None, "title": None},
    ),
    (
        "POST", "/v1/users", {"name": "Minh", "role": "rep", "team_id": str(PART)},
        c.AddUser,
        {"user_id": "new", "name": "Minh", "email": None, "role": "rep", "team_id": PART},
    ),
    ("POST", "/v1/teams", {"name": "Miền Nam"}, c.AddTeam,
     {"team_id": "new", "name": "Miền Nam"}),
    (
        "POST", "/v1/opportunities", {"title": "Kho", "customer_id": str(THING)},
        c.CreateOpportunity,
        {"opportunity_id": "new", "title": "Kho", "customer_id": THING, "board_id": None,
         "status_id": None, "value": None, "period": "one_time", "confidence": UNSET,
         "expected_close_date": None, "contact_ids": (), "owner_id": None, "note": None,
         "external_ref": None, "occurred_at": None, "closed_at": None, "lost_reason": None},
    ),
    (
        "POST", "/v1/opportunities",
        {"title": "Kho", "customer_id": str(THING), "board_id": str(PART),
         "status_id": str(OTHER), "value": {"amount_minor": 5, "currency": "USD"},
         "period": "annual", "confidence": None, "expected_close_date": "2026-01-31",
         "contact_ids": [str(PART), str(OTHER)], "owner_id": str(OTHER), "note": "a\n\tb",
         "external_ref": "CRM  1"},
        c.CreateOpportunity,
        {"opportunity_id": "new", "title": "Kho", "customer_id": THING, "board_id": PART,
         "status_id": OTHER, "value": {"amount_minor": 5, "currency": "USD"},
         "period": "annual", "confidence": None, "expected_close_date": DAY,
         "contact_ids": (PART, OTHER), "owner_id": OTHER, "note": "a\n\tb",
         "external_ref": "CRM  1", "occurred_at": None, "closed_at": None, "lost_reason": None},
    ),
]  # fmt: skip
NAMED: list[tuple[str, str, Any, Command]] = [
    ("PATCH", BOARD, {"name": "Mới"}, c.RenameBoard(THING, "Mới")),
    ("PATCH", BOARD, {}, c.RenameBoard(THING, UNSET)),
    ("DELETE", BOARD, None, c.ArchiveBoard(THING)),
    ("PATCH", STATUS, {}, c.EditStatus(THING, PART)),
    ("PATCH", STATUS, {"default_confidence": None, "color": "#FFFFFF", "type": "won"},
     c.EditStatus(THING, PART, color="#ffffff", default_confidence=None, type="won")),
    ("PUT", f"{BOARD}/statuses/order", {"status_ids": [str(PART), str(PART)]},
     c.ReorderStatuses(THING, (PART, PART))),
    ("DELETE", STATUS, None, c.DeleteStatus(THING, PART, None, allow_type_change=False)),
    ("DELETE", f"{STATUS}?replacement={OTHER}&allow_type_change=true", None,
     c.DeleteStatus(THING, PART, OTHER, allow_type_change=True)),
    ("PATCH", CUSTOMER, {"external_ref": None, "person": True},
     c.EditCustomer(THING, external_ref=None, person=True)),
    ("DELETE", CUSTOMER, None, c.ArchiveCustomer(THING)),
    ("DELETE", f"{CUSTOMER}?erase=false", None, c.ArchiveCustomer(THING)),
    ("DELETE", f"{CUSTOMER}?erase=true", None, c.EraseCustomer(THING)),
    ("PATCH", CONTACT, {"email": None, "title": "Giám đốc"},
     c.EditContact(THING, PART, email=None, title="Giám đốc")),
    ("DELETE", CONTACT, None, c.EraseContact(THING, PART)),
    ("PATCH", f"/v1/users/{THING}", {"team_id": None, "active": False},
     c.EditUser(THING, team_id=None, active=False)),
    ("DELETE", f"/v1/users/{THING}", None, c.EraseUser(THING)),
    ("PATCH", f"/v1/teams/{THING}", {"name": "Bắc"}, c.RenameTeam(THING, "Bắc")),
    ("PATCH", "/v1/organization", {"time_zone": "Asia/Tokyo", "visibility": "all"},
     c.EditOrganization(time_zone="Asia/Tokyo", visibility="all")),
    ("PATCH", OPPORTUNITY, {}, c.EditOpportunity(THING)),
    ("PATCH", OPPORTUNITY, {"value": None, "note": None, "contact_ids": []},
     c.EditOpportunity(THING, value=None, note=None, contact_ids=())),
    ("PATCH", OPPORTUNITY, {"value": {"amount_minor": None, "currency": "VND"}},
     c.EditOpportunity(THING, value=c.Money(None, "VND"))),
    ("PATCH", OPPORTUNITY,
     {"title": "Kho", "customer_id": str(PART), "value": {"amount_minor": 0}, "period": "monthly",
      "confidence": 100, "expected_close_date": "2026-01-31", "contact_ids": [str(OTHER)],
      "owner_id": str(OTHER), "note": "x", "external_ref": "y"},
     c.EditOpportunity(
         THING, title="Kho", customer_id=PART, value=c.Money(0, None), period="monthly",
         confidence=100, expected_close_date=DAY, contact_ids=(OTHER,), owner_id=OTHER, note="x",
         external_ref="y")),
    ("POST", f"{OPPORTUNITY}/move", {"status_id": str(PART)}, c.MoveOpportunity(THING, PART)),
    ("POST", f"{OPPORTUNITY}/move",
     {"status_id": str(PART), "reason": "đã ký", "closed_on": "2026-01-31"},
     c.MoveOpportunity(THING, PART, "đã ký", DAY)),
    ("POST", f"{OPPORTUNITY}/win", None, c.WinOpportunity(THING)),
    ("POST", f"{OPPORTUNITY}/win", {"status_id": str(PART), "closed_on": "2026-01-31"},
     c.WinOpportunity(THING, PART, DAY)),
    ("POST", f"{OPPORTUNITY}/lose", {}, c.LoseOpportunity(THING)),
    ("POST", f"{OPPORTUNITY}/lose", {"reason": "giá"}, c.LoseOpportunity(THING, reason="giá")),
    ("POST", f"{OPPORTUNITY}/reopen", None, c.ReopenOpportunity(THING)),
    ("POST", f"{OPPORTUNITY}/reopen", {"status_id": str(PART), "reason": "lại"},
     c.ReopenOpportunity(THING, PART, "lại")),
    ("DELETE", OPPORTUNITY, None, c.DeleteOpportunity(THING)),
    ("POST", f"{OPPORTUNITY}/restore", None, c.RestoreOpportunity(THING)),
    ("POST", f"{OPPORTUNITY}/restore", {}, c.RestoreOpportunity(THING)),
]  # fmt: skip
A_CUSTOMER = {"title": "Kho", "customer_id": str(THING)}
BAD: list[tuple[str, str, Any, list[tuple[str, str]]]] = [
    ("POST", "/v1/boards", {}, [("/name", "required")]),
    ("POST", "/v1/boards", [], [("", "not-an-object")]),
    ("POST", "/v1/boards", {"name": None}, [("/name", "not-text")]),
    ("POST", "/v1/boards", {"name": "A", "extra": 1}, [("/extra", "unknown-field")]),
    ("POST", "/v1/boards", {"name": "A", "statuses": [{"name": "B", "type": "open"}]},
     [("/statuses/0/type", "not-a-choice")]),
    ("POST", "/v1/boards", {"name": "A", "statuses": [{"name": "B", "type": "won"}] * 101},
     [("/statuses", "too-many")]),
    ("POST", f"{BOARD}/statuses", {"name": "A", "type": "won", "index": -1},
     [("/index", "too-small")]),
    ("POST", f"{BOARD}/statuses", {"name": "A", "type": "won", "index": True},
     [("/index", "not-an-integer")]),
    ("PUT", f"{BOARD}/statuses/order", {"status_ids": ["x"]}, [("/status_ids/0", "not-an-id")]),
    ("PATCH", STATUS, {"name": None}, [("/name", "not-text")]),
    ("PATCH", STATUS, {"type": None}, [("/type", "not-a-choice")]),
    ("PATCH", CUSTOMER, {"person": None}, [("/person", "not-a-boolean")]),
    ("PATCH", CUSTOMER, {"person": 1}, [("/person", "not-a-boolean")]),
    ("PATCH", CONTACT, {"email": "x"}, [("/email", "bad-form")]),
    ("POST", "/v1/users", {"name": "A", "role": "boss"}, [("/role", "not-a-choice")]),
    ("PATCH", "/v1/organization", {"visibility": "some"}, [("/visibility", "not-a-choice")]),
    ("PATCH", "/v1/organization", {"language": "fr", "currency": "vnd"},
     [("/currency", "unknown-currency"), ("/language", "not-a-choice")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "customer_id": str(THING).replace("-", "")},
     [("/customer_id", "not-an-id")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "value": 5}, [("/value", "not-an-object")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "value": {"currency": "VND"}},
     [("/value/amount_minor", "required")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "value": {"amount_minor": 1.5}},
     [("/value/amount_minor", "not-an-integer")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "value": {"amount_minor": True}},
     [("/value/amount_minor", "not-an-integer")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "value": {"amount_minor": 2**53}},
     [("/value/amount_minor", "too-large")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "confidence": 50.5},
     [("/confidence", "not-an-integer")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "contact_ids": [str(PART)] * 51},
     [("/contact_ids", "too-many")]),
    ("POST", "/v1/opportunities", {**A_CUSTOMER, "board": str(PART)},
     [("/board", "unknown-field")]),
    ("PATCH", OPPORTUNITY, {"status_id": str(PART), "board_id": str(PART)},
     [("/board_id", "unknown-field"), ("/status_id", "unknown-field")]),
    ("PATCH", OPPORTUNITY, {"title": None, "contact_ids": None},
     [("/contact_ids", "not-a-list"), ("/title", "not-text")]),
    ("POST", f"{OPPORTUNITY}/move", {}, [("/status_id", "required")]),
    ("POST", f"{OPPORTUNITY}/reopen", {"closed_on": "2026-01-31"},
     [("/closed_on", "unknown-field")]),
    ("POST", f"{OPPORTUNITY}/restore", {"status_id": str(PART)},
     [("/status_id", "unknown-field")]),
    ("DELETE", OPPORTUNITY, {"reason": "x"}, [("", "no-body")]),
    ("DELETE", STATUS, {"replacement": str(PART)}, [("", "no-body")]),
]  # fmt: skip


def places(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((error["pointer"], error["code"]) for error in problem["errors"])


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "fields"), MADE, ids=[str(n) for n in range(len(MADE))]
)
async def test_a_new_thing_gets_its_ids_from_the_door(
    door: CommandDoor, method: str, path: str, body: Any, kind: type[Command], fields: Any
) -> None:
    response = await door.send(method, path, body)
    assert response.status_code == 201, response.text
    assert type(door.submitter.command) is kind
    assert without_new_ids(door.submitter.command) == fields


@pytest.mark.parametrize(
    ("method", "path", "body", "command"), NAMED, ids=[str(n) for n in range(len(NAMED))]
)
async def test_a_command_says_what_its_body_says(
    door: CommandDoor, method: str, path: str, body: Any, command: Command
) -> None:
    await door.send(method, path, body)
    assert door.submitter.command == command


@pytest.mark.parametrize(
    ("method", "path", "body", "errors"), BAD, ids=[str(n) for n in range(len(BAD))]
)
async def test_a_bad_body_is_told_where_and_why(
    door: CommandDoor, method: str, path: str, body: Any, errors: list[tuple[str, str]]
) -> None:
    response = await door.send(method, path, body)
    assert response.status_code == 422, response.text
    assert response.json()["type"] == "invalid"
    assert places(response.json()) == errors
    assert not door.submitter.submissions


@pytest.mark.parametrize(
    "day", ["2026-1-31", "2026-02-30", "31/01/2026", "2026-01-31T00:00:00Z", "20260131", 0, None]
)
async def test_a_date_is_a_day_of_the_calendar_alone(door: CommandDoor, day: object) -> None:
    response = await door.send("PATCH", OPPORTUNITY, {"expected_close_date": day})
    if day is None:
        assert door.submitter.command == c.EditOpportunity(THING, expected_close_date=None)
    else:
        assert places(response.json()) == [("/expected_close_date", "not-a-date")]


async def test_texts_with_nul_or_half_a_surrogate_are_refused_where_they_stand(
    door: CommandDoor,
) -> None:
    raw = b'{"title":"a\\u0000b","customer_id":"x","note":"\\ud800"}'
    response = await door.send("POST", "/v1/opportunities", content=raw)
    assert response.status_code == 422
    assert places(response.json()) == [("/note", "bad-character"), ("/title", "bad-character")]


async def test_nothing_of_the_input_comes_back(door: CommandDoor) -> None:
    marker = "xyzzy-ơ-9731"
    for body in (
        {"title": marker, "customer_id": marker, "note": marker, "period": marker},
        {"value": {"amount_minor": marker, "currency": marker}, "external_ref": [marker]},
        {"expected_close_date": marker, "contact_ids": [marker], "owner_id": {marker: 1}},
    ):
        response = await door.send("PATCH", OPPORTUNITY, body)
        assert response.status_code == 422
        assert marker not in response.text
