"""Commands through the real door: what is answered, and what stands in the log afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from service_runtime.clock import utc_now
from support.real_command_door import Person, RealDoor

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
STATUSES = [
    {"name": "Mới", "type": "active", "default_confidence": 20},
    {"name": "Đàm phán", "type": "active", "color": "#F59E0B"},
    {"name": "Thắng", "type": "won"},
    {"name": "Thua", "type": "lost"},
]


async def statuses_of(door: RealDoor, board: str) -> dict[str, str]:
    for fact in await door.facts():
        if fact["subject"] == f"board/{board}" and fact["type"] == "board_created.v1":
            return {status["name"]: status["id"] for status in fact["data"]["statuses"]}
    raise LookupError(board)


async def begin(door: RealDoor, who: Person) -> tuple[str, dict[str, str], str]:
    """Create a board and a customer; return their ids, and those of the statuses by name."""
    board = await who.make("/v1/boards", {"name": "Bán hàng", "statuses": STATUSES})
    customer = await who.make("/v1/customers", {"name": "An Phát"})
    return board, await statuses_of(door, board), customer


async def test_an_opportunity_goes_from_its_board_to_a_win_and_back(door: RealDoor) -> None:
    admin = door.admin
    board, statuses, customer = await begin(door, admin)
    contact = await admin.make(
        f"/v1/customers/{customer}/contacts", {"name": "Lan", "email": "lan@anphat.vn"}
    )
    response = await admin.send(
        "POST",
        "/v1/opportunities",
        {
            "title": "  Kho   hàng ",
            "customer_id": customer,
            "board_id": board,
            "value": {"amount_minor": 250_000_000},
            "contact_ids": [contact],
            "note": "dòng 1\r\ndòng 2",
        },
    )
    assert response.status_code == 201, response.text
    made = response.json()
    path = f"/v1/opportunities/{made['id']}"
    assert response.headers["location"] == path
    assert response.headers["etag"] == '"1"'
    assert response.headers["cohoi-position"] == str(made["position"])

    steps = [
        await admin.do("POST", f"{path}/move", {"status_id": statuses["Đàm phán"]}),
        await admin.do("POST", f"{path}/win"),
        await admin.do("POST", f"{path}/reopen", {"reason": "lại"}),
        await admin.do("POST", f"{path}/lose", {"reason": "giá"}),
        await admin.do("DELETE", path),
        await admin.do("POST", f"{path}/restore"),
    ]
    assert [step["version"] for step in steps] == [2, 3, 4, 5, 6, 7]
    assert [step["position"] for step in steps] == [made["position"] + n for n in range(1, 7)]
    facts = [f for f in await door.facts() if f["subject"] == path.removeprefix("/v1/").replace(
        "opportunities", "opportunity")]  # fmt: skip
    assert [fact["type"] for fact in facts] == [
        "opportunity_created.v1",
        "opportunity_moved.v1",
        "opportunity_won.v1",
        "opportunity_reopened.v1",
        "opportunity_lost.v1",
        "opportunity_deleted.v1",
        "opportunity_restored.v1",
    ]
    after = facts[0]["data"]["after"]
    assert facts[0]["data"]["title"] == "Kho hàng"
    assert (after["amount_minor"], after["currency"], after["confidence"]) == (
        250_000_000,
        "VND",
        20,
    )
    assert facts[3]["data"]["after"]["status"]["id"] == statuses["Đàm phán"]
    assert "dòng" not in str(facts[0])


async def test_asking_again_for_what_is_so_answers_the_present_numbers(door: RealDoor) -> None:
    admin = door.admin
    board, statuses, customer = await begin(door, admin)
    made = await admin.make(
        "/v1/opportunities", {"title": "Kho", "customer_id": customer, "board_id": board}
    )
    path = f"/v1/opportunities/{made}"
    before = await admin.do("POST", f"{path}/win")
    for method, where, body in (
        ("POST", f"{path}/win", {}),
        ("POST", f"{path}/move", {"status_id": statuses["Thắng"]}),
        ("PATCH", path, {}),
        ("PATCH", path, {"title": " Kho "}),
    ):
        response = await admin.send(method, where, body)
        assert response.status_code == 200
        assert response.json() == before
        assert response.headers["etag"] == f'"{before["version"]}"'


async def test_boards_and_statuses_change_through_their_routes(door: RealDoor) -> None:
    admin = door.admin
    board, statuses, _ = await begin(door, admin)
    path = f"/v1/boards/{board}"
    added = await admin.do(
        "POST", f"{path}/statuses", {"name": "Gửi báo giá", "type": "active", "index": 1}
    )
    status = f"{path}/statuses/{added['id']}"
    assert added["version"] == 2
    edited = await admin.do("PATCH", status, {"name": "Báo giá", "default_confidence": 40})
    assert edited["version"] == 4
    order = [added["id"], *statuses.values()]
    assert (await admin.do("PUT", f"{path}/statuses/order", {"status_ids": order}))["version"] == 5
    deleted = await admin.do("DELETE", f"{status}?replacement={statuses['Mới']}")
    assert (deleted["version"], deleted["moved"]) == (6, 0)
    again = await admin.do("DELETE", status)
    assert again["version"] == 6
    assert (await admin.do("PATCH", path, {"name": "Khác"}))["version"] == 7
    assert (await admin.do("DELETE", path))["version"] == 8


async def test_a_status_is_deleted_with_what_stands_in_it(door: RealDoor) -> None:
    admin = door.admin
    board, statuses, customer = await begin(door, admin)
    for _ in range(3):
        await admin.make(
            "/v1/opportunities", {"title": "Kho", "customer_id": customer, "board_id": board}
        )
    path = f"/v1/boards/{board}/statuses/{statuses['Mới']}"
    answer = await admin.do("DELETE", f"{path}?replacement={statuses['Đàm phán']}")
    assert answer["moved"] == 3
    types = [fact["type"] for fact in await door.facts()]
    assert types[-4:] == ["opportunity_moved.v1"] * 3 + ["status_deleted.v1"]


async def test_people_and_the_organization_change_through_their_routes(door: RealDoor) -> None:
    admin = door.admin
    team = await admin.make("/v1/teams", {"name": "Miền Nam"})
    user = await admin.make("/v1/users", {"name": "Minh", "role": "rep", "team_id": team})
    await admin.do("PATCH", f"/v1/teams/{team}", {"name": "Miền Bắc"})
    await admin.do("PATCH", f"/v1/users/{user}", {"email": "minh@cohoi.example", "active": False})
    await admin.do("DELETE", f"/v1/users/{user}")
    changed = await admin.do("PATCH", "/v1/organization", {"time_zone": "Asia/Tokyo"})
    assert changed["id"] == str(admin.org)
    assert (await admin.refused("PATCH", f"/v1/users/{user}", {"name": "A"}))["type"] == (
        "already-deleted"
    )


async def test_a_patch_without_keys_changes_nothing_anywhere(door: RealDoor) -> None:
    admin = door.admin
    board, statuses, customer = await begin(door, admin)
    contact = await admin.make(f"/v1/customers/{customer}/contacts", {"name": "Lan"})
    deal = await admin.make("/v1/opportunities", {"title": "Kho", "customer_id": customer})
    team = await admin.make("/v1/teams", {"name": "Miền Nam"})
    user = await admin.make("/v1/users", {"name": "Minh", "role": "rep"})
    facts = await door.facts()
    for path in (
        f"/v1/boards/{board}",
        f"/v1/boards/{board}/statuses/{statuses['Mới']}",
        f"/v1/customers/{customer}",
        f"/v1/customers/{customer}/contacts/{contact}",
        f"/v1/opportunities/{deal}",
        f"/v1/teams/{team}",
        f"/v1/users/{user}",
        "/v1/organization",
    ):
        response = await admin.send("PATCH", path, {})
        assert response.status_code == 200, path
        assert response.json()["position"] == len(facts), path
    assert await door.facts() == facts


async def test_a_customer_and_its_contacts_change_and_are_erased(door: RealDoor) -> None:
    admin = door.admin
    customer = await admin.make("/v1/customers", {"name": "Chị Lan", "person": True})
    path = f"/v1/customers/{customer}"
    contact = await admin.make(f"{path}/contacts", {"name": "Lan", "phone": "113"})
    await admin.do("PATCH", path, {"external_ref": "CRM-1"})
    await admin.do("PATCH", f"{path}/contacts/{contact}", {"phone": None, "title": "Chủ"})
    await admin.do("DELETE", f"{path}/contacts/{contact}")
    erased = await admin.do("DELETE", f"{path}?erase=true")
    assert erased["version"] == 7
    assert await admin.do("DELETE", f"{path}?erase=true") == erased
    keys = await door.office.pool.fetchval(
        "select count(*) from vault.load_keys($1, $2)",
        [door.office.org] * 2,
        [f"customer/{customer}", f"contact/{contact}"],
    )
    assert keys == 0


async def test_a_bulk_does_what_it_can_and_says_what_it_could_not(door: RealDoor) -> None:
    admin = door.admin
    board, statuses, customer = await begin(door, admin)
    ids = [
        await admin.make(
            "/v1/opportunities", {"title": "Kho", "customer_id": customer, "board_id": board}
        )
        for _ in range(3)
    ]
    await admin.do("DELETE", f"/v1/opportunities/{ids[1]}")
    unknown = str(UUID(int=7))
    bulk: dict[str, Any] = {
        "command": "move",
        "params": {"status_id": statuses["Đàm phán"]},
        "ids": [*ids, unknown],
    }
    dry = await admin.do("POST", "/v1/opportunities/bulk", {**bulk, "dry_run": True})
    before = len(await door.facts())
    answer = await admin.do("POST", "/v1/opportunities/bulk", bulk, Idempotency_Key="bulk-1")
    assert (dry["done"], dry["refused"]) == (answer["done"], answer["refused"]) == (2, 2)
    assert [result["id"] for result in answer["results"]] == [*ids, unknown]
    assert [result["status"] for result in answer["results"]] == [200, 409, 200, 404]
    assert answer["results"][1]["problem"]["type"] == "already-deleted"
    assert answer["results"][3]["problem"]["type"] == "not-found"
    facts = (await door.facts())[before:]
    cause = uuid5(admin.org, "bulk-1")
    assert answer["causation_id"] == str(cause)
    assert {fact["causationid"] for fact in facts} == {str(cause)}
    assert {fact["commandid"] for fact in facts} == {
        str(uuid5(cause, f"opportunity/{ids[n]}")) for n in (0, 2)
    }
    again = await admin.send("POST", "/v1/opportunities/bulk", bulk, Idempotency_Key="bulk-1")
    assert again.json() == answer


async def test_a_fact_says_who_asked_through_what_and_as_part_of_what(door: RealDoor) -> None:
    admin = door.admin
    key = "0199a0c2-5b7e-4c11-8d4f-3a2b1c0d9e8f"
    parent = f"00-{TRACE}-00f067aa0ba902b7-01"
    await admin.do(
        "POST",
        "/v1/customers",
        {"name": "An Phát"},
        Idempotency_Key=key,
        traceparent=parent,
        Cohoi_Client="web",
    )
    fact = (await door.facts())[-1]
    assert fact["actor"] == f"user/{admin.user}"
    assert fact["client"] == "web"
    assert fact["commandid"] == fact["causationid"] == key
    assert fact["correlationid"] == TRACE
    assert fact["traceparent"] == parent


async def test_a_closing_may_be_dated_back_by_a_manager(door: RealDoor) -> None:
    manager, rep = await door.person("manager"), await door.person("rep")
    board, _, customer = await begin(door, door.admin)
    today = (utc_now() + timedelta(hours=7)).date()
    deal = {"title": "Kho", "customer_id": customer, "board_id": board}
    path = f"/v1/opportunities/{await rep.make('/v1/opportunities', deal)}"
    yesterday = {"closed_on": (today - timedelta(days=1)).isoformat()}
    assert (await rep.refused("POST", f"{path}/win", yesterday))["type"] == "forbidden"
    problem = await manager.refused("POST", f"{path}/win", yesterday)
    assert problem["errors"][0]["code"] == "before-creation"
    await rep.do("POST", f"{path}/win", {"closed_on": today.isoformat()})
