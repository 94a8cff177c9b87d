"""Imports through the door: ordered, looked at, refused, cancelled, and ordered exactly once."""

import asyncio
import json
from typing import Any
from uuid import UUID

import httpx
import pytest

from command_api.entrypoints.http.routes.imports import BODY_LIMIT
from service_runtime.http.request_envelope import DEFAULT_BODY_LIMIT
from service_runtime.ids import new_id
from support.import_room import ImportRoom
from support.real_command_door import Person, RealDoor

FILE = b"title,customer,value,status\nFirst,An Phat,100,A\nSecond,Minh Long,=1+1,A\n"


async def post(
    person: Person, options: dict[str, Any] | str, file: bytes = FILE, **headers: str
) -> httpx.Response:
    text = options if isinstance(options, str) else json.dumps(options)
    return await person.client.post(
        "/v1/imports",
        files={"file": ("deals.csv", file, "text/csv")},
        data={"options": text},
        headers={
            "Authorization": person.authorization,
            "Accept-Language": "en",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


async def ordered(person: Person, board: UUID, **more: Any) -> str:
    response = await post(person, {"board_id": str(board), "currency": "USD", **more})
    assert response.status_code == 202, response.text
    return str(response.json()["job_id"])


def refusals(response: httpx.Response) -> list[tuple[str, str]]:
    assert response.status_code == 422, response.text
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


async def test_an_import_is_a_job_whose_rows_and_refusals_can_be_seen(
    door: RealDoor, room: ImportRoom
) -> None:
    board, _ = await room.office.add_board("A")
    response = await post(door.admin, {"board_id": str(board), "currency": "USD"})
    assert response.status_code == 202
    assert set(response.json()) == {"job_id", "position"}
    assert response.headers["cohoi-position"] == str(response.json()["position"])
    path = f"/v1/jobs/{response.json()['job_id']}"
    queued = await door.admin.do("GET", path)
    assert (queued["state"], queued["progress"], queued["result"]) == ("queued", 0, None)
    await room.run_next()
    done = await door.admin.do("GET", path)
    assert set(done) == {
        *("id", "kind", "state", "progress", "total", "done", "unchanged", "refused"),
        *("dry_run", "causation_id", "position", "created_at", "finished_at", "error", "result"),
    }
    assert (done["state"], done["progress"], done["total"]) == ("done", 1, 2)
    assert (done["done"], done["unchanged"], done["refused"]) == (1, 0, 1)
    assert done["position"] == await room.head()
    result = done["result"]
    assert result["made"] == {"customers": 1, "users": 0, "statuses": 0}
    assert result["mapping"] == {
        "title": "title",
        "customer": "customer",
        "value": "amount",
        "status": "status",
    }
    assert {"text": "No owner: given to whoever imports", "rows": 1} in result["assumptions"]
    caused = [fact for fact in await room.facts() if fact["causationid"] == done["causation_id"]]
    assert {fact["client"] for fact in caused} == {"import"}
    assert {fact["actor"] for fact in caused} == {f"user/{room.office.admin}"}
    refused = await door.admin.send("GET", f"{path}/refused")
    assert refused.headers["content-type"].startswith("text/csv")
    first, second = refused.content.decode("utf-8-sig").splitlines()
    assert first == "line,reason,title,customer,value,status"
    assert second.startswith("3,")
    assert second.endswith(",Second,Minh Long,'=1+1,A")


async def test_jobs_are_listed_newest_first_page_by_page(door: RealDoor, room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    made = [await ordered(door.admin, board) for _ in range(3)]
    first = await door.admin.do("GET", "/v1/jobs?limit=2")
    second = await door.admin.do("GET", f"/v1/jobs?limit=2&cursor={first['next_cursor']}")
    shown = [job["id"] for page in (first, second) for job in page["items"]]
    assert shown == list(reversed(made))
    assert second["next_cursor"] is None
    refused = await door.admin.refused("GET", "/v1/jobs?cursor=x")
    assert (refused["type"], refused["parameter"]) == ("bad-cursor", "cursor")
    beyond = await door.admin.refused("GET", "/v1/jobs?min_position=999999")
    assert beyond["type"] == "bad-position"


async def test_who_sees_some_opportunities_sees_its_own_jobs_alone(
    door: RealDoor, room: ImportRoom
) -> None:
    board, _ = await room.office.add_board("A")
    rep = await door.person("rep", "Lan")
    own, another = await ordered(rep, board), await ordered(door.admin, board)
    await room.run_next()
    await room.run_next()

    async def listed(person: Person) -> list[str]:
        return [job["id"] for job in (await person.do("GET", "/v1/jobs"))["items"]]

    assert await listed(rep) == await listed(door.admin) == [another, own]
    await door.admin.do("PATCH", "/v1/organization", {"visibility": "own"})
    assert await listed(rep) == [own]
    assert await listed(door.admin) == [another, own]
    assert (await rep.send("GET", f"/v1/jobs/{own}/refused")).status_code == 200
    for method, path in (
        ("GET", f"/v1/jobs/{another}"),
        ("GET", f"/v1/jobs/{another}/refused"),
        ("DELETE", f"/v1/jobs/{another}"),
    ):
        assert (await rep.refused(method, path))["type"] == "not-found"
    page = await rep.do("GET", "/v1/jobs?limit=1")
    assert page["next_cursor"] is None


async def test_the_same_key_a_hundred_times_at_once_makes_one_job(
    door: RealDoor, room: ImportRoom
) -> None:
    board, _ = await room.office.add_board("A")
    options = {"board_id": str(board), "currency": "USD"}
    key = str(new_id())
    raced = await asyncio.gather(
        *(post(door.admin, options, Idempotency_Key=key) for _ in range(100))
    )
    assert {response.status_code for response in raced} == {202}
    assert len({response.content for response in raced}) == 1
    assert len((await door.admin.do("GET", "/v1/jobs"))["items"]) == 1
    await room.run_next()
    after = await post(door.admin, options, Idempotency_Key=key)
    assert after.content == raced[0].content
    other_file = await post(door.admin, options, FILE + b"Third,X,1,A\n", Idempotency_Key=key)
    assert other_file.json()["type"] == "idempotency-key-reused"
    other_options = await post(door.admin, {**options, "dry_run": True}, Idempotency_Key=key)
    assert other_options.json()["type"] == "idempotency-key-reused"
    second = await door.person("admin")
    other_caller = await post(second, options, Idempotency_Key=key)
    assert other_caller.json()["type"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "empty-file"),
        (b"PK\x03\x04 and more", "not-csv"),
        (b"%PDF-1.7", "not-csv"),
        (b"title,customer\nA\0,B\n", "nul-character"),
        (b"quite,other,things\n1,2,3\n", "nothing-mapped"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_at_once(
    door: RealDoor, file: bytes, code: str
) -> None:
    board, _ = await door.office.add_board("A")
    response = await post(door.admin, {"board_id": str(board), "currency": "USD"}, file)
    assert refusals(response) == [("/file", code)]
    assert (await door.admin.do("GET", "/v1/jobs"))["items"] == []


async def test_bad_options_are_refused_with_where_and_why(door: RealDoor) -> None:
    board, _ = await door.office.add_board("A")
    good: dict[str, Any] = {"board_id": str(board), "currency": "USD"}
    assert (await post(door.admin, "{")).json()["type"] == "malformed-json"
    assert refusals(await post(door.admin, {})) == [
        ("/options/board_id", "required"),
        ("/options/currency", "required"),
    ]
    unknown = {**good, "board_id": str(new_id())}
    assert refusals(await post(door.admin, unknown)) == [("/options/board_id", "unknown")]
    assert refusals(await post(door.admin, {**good, "speed": 9})) == [
        ("/options/speed", "unknown-field")
    ]
    assert refusals(await post(door.admin, {**good, "mapping": {"nope": "title"}})) == [
        ("/options/mapping", "unknown-column")
    ]
    assert refusals(await post(door.admin, {**good, "mapping": {"title": "nope"}})) == [
        ("/options/mapping", "unknown-field")
    ]
    without_file = await door.client.post(
        "/v1/imports",
        data={"options": json.dumps(good)},
        files={"other": b"x"},
        headers={"Authorization": door.admin.authorization},
    )
    assert ("/file", "required") in refusals(without_file)
    as_json = await door.admin.refused("POST", "/v1/imports", good)
    assert as_json["type"] == "unsupported-media-type"


@pytest.mark.parametrize(
    ("path", "limit"), [("/v1/imports", BODY_LIMIT), ("/v1/customers", DEFAULT_BODY_LIMIT)]
)
async def test_a_body_may_be_so_large_and_that_of_an_import_larger(
    door: RealDoor, path: str, limit: int
) -> None:
    announced = {"Content_Length": str(limit + 1)}
    problem = await door.admin.refused("POST", path, {}, **announced)
    assert (problem["status"], problem["type"], problem["limit"]) == (413, "too-large", limit)
    announced = {"Content_Length": str(limit)}
    assert (await door.admin.refused("POST", path, {}, **announced))["status"] != 413


async def test_an_archived_board_takes_no_import(door: RealDoor) -> None:
    board = await door.admin.make("/v1/boards", {"name": "Old"})
    await door.admin.do("DELETE", f"/v1/boards/{board}")
    response = await post(door.admin, {"board_id": board, "currency": "USD"})
    assert response.json()["type"] == "board-archived"


async def test_another_organizations_job_and_board_are_not_there(door: RealDoor) -> None:
    board, _ = await door.office.add_board("A")
    job = await ordered(door.admin, board)
    stranger = await door.stranger()
    for method, path in (
        ("GET", f"/v1/jobs/{job}"),
        ("GET", f"/v1/jobs/{job}/refused"),
        ("DELETE", f"/v1/jobs/{job}"),
    ):
        assert (await stranger.refused(method, path))["type"] == "not-found"
    assert (await stranger.do("GET", "/v1/jobs"))["items"] == []
    foreign = await post(stranger, {"board_id": str(board), "currency": "USD"})
    assert refusals(foreign) == [("/options/board_id", "unknown")]


async def test_who_may_cancel_a_job(door: RealDoor, room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    rep, other, auditor = (
        await door.person("rep"),
        await door.person("rep", "Hoa"),
        await door.person("auditor", "Vy"),
    )
    job = await ordered(rep, board)
    for person in (other, auditor):
        assert (await person.refused("DELETE", f"/v1/jobs/{job}"))["type"] == "forbidden"
    assert (await auditor.do("GET", f"/v1/jobs/{job}"))["state"] == "queued"
    assert (await post(auditor, {"board_id": str(board), "currency": "USD"})).status_code == 403
    cancelled = await rep.do("DELETE", f"/v1/jobs/{job}")
    assert cancelled["state"] == "cancelled"
    assert await rep.do("DELETE", f"/v1/jobs/{job}") == cancelled
    assert await room.side.book.claim("tests") is None


async def test_an_organization_may_queue_so_many_jobs(door: RealDoor) -> None:
    board, _ = await door.office.add_board("A")
    for _ in range(20):
        await ordered(door.admin, board)
    full = await post(door.admin, {"board_id": str(board), "currency": "USD"})
    assert (full.status_code, full.json()["type"]) == (429, "too-many-requests")
    assert int(full.headers["retry-after"]) > 0
