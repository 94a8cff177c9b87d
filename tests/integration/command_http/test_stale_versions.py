"""If-Match through the real door: merged where other fields changed, else told what did."""

import asyncio

import pytest

from command_api.adapters import log_explainer
from support.real_command_door import Person, RealDoor


@pytest.fixture
async def deal(door: RealDoor) -> str:
    """Create an opportunity; its path."""
    admin = door.admin
    await admin.make("/v1/boards", {"name": "Bán hàng"})
    customer = await admin.make("/v1/customers", {"name": "An Phát"})
    body = {"title": "Kho", "customer_id": customer}
    return f"/v1/opportunities/{await admin.make('/v1/opportunities', body)}"


async def test_a_fresh_version_goes_through(door: RealDoor, deal: str) -> None:
    answer = await door.admin.do("PATCH", deal, {"title": "Khác"}, If_Match='"1"')
    assert answer["version"] == 2
    assert "merged_with" not in answer
    assert (await door.admin.do("POST", f"{deal}/win", If_Match="*"))["version"] == 3


async def test_a_stale_edit_of_other_fields_is_merged(door: RealDoor, deal: str) -> None:
    rep = await door.person("rep")
    await rep.do("PATCH", deal, {"confidence": 30})
    answer = await door.admin.do("PATCH", deal, {"title": "Khác"}, If_Match='"1"')
    assert answer["version"] == 3
    [merged] = answer["merged_with"]
    assert merged["actor"] == f"user/{rep.user}"
    assert merged["type"] == "opportunity_edited.v1"
    assert merged["fields"] == ["confidence"]


async def test_a_stale_edit_of_the_same_field_conflicts(door: RealDoor, deal: str) -> None:
    await door.admin.do("PATCH", deal, {"title": "Một", "confidence": 5})
    await door.admin.do("POST", f"{deal}/win")
    problem = await door.admin.refused("PATCH", deal, {"title": "Hai"}, If_Match='"1"')
    assert (problem["type"], problem["status"]) == ("version-conflict", 412)
    assert (problem["version"], problem["fields"]) == (3, ["title"])
    assert problem["current"]["id"] == deal.rpartition("/")[2]
    assert problem["current"]["version"] == 3
    assert [event["version"] for event in problem["events_since"]] == [3, 2]
    assert problem["events_since"][0]["type"] == "opportunity_won.v1"
    answer = await door.admin.do("PATCH", deal, {"title": "Hai"}, If_Match='"3"')
    assert answer["version"] == 4


async def test_a_field_that_has_the_wanted_value_conflicts_with_nothing(
    door: RealDoor, deal: str
) -> None:
    await door.admin.do("PATCH", deal, {"title": "Một"})
    answer = await door.admin.do("PATCH", deal, {"title": "Một"}, If_Match='"1"')
    assert answer["version"] == 2


async def test_a_version_that_is_not_there_yet_conflicts(door: RealDoor, deal: str) -> None:
    problem = await door.admin.refused("PATCH", deal, {"title": "Hai"}, If_Match='"9"')
    assert (problem["type"], problem["version"]) == ("version-conflict", 1)
    assert (problem["fields"], problem["events_since"]) == ([], [])
    huge = '"999999999999999999"'
    assert (await door.admin.refused("PATCH", deal, {"title": "Hai"}, If_Match=huge))[
        "status"
    ] == 412


async def test_every_resource_can_be_stale(door: RealDoor) -> None:
    admin = door.admin
    board = await admin.make("/v1/boards", {"name": "Một"})
    customer = await admin.make("/v1/customers", {"name": "Một"})
    team = await admin.make("/v1/teams", {"name": "Một"})
    user = await admin.make("/v1/users", {"name": "Một", "role": "rep"})
    contact = await admin.make(f"/v1/customers/{customer}/contacts", {"name": "Một"})
    status = (await door.facts())[2]["data"]["statuses"][0]["id"]
    for path in (
        f"/v1/boards/{board}",
        f"/v1/boards/{board}/statuses/{status}",
        f"/v1/customers/{customer}",
        f"/v1/customers/{customer}/contacts/{contact}",
        f"/v1/teams/{team}",
        f"/v1/users/{user}",
        "/v1/organization",
    ):
        changed = await admin.do("PATCH", path, {"name": "Hai"})
        stale = f'"{changed["version"] - 1}"'
        problem = await admin.refused("PATCH", path, {"name": "Ba"}, If_Match=stale)
        assert (problem["type"], problem["version"]) == ("version-conflict", changed["version"])
        assert problem["fields"] == ["name"], path
        assert len(problem["events_since"]) == 1


async def test_of_many_with_one_version_one_wins(door: RealDoor, deal: str) -> None:
    async def edit(number: int, who: Person) -> int:
        response = await who.send("PATCH", deal, {"title": f"Kho {number}"}, If_Match='"1"')
        return response.status_code

    codes = await asyncio.gather(*(edit(number, door.admin) for number in range(64)))
    assert sorted(codes) == [200] + [412] * 63


async def test_a_conflict_shows_the_newest_facts_and_looks_no_further_back(
    door: RealDoor, deal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2, 8):
        await door.admin.do("PATCH", deal, {"title": f"Kho {number}"})

    async def shown() -> list[int]:
        problem = await door.admin.refused("PATCH", deal, {"title": "Khác"}, If_Match='"1"')
        assert problem["current"]["version"] == 7
        return [event["version"] for event in problem["events_since"]]

    assert await shown() == [7, 6, 5, 4, 3, 2]
    monkeypatch.setattr(log_explainer, "MAX_EVENTS", 4)
    assert await shown() == [7, 6, 5, 4]
    monkeypatch.setattr(log_explainer, "MAX_FACTS", 3)
    assert await shown() == [7, 6, 5]
