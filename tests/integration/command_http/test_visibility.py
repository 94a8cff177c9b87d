"""What one may not see is not there for one's commands, whatever they ask."""

from dataclasses import dataclass

import pytest

from support.real_command_door import Person, RealDoor, anything

COMMANDS = (
    ("PATCH", "", {"title": "Khác"}),
    ("PATCH", "", {}),
    ("POST", "/win", None),
    ("POST", "/lose", {"reason": "x"}),
    ("POST", "/reopen", None),
    ("POST", "/move", {"status_id": "00000000-0000-7000-8000-000000000000"}),
    ("DELETE", "", None),
    ("POST", "/restore", None),
)


@dataclass
class Floor:
    """Two teams: Lan and Minh in one, Hoa and her manager in the other; and a deal of Hoa's."""

    door: RealDoor
    lan: Person
    minh: Person
    hoa: Person
    managers: tuple[Person, Person]
    deal: str

    async def allow(self, visibility: str) -> None:
        await self.door.admin.do("PATCH", "/v1/organization", {"visibility": visibility})


@pytest.fixture
async def floor(door: RealDoor) -> Floor:
    admin = door.admin
    north, south = [await admin.make("/v1/teams", {"name": name}) for name in ("Bắc", "Nam")]
    people = [await door.person("rep", name) for name in ("Lan", "Minh", "Hoa")]
    managers = [await door.person("manager", name) for name in ("Bình", "Cúc")]
    teams = (north, north, south, north, south)
    for person, team in zip((*people, *managers), teams, strict=True):
        await admin.do("PATCH", f"/v1/users/{person.user}", {"team_id": team})
    await admin.make("/v1/boards", {"name": "Bán hàng"})
    customer = await admin.make("/v1/customers", {"name": "An Phát"})
    lan, minh, hoa = people
    deal = await hoa.make("/v1/opportunities", {"title": "Kho", "customer_id": customer})
    return Floor(door, lan, minh, hoa, (managers[0], managers[1]), f"/v1/opportunities/{deal}")


async def answers(person: Person, path: str, **headers: str) -> list[tuple[int, str]]:
    """Return what every command of one on an opportunity answers."""
    found: list[tuple[int, str]] = []
    for method, rest, body in COMMANDS:
        response = await person.send(method, path + rest, body, **headers)
        found.append((response.status_code, response.text))
    return found


@pytest.mark.parametrize("headers", [{}, {"If_Match": '"1"'}, {"If_Match": '"99"'}])
@pytest.mark.parametrize("state", ["open", "changed", "won", "deleted"])
async def test_what_is_not_seen_answers_like_what_is_not_there(
    floor: Floor, headers: dict[str, str], state: str
) -> None:
    if state == "changed":
        await floor.hoa.do("PATCH", floor.deal, {"title": "Kho lạnh"})
    if state == "won":
        await floor.hoa.do("POST", f"{floor.deal}/win")
    if state == "deleted":
        await floor.hoa.do("DELETE", floor.deal)
    nobodys = await answers(floor.lan, f"/v1/opportunities/{anything()}", **headers)
    assert {status for status, _ in nobodys} == {404}
    before = await floor.door.facts()
    for visibility, blind in (
        ("own", (floor.lan, floor.minh, floor.managers[0])),
        ("team", (floor.lan, floor.managers[0])),
    ):
        await floor.allow(visibility)
        for person in blind:
            assert await answers(person, floor.deal, **headers) == nobodys
    assert len(await floor.door.facts()) == len(before) + 2  # the organization's setting, twice


async def test_a_bad_request_about_what_is_not_seen_is_not_found_first(floor: Floor) -> None:
    await floor.allow("team")
    for body in ({"bogus": 1}, {"title": ""}, {"confidence": 900}):
        assert (await floor.lan.refused("PATCH", floor.deal, body))["type"] == "not-found"
    refused = await floor.lan.refused("POST", f"{floor.deal}/win", If_Match="seven")
    assert refused["type"] == "not-found"
    refused = await floor.hoa.refused("PATCH", floor.deal, {"bogus": 1})
    assert refused["type"] == "invalid"


async def test_a_team_and_its_manager_work_on_what_they_see(floor: Floor) -> None:
    for visibility, sighted in (
        ("own", (floor.hoa, floor.managers[1])),
        ("team", (floor.hoa, floor.managers[1])),
        ("all", (floor.lan, floor.minh, floor.hoa, *floor.managers)),
    ):
        await floor.allow(visibility)
        for person in sighted:
            title = f"{visibility} {person.user}"
            await person.do("PATCH", floor.deal, {"title": title})
    assert (await floor.door.admin.do("POST", f"{floor.deal}/win"))["version"] == 11


async def test_team_and_owner_count_as_they_are_now(floor: Floor) -> None:
    await floor.allow("team")
    admin = floor.door.admin
    assert (await floor.lan.refused("POST", f"{floor.deal}/win"))["status"] == 404
    await admin.do("PATCH", floor.deal, {"owner_id": str(floor.minh.user)})
    await floor.lan.do("PATCH", floor.deal, {"title": "Một"})
    assert (await floor.hoa.refused("PATCH", floor.deal, {"title": "Hai"}))["status"] == 404
    await admin.do("PATCH", f"/v1/users/{floor.lan.user}", {"team_id": None})
    assert (await floor.lan.refused("PATCH", floor.deal, {"title": "Ba"}))["status"] == 404
    await floor.allow("all")
    await floor.lan.do("PATCH", floor.deal, {"title": "Bốn"})


async def test_a_manager_may_give_away_what_it_does_not_see_afterwards(floor: Floor) -> None:
    await floor.allow("team")
    manager = floor.managers[1]
    given = await manager.send(
        "PATCH", floor.deal, {"owner_id": str(floor.lan.user)}, Idempotency_Key="give"
    )
    assert given.status_code == 200
    assert (await manager.refused("PATCH", floor.deal, {"title": "x"}))["status"] == 404
    again = await manager.send(
        "PATCH", floor.deal, {"owner_id": str(floor.lan.user)}, Idempotency_Key="give"
    )
    assert (again.status_code, again.content) == (200, given.content)
    await floor.lan.do("PATCH", floor.deal, {"title": "Của Lan"})


async def test_a_bulk_says_of_what_is_not_seen_what_it_says_of_what_is_not_there(
    floor: Floor,
) -> None:
    await floor.allow("team")
    hidden, unknown = floor.deal.rpartition("/")[2], anything()
    blind, sighted = floor.managers
    bulk = {"command": "edit", "params": {"title": "Cả loạt"}, "ids": [hidden, unknown]}
    for dry_run in (True, False):
        answer = await blind.do("POST", "/v1/opportunities/bulk", {**bulk, "dry_run": dry_run})
        assert (answer["done"], answer["refused"]) == (0, 2)
        assert [(one["id"], one["status"]) for one in answer["results"]] == [
            (hidden, 404),
            (unknown, 404),
        ]
        first, second = answer["results"]
        assert first["problem"] == second["problem"]
    answer = await sighted.do("POST", "/v1/opportunities/bulk", bulk)
    assert (answer["done"], answer["refused"]) == (1, 1)


async def test_a_conflict_is_shown_to_whoever_sees_the_deal(floor: Floor) -> None:
    await floor.allow("team")
    await floor.hoa.do("PATCH", floor.deal, {"title": "Một"})
    body = {"title": "Hai"}
    problem = await floor.managers[1].refused("PATCH", floor.deal, body, If_Match='"1"')
    assert (problem["type"], problem["current"]["title"]) == ("version-conflict", "Một")
    problem = await floor.managers[0].refused("PATCH", floor.deal, body, If_Match='"1"')
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["type"] == "not-found"
