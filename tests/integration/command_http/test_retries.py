"""Idempotency keys through the real door."""

import asyncio
from collections import Counter

import pytest

from support.real_command_door import RealDoor

KEY = "order-17"


async def test_a_hundred_times_at_once_is_once(door: RealDoor) -> None:
    admin = door.admin
    before = len(await door.facts())
    responses = await asyncio.gather(
        *(
            admin.send("POST", "/v1/customers", {"name": "An Phát"}, Idempotency_Key=KEY)
            for _ in range(100)
        )
    )
    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    for header in ("location", "etag", "cohoi-position"):
        assert len({response.headers[header] for response in responses}) == 1
    assert len(await door.facts()) == before + 1


async def test_a_retry_answers_what_was_so_then(door: RealDoor) -> None:
    admin = door.admin
    first = await admin.send("POST", "/v1/teams", {"name": "Một"}, Idempotency_Key=KEY)
    await admin.do("PATCH", first.headers["location"], {"name": "Hai"})
    again = await admin.send("POST", "/v1/teams", {"name": "Một"}, Idempotency_Key=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]


async def test_another_request_under_the_key_is_refused(door: RealDoor) -> None:
    admin, other = door.admin, await door.person("admin")
    team = await admin.make("/v1/teams", {"name": "Một"})
    await admin.do("POST", "/v1/customers", {"name": "An Phát"}, Idempotency_Key=KEY)
    reuses = [
        (other, "POST", "/v1/customers", {"name": "An Phát"}, {}),
        (admin, "POST", "/v1/customers", {"name": "An Phước"}, {}),
        (admin, "POST", "/v1/teams", {"name": "An Phát"}, {}),
        (admin, "PATCH", f"/v1/teams/{team}", {"name": "An Phát"}, {}),
        (admin, "PATCH", f"/v1/teams/{team}", {"name": "An Phát"}, {"If_Match": '"1"'}),
    ]
    before = len(await door.facts())
    for who, method, path, body, headers in reuses:
        problem = await who.refused(method, path, body, Idempotency_Key=KEY, **headers)
        assert (problem["type"], problem["status"]) == ("idempotency-key-reused", 422)
    assert len(await door.facts()) == before


async def test_a_key_is_each_organizations_own(door: RealDoor) -> None:
    stranger = await door.stranger()
    one = await door.admin.do("POST", "/v1/teams", {"name": "Một"}, Idempotency_Key=KEY)
    other = await stranger.do("POST", "/v1/teams", {"name": "Một"}, Idempotency_Key=KEY)
    assert one["id"] != other["id"]


async def test_a_refusal_is_decided_anew(door: RealDoor) -> None:
    admin = door.admin
    board = await admin.make("/v1/boards", {"name": "Bán hàng"})
    path = f"/v1/boards/{board}/statuses"
    status = {"name": "Won", "type": "won"}
    made = await admin.do("POST", path, {"name": "won", "type": "won"})
    problem = await admin.refused("POST", path, status, Idempotency_Key=KEY)
    assert problem["type"] == "name-taken"
    await admin.do("DELETE", f"{path}/{made['id']}")
    response = await admin.send("POST", path, status, Idempotency_Key=KEY)
    assert response.status_code == 201


async def test_already_so_is_kept_too(door: RealDoor) -> None:
    admin = door.admin
    team = await admin.make("/v1/teams", {"name": "Một"})
    path = f"/v1/teams/{team}"
    first = await admin.send("PATCH", path, {"name": "Một"}, Idempotency_Key=KEY)
    await admin.do("PATCH", path, {"name": "Hai"})
    again = await admin.send("PATCH", path, {"name": "Một"}, Idempotency_Key=KEY)
    assert again.content == first.content


@pytest.mark.parametrize("racers", [20])
async def test_many_who_add_the_same_name_at_once_make_one(door: RealDoor, racers: int) -> None:
    admin = door.admin
    board = await admin.make("/v1/boards", {"name": "Bán hàng"})
    responses = await asyncio.gather(
        *(
            admin.send("POST", f"/v1/boards/{board}/statuses", {"name": "Chốt", "type": "active"})
            for _ in range(racers)
        )
    )
    assert Counter(r.status_code for r in responses) == {201: 1, 409: racers - 1}
