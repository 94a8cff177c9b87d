"""How what was accepted is answered: the stored bytes, and in the headers what they say too."""

import asyncio

import pytest

from command_api.application.submission import Accepted
from command_api.domain.refusal import Busy
from support.command_door import MADE, PART, THING, CommandDoor


async def test_the_stored_bytes_are_the_answer(door: CommandDoor) -> None:
    body = '{"id":"…","position":42,"version":7}'.encode()
    door.submitter.accepted = Accepted(200, body, 42, str(THING), 7)
    response = await door.send("PATCH", f"/v1/boards/{THING}", {"name": "A"})
    assert (response.status_code, response.content) == (200, body)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cohoi-position"] == "42"
    assert response.headers["etag"] == '"7"'
    assert "location" not in response.headers


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/boards", {"name": "A"}),
        (f"/v1/boards/{THING}/statuses", {"name": "A", "type": "won"}),
        ("/v1/customers", {"name": "A"}),
        (f"/v1/customers/{THING}/contacts", {"name": "A"}),
        ("/v1/opportunities", {"title": "A", "customer_id": str(THING)}),
        ("/v1/users", {"name": "A", "role": "rep"}),
        ("/v1/teams", {"name": "A"}),
    ],
)
async def test_what_was_made_is_located_by_the_id_that_was_stored(
    door: CommandDoor, path: str, body: dict[str, str]
) -> None:
    response = await door.send("POST", path, body)
    assert response.status_code == 201
    assert response.headers["location"] == f"{path}/{MADE}"


async def test_many_things_have_no_one_version(door: CommandDoor) -> None:
    door.submitter.accepted = Accepted(200, b'{"done":1}', 42, None, None)
    body = {"command": "win", "ids": [str(THING)]}
    response = await door.send("POST", "/v1/opportunities/bulk", body)
    assert response.content == b'{"done":1}'
    assert response.headers["cohoi-position"] == "42"
    assert "etag" not in response.headers


async def test_busy_may_be_tried_again(door: CommandDoor) -> None:
    door.submitter.refusal = Busy()
    response = await door.send("DELETE", f"/v1/boards/{THING}/statuses/{PART}")
    assert (response.status_code, response.json()["type"]) == (503, "busy")
    assert int(response.headers["retry-after"]) >= 1


@pytest.mark.parametrize("trouble", [TimeoutError(), ConnectionRefusedError(), OSError()])
async def test_a_database_that_is_away_may_be_tried_again(
    door: CommandDoor, trouble: Exception
) -> None:
    door.submitter.refusal = trouble
    response = await door.send("POST", f"/v1/opportunities/{THING}/win")
    assert (response.status_code, response.json()["type"]) == (503, "log-unavailable")
    assert int(response.headers["retry-after"]) >= 1
    assert "Idempotency-Key" in response.json()["detail"]


async def test_a_defect_says_nothing_of_itself(door: CommandDoor) -> None:
    door.submitter.refusal = RuntimeError("select secret from vault.keys")
    response = await door.send("POST", f"/v1/opportunities/{THING}/win")
    assert response.status_code == 500
    assert "secret" not in response.text


async def test_many_requests_at_once_keep_apart(door: CommandDoor) -> None:
    paths = [f"/v1/opportunities/{THING}/{verb}" for verb in ("win", "lose", "reopen")] * 10
    responses = await asyncio.gather(*(door.send("POST", path) for path in paths))
    assert {response.status_code for response in responses} == {201}
    assert len({one.cause.command_id for one in door.submitter.submissions}) == len(paths)
