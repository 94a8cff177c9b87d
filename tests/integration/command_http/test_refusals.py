"""Every refusal, provoked through the real door."""

from dataclasses import dataclass
from typing import Any

import pytest

from support.real_command_door import Person, RealDoor, anything

STATUSES = [
    {"name": "Mới", "type": "active"},
    {"name": "Đàm phán", "type": "active"},
    {"name": "Thắng", "type": "won"},
    {"name": "Thua", "type": "lost"},
]


@dataclass
class Sales:
    """A board with a customer and one opportunity in its first status."""

    door: RealDoor
    admin: Person
    board: str
    status: dict[str, str]
    customer: str
    deal: str

    @property
    def statuses(self) -> str:
        return f"/v1/boards/{self.board}/statuses"

    @property
    def path(self) -> str:
        return f"/v1/opportunities/{self.deal}"

    async def add_deal(self) -> str:
        body = {"title": "Kho", "customer_id": self.customer, "board_id": self.board}
        return await self.admin.make("/v1/opportunities", body)


@pytest.fixture
async def sales(door: RealDoor) -> Sales:
    admin = door.admin
    board = await admin.make("/v1/boards", {"name": "Bán hàng", "statuses": STATUSES})
    whole = (await door.facts())[-1]["data"]["statuses"]
    customer = await admin.make("/v1/customers", {"name": "An Phát"})
    status = {one["name"]: one["id"] for one in whole}
    made = Sales(door, admin, board, status, customer, "")
    made.deal = await made.add_deal()
    return made


def errors(problem: dict[str, Any]) -> list[tuple[str, str]]:
    assert (problem["type"], problem["status"]) == ("invalid", 422), problem
    return [
        (error.get("pointer", f"?{error.get('parameter')}"), error["code"])
        for error in problem["errors"]
    ]


async def test_a_name_is_taken_however_it_is_written(sales: Sales) -> None:
    body = {"name": " ĐÀM  phán ", "type": "won"}
    problem = await sales.admin.refused("POST", sales.statuses, body)
    assert (problem["type"], problem["status_id"]) == ("name-taken", sales.status["Đàm phán"])
    path = f"{sales.statuses}/{sales.status['Mới']}"
    assert (await sales.admin.refused("PATCH", path, {"name": "đàm phán"}))["type"] == "name-taken"


async def test_the_last_of_a_type_stays(sales: Sales) -> None:
    won = f"{sales.statuses}/{sales.status['Thắng']}"
    for method, body in (("DELETE", None), ("PATCH", {"type": "lost"})):
        problem = await sales.admin.refused(method, won, body)
        assert (problem["type"], problem["status_type"]) == ("last-of-type", "won")


async def test_what_is_in_use_says_how_much(sales: Sales) -> None:
    first = f"{sales.statuses}/{sales.status['Mới']}"
    problem = await sales.admin.refused("DELETE", first)
    assert (problem["type"], problem["count"]) == ("status-in-use", 1)
    problem = await sales.admin.refused("PATCH", first, {"type": "won"})
    assert (problem["type"], problem["count"]) == ("type-in-use", 1)
    problem = await sales.admin.refused("DELETE", f"/v1/boards/{sales.board}")
    assert (problem["type"], problem["count"]) == ("board-in-use", 1)


async def test_a_change_of_type_must_be_asked_for(sales: Sales) -> None:
    path = f"{sales.statuses}/{sales.status['Mới']}?replacement={sales.status['Thắng']}"
    problem = await sales.admin.refused("DELETE", path)
    assert problem["type"] == "type-change"
    assert (problem["from"], problem["to"], problem["count"]) == ("active", "won", 1)
    answer = await sales.admin.do("DELETE", f"{path}&allow_type_change=true")
    assert answer["moved"] == 1


async def test_a_status_that_is_gone_names_what_took_its_place(sales: Sales) -> None:
    first, second = sales.status["Mới"], sales.status["Đàm phán"]
    await sales.admin.do("POST", f"{sales.path}/move", {"status_id": second})
    await sales.admin.do("DELETE", f"{sales.statuses}/{first}?replacement={second}")
    create = {
        "title": "Kho", "customer_id": sales.customer, "board_id": sales.board, "status_id": first,
    }  # fmt: skip
    for method, path, body in (
        ("POST", f"{sales.path}/move", {"status_id": first}),
        ("POST", "/v1/opportunities", create),
        ("PATCH", f"{sales.statuses}/{first}", {"name": "Lại"}),
    ):
        problem = await sales.admin.refused(method, path, body)
        assert (problem["type"], problem["status_id"]) == ("status-gone", first), path
        assert problem["replacement"] == {"id": second, "name": "Đàm phán"}


async def test_an_order_must_be_a_permutation(sales: Sales) -> None:
    first, *rest = sales.status.values()
    unknown = anything()
    body = {"status_ids": [*rest, rest[0], unknown]}
    problem = await sales.admin.refused("PUT", f"{sales.statuses}/order", body)
    assert problem["type"] == "not-a-permutation"
    assert problem["missing"] == [first]
    assert problem["unknown"] == [unknown]
    assert problem["repeated"] == [rest[0]]


async def test_an_archived_board_takes_nothing_more(sales: Sales) -> None:
    await sales.admin.do("DELETE", sales.path)
    await sales.admin.do("DELETE", f"/v1/boards/{sales.board}")
    create = {"title": "Kho", "customer_id": sales.customer, "board_id": sales.board}
    for method, path, body in (
        ("POST", "/v1/opportunities", create),
        ("POST", sales.statuses, {"name": "A", "type": "won"}),
        ("PATCH", f"{sales.statuses}/{sales.status['Mới']}", {"name": "A"}),
        ("POST", f"{sales.path}/restore", None),
    ):
        assert (await sales.admin.refused(method, path, body))["type"] == "board-archived", path


async def test_a_deleted_opportunity_says_since_when(sales: Sales) -> None:
    await sales.admin.do("DELETE", sales.path)
    for path, method, body in (
        (sales.path, "PATCH", {"title": "Khác"}),
        (f"{sales.path}/win", "POST", None),
        (f"{sales.path}/move", "POST", {"status_id": sales.status["Đàm phán"]}),
    ):
        problem = await sales.admin.refused(method, path, body)
        assert problem["type"] == "already-deleted"
        assert problem["deleted_at"].endswith("Z")
    assert (await sales.admin.do("DELETE", sales.path))["version"] == 2


async def test_an_archived_customer_takes_nothing_more(sales: Sales) -> None:
    path = f"/v1/customers/{sales.customer}"
    contact = await sales.admin.make(f"{path}/contacts", {"name": "Lan"})
    await sales.admin.do("DELETE", path)
    for method, where, body in (
        ("PATCH", path, {"name": "Khác"}),
        ("POST", f"{path}/contacts", {"name": "Minh"}),
        ("PATCH", f"{path}/contacts/{contact}", {"name": "Minh"}),
    ):
        assert (await sales.admin.refused(method, where, body))["type"] == "customer-archived"
    create = {"title": "Kho", "customer_id": sales.customer, "board_id": sales.board}
    problem = await sales.admin.refused("POST", "/v1/opportunities", create)
    assert errors(problem) == [("/customer_id", "archived")]


async def test_unknown_ids_in_a_body_have_one_wording(sales: Sales) -> None:
    unknown = anything()
    create: dict[str, Any] = {
        "title": "Kho", "customer_id": sales.customer, "board_id": sales.board,
    }  # fmt: skip
    said: set[str] = set()
    for field in ("customer_id", "board_id", "status_id", "owner_id"):
        body = {**create, field: unknown}
        problem = await sales.admin.refused("POST", "/v1/opportunities", body)
        assert errors(problem) == [(f"/{field}", "unknown")]
        said.add(problem["errors"][0]["detail"])
    problem = await sales.admin.refused(
        "POST", "/v1/opportunities", {**create, "contact_ids": [unknown]}
    )
    assert errors(problem) == [("/contact_ids/0", "unknown")]
    said.add(problem["errors"][0]["detail"])
    status = f"{sales.statuses}/{sales.status['Mới']}"
    problem = await sales.admin.refused("DELETE", f"{status}?replacement={unknown}")
    assert errors(problem) == [("?replacement", "unknown")]
    said.add(problem["errors"][0]["detail"])
    problem = await sales.admin.refused(
        "POST", "/v1/users", {"name": "A", "role": "rep", "team_id": unknown}
    )
    assert errors(problem) == [("/team_id", "unknown")]
    said.add(problem["errors"][0]["detail"])
    assert len(said) == 1


async def test_what_makes_no_sense_is_told_where(sales: Sales) -> None:
    admin, status = sales.admin, sales.status
    other = await admin.make("/v1/customers", {"name": "Bình Minh"})
    contact = await admin.make(f"/v1/customers/{sales.customer}/contacts", {"name": "Lan"})
    await admin.do("PATCH", sales.path, {"contact_ids": [contact]})
    first = f"{sales.statuses}/{status['Mới']}"
    for method, path, body, wrong in (
        ("POST", f"{sales.path}/win", {"status_id": status["Thua"]}, ("/status_id", "wrong-type")),
        ("POST", f"{sales.path}/win", {"closed_on": "9999-12-31"}, ("/closed_on", "in-the-future")),
        (
            "POST", f"{sales.path}/move",
            {"status_id": status["Đàm phán"], "closed_on": "2020-01-01"},
            ("/closed_on", "before-creation"),
        ),
        ("PATCH", sales.path, {"customer_id": other}, ("/contact_ids", "of-the-old-customer")),
        ("PATCH", sales.path, {"contact_ids": [contact] * 2}, ("/contact_ids", "repeated")),
        (
            "PATCH", f"{sales.statuses}/{status['Thắng']}", {"default_confidence": 5},
            ("/default_confidence", "not-active"),
        ),
        (
            "POST", sales.statuses, {"name": "A", "type": "won", "index": 9},
            ("/index", "beyond-the-end"),
        ),
        ("DELETE", f"{first}?replacement={status['Mới']}", None, ("?replacement", "itself")),
        ("DELETE", f"/v1/customers/{other}?erase=true", None, ("?erase", "not-a-person")),
        ("DELETE", f"/v1/users/{admin.user}", None, ("", "still-active")),
    ):  # fmt: skip
        problem = await admin.refused(method, path, body)
        assert errors(problem) == [wrong], path
        assert len(problem["errors"][0]["detail"]) > 20


async def test_without_a_board_an_opportunity_cannot_begin(door: RealDoor) -> None:
    customer = await door.admin.make("/v1/customers", {"name": "An Phát"})
    create = {"title": "Kho", "customer_id": customer}
    problem = await door.admin.refused("POST", "/v1/opportunities", create)
    assert errors(problem) == [("/board_id", "no-board")]


async def test_a_rep_may_undo_its_own_last_fact_alone(sales: Sales) -> None:
    rep = await sales.door.person("rep")
    await rep.do("POST", f"{sales.path}/win")
    await rep.do("POST", f"{sales.path}/reopen")
    await sales.admin.do("POST", f"{sales.path}/win")
    problem = await rep.refused("POST", f"{sales.path}/reopen")
    assert problem["type"] == "forbidden"
    assert "manager" in problem["detail"]
    problem = await rep.refused("PATCH", sales.path, {"value": {"amount_minor": 5}})
    assert problem["type"] == "forbidden"
    other = await sales.door.person("rep", "Hoa")
    problem = await rep.refused("PATCH", sales.path, {"owner_id": str(other.user)})
    assert problem["type"] == "forbidden"


async def test_a_rep_names_no_other_owner(sales: Sales) -> None:
    rep = await sales.door.person("rep")
    create = {
        "title": "Kho", "customer_id": sales.customer, "board_id": sales.board,
        "owner_id": str(sales.admin.user),
    }  # fmt: skip
    assert (await rep.refused("POST", "/v1/opportunities", create))["type"] == "forbidden"
    assert (await rep.send("POST", "/v1/opportunities", {**create, "owner_id": str(rep.user)})
            ).status_code == 201  # fmt: skip


async def test_a_token_of_another_role_or_of_nobody_is_not_taken(door: RealDoor) -> None:
    admin = door.admin
    for person in (
        Person(admin.client, admin.org, admin.user, "manager"),
        Person(admin.client, admin.org, admin.org, "admin"),
    ):
        problem = await person.refused("POST", "/v1/customers", {"name": "A"})
        assert (problem["type"], problem["status"]) == ("unauthenticated", 401)
    user = await door.person("rep")
    await admin.do("PATCH", f"/v1/users/{user.user}", {"active": False})
    problem = await user.refused("POST", "/v1/customers", {"name": "A"})
    assert problem["status"] == 401


async def test_refusals_speak_the_callers_language(sales: Sales) -> None:
    path = f"{sales.statuses}/{sales.status['Thắng']}"
    vietnamese = await sales.admin.refused("DELETE", path, Accept_Language="")
    english = await sales.admin.refused("DELETE", path, Accept_Language="en-GB")
    assert "trạng thái" in vietnamese["detail"]
    assert "status" in english["detail"]
