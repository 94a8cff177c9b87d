"""Which of several things that are wrong with a request is answered first."""

import pytest

from command_api.domain import commands as c
from support.command_door import PART, THING, CommandDoor

BOARD = f"/v1/boards/{THING}"
STATUS = f"{BOARD}/statuses/{PART}"
OPPORTUNITY = f"/v1/opportunities/{THING}"
WORST = {"Idempotency-Key": "a b", "If-Match": "7"}


async def test_who_is_not_recognized_learns_nothing_else(door: CommandDoor) -> None:
    response = await door.send("PATCH", f"{BOARD}x", content=b"{", role="", headers=WORST)
    assert response.status_code == 401
    assert response.json()["type"] == "unauthenticated"


@pytest.mark.parametrize("role", ["admin", "rep", "auditor"])
async def test_what_is_not_there_is_not_found_before_anything_is_said_of_the_request(
    door: CommandDoor, role: str
) -> None:
    door.explainer.missing.add(THING)
    response = await door.send("PATCH", BOARD, content=b"{", role=role, headers=WORST)
    assert (response.status_code, response.json()["type"]) == (404, "not-found")
    response = await door.send("PATCH", BOARD, {"name": 5}, role=role)
    assert response.status_code == 404
    response = await door.send("PATCH", "/v1/boards/x", {"name": 5}, role=role)
    assert response.status_code == 404


async def test_a_part_that_is_not_there_is_not_found(door: CommandDoor) -> None:
    door.explainer.missing.add(PART)
    for role in ("admin", "rep"):
        response = await door.send("PATCH", STATUS, {"name": 5}, role=role)
        assert response.status_code == 404


async def test_a_role_is_refused_before_the_form_is_looked_at(door: CommandDoor) -> None:
    response = await door.send("PATCH", BOARD, content=b"{", role="rep", headers=WORST)
    assert (response.status_code, response.json()["type"]) == (403, "forbidden")
    assert "admin" in response.json()["detail"]


async def test_malformed_json_is_400(door: CommandDoor) -> None:
    for raw in (b"{", b'{"name":"a","name":"b"}', b'{"name":NaN}', b"\xff", b'{"name":"a"}x'):
        response = await door.send("PATCH", BOARD, content=raw)
        assert (response.status_code, response.json()["type"]) == (400, "malformed-json"), raw


async def test_a_body_of_another_type_is_415(door: CommandDoor) -> None:
    headers = {"Content-Type": "text/plain"}
    response = await door.send("PATCH", BOARD, content=b'{"name":"a"}', headers=headers)
    assert (response.status_code, response.json()["type"]) == (415, "unsupported-media-type")


async def test_a_body_beyond_the_limit_is_413(door: CommandDoor) -> None:
    response = await door.send("PATCH", OPPORTUNITY, {"note": "a" * 300_000})
    assert (response.status_code, response.json()["type"]) == (413, "too-large")


@pytest.mark.parametrize("form", ["7", 'W/"7"', '"0"', '"07"', '"-1"', "", '"7", "8"', '"a"'])
async def test_a_precondition_of_another_form_is_400(door: CommandDoor, form: str) -> None:
    response = await door.send("PATCH", BOARD, {}, headers={"If-Match": form})
    assert response.status_code == 400
    assert response.json()["type"] == "malformed-header"
    assert response.json()["header"] == "If-Match"


async def test_a_precondition_is_a_version_or_existence(door: CommandDoor) -> None:
    await door.send("PATCH", BOARD, {}, headers={"If-Match": '"7"'})
    assert door.submitter.last.if_match == 7
    await door.send("PATCH", BOARD, {}, headers={"If-Match": "*"})
    assert door.submitter.last.if_match == "*"
    await door.send("PATCH", BOARD, {})
    assert door.submitter.last.if_match is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/boards", {"name": "A"}),
        ("/v1/customers", {"name": "A"}),
        ("/v1/opportunities", {"title": "A", "customer_id": str(THING)}),
        ("/v1/opportunities/bulk", {"command": "win", "ids": [str(THING)]}),
        ("/v1/users", {"name": "A", "role": "rep"}),
        ("/v1/teams", {"name": "A"}),
    ],
)
async def test_a_precondition_on_what_is_new_is_400(
    door: CommandDoor, path: str, body: dict[str, object]
) -> None:
    for form in ('"7"', "*"):
        response = await door.send("POST", path, body, headers={"If-Match": form})
        assert response.status_code == 400
        assert response.json()["header"] == "If-Match"


@pytest.mark.parametrize("key", ["", "a b", "a\tb", "ơ", "x" * 201])
async def test_a_key_of_another_form_is_400(door: CommandDoor, key: str) -> None:
    sent = key.encode()
    response = await door.client.request(
        "PATCH", BOARD, json={}, headers=[
            (b"Authorization", b"Bearer admin"), (b"Idempotency-Key", sent)
        ],
    )  # fmt: skip
    assert response.status_code == 400
    assert response.json()["header"] == "Idempotency-Key"


async def test_a_header_that_stands_twice_is_400(door: CommandDoor) -> None:
    for name in ("Idempotency-Key", "If-Match"):
        response = await door.client.request(
            "PATCH",
            BOARD,
            json={},
            headers=[("Authorization", "Bearer admin"), (name, '"1"'), (name, '"1"')],
        )
        assert response.status_code == 400
        assert response.json()["header"] == name


async def test_queries_are_read_as_strictly_as_bodies(door: CommandDoor) -> None:
    for query, parameter, code in (
        ("replacement=x", "replacement", "not-an-id"),
        ("replacement=", "replacement", "not-an-id"),
        ("allow_type_change=1", "allow_type_change", "not-a-boolean"),
        ("allow_type_change=True", "allow_type_change", "not-a-boolean"),
        ("allow_type_change=true&allow_type_change=true", "allow_type_change", ""),
        ("force=true", "force", "unknown-parameter"),
    ):
        response = await door.send("DELETE", f"{STATUS}?{query}")
        assert response.status_code == 422, query
        [error] = response.json()["errors"]
        assert error["parameter"] == parameter
        assert error["code"] == (code or "repeated-parameter")
    assert not door.submitter.submissions


async def test_erasing_a_customer_takes_more_than_archiving(door: CommandDoor) -> None:
    path = f"/v1/customers/{THING}"
    await door.send("DELETE", path, role="rep")
    assert door.submitter.command == c.ArchiveCustomer(THING)
    response = await door.send("DELETE", f"{path}?erase=true", role="manager")
    assert response.status_code == 403
    assert "admin" in response.json()["detail"]


async def test_an_unknown_path_is_404_and_a_wrong_method_405(door: CommandDoor) -> None:
    assert (await door.send("POST", "/v1/nothing", {})).status_code == 404
    response = await door.send("PUT", OPPORTUNITY, {})
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"PATCH", "DELETE"}
