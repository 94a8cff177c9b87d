"""The door of /v1/reports: ordering, looking, downloading, ending, and who may."""

import asyncio
import hashlib
from uuid import UUID

import pytest

from report_worker.bootstrap.background import build_maker
from service_runtime.http.id_cursors import MAX_CURSOR
from service_runtime.ids import new_id
from support.read_tables import ReadTables
from support.report_door import ReportDoor
from support.report_service import ReportService


async def test_an_order_is_pinned_queued_and_answered_with_the_report(
    world: ReadTables, door: ReportDoor
) -> None:
    caller = door.token(world, world.owner)
    answer = await door.order(caller, format="xlsx", filters={"type": "active", "overdue": True})
    assert answer.status_code == 202
    assert answer.headers["Cohoi-Position"] == str(world.position)
    report = answer.json()
    assert list(report) == [
        "id", "kind", "format", "filters", "state", "progress", "rows", "bytes", "sha256",
        "position", "erasures", "created_at", "expires_at", "error",
    ]  # fmt: skip
    assert report["state"] == "queued"
    assert report["position"] == world.position
    assert report["filters"] == {"type": "active", "overdue": True}
    assert report["created_at"].endswith("Z")
    world.add_opportunity("Mới")
    shown = await door.get(f"/{report['id']}", caller)
    assert shown.json() == report
    assert shown.headers["Cohoi-Position"] == str(world.position)


async def test_the_language_is_the_headers_else_the_organizations(
    world: ReadTables, door: ReportDoor, service: ReportService
) -> None:
    caller = door.token(world, world.owner)
    key = door.api_key(world)
    wishes = {"vi": caller, "en": {**caller, "Accept-Language": "en"}}
    for language, headers in wishes.items():
        report = (await door.order(headers)).json()["id"]
        assert service.row(UUID(report))["language"] == language
    report = (await door.order(key)).json()["id"]
    assert service.row(UUID(report))["language"] == "vi"


async def test_the_same_key_gives_the_same_answer_and_one_report(
    world: ReadTables, door: ReportDoor
) -> None:
    caller = {**door.token(world, world.owner), "Idempotency-Key": "k-1"}
    answers = await asyncio.gather(*(door.order(caller) for _ in range(30)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["Cohoi-Position"] for answer in answers}) == 1
    listed = (await door.get("", caller)).json()
    assert len(listed["items"]) == 1
    other = {**door.token(world, world.add_user("Mai")), "Idempotency-Key": "k-1"}
    for reused in (await door.order(caller, format="xlsx"), await door.order(other)):
        assert (reused.status_code, reused.json()["type"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "a b", "é", "k" * 201])
async def test_a_key_of_another_form_is_a_malformed_header(
    world: ReadTables, door: ReportDoor, key: str
) -> None:
    headers = {**door.token(world, world.owner), "Idempotency-Key": key}
    answer = await door.request(
        "POST", "", {name: value.encode() for name, value in headers.items()},  # pyright: ignore[reportArgumentType] - é
        json={"kind": "opportunities", "format": "csv"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["type"]) == (400, "malformed-header")


async def test_bad_orders_are_told_what_is_wrong_and_where(
    world: ReadTables, door: ReportDoor
) -> None:
    caller = door.token(world, world.owner)
    for body, parameter in (
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": 2.5}, "as_of"),
        ({"as_of": True}, "as_of"),
        ({"as_of": [3]}, "as_of"),
        ({"as_of": -1}, "as_of"),
        ({"filters": {"color": "red"}}, "color"),
        ({"filters": {"Là gì đây?": "red"}}, "filters"),
        ({"filters": {"board": "Bán hàng"}}, "board"),
        ({"filters": {"owner": {"id": 1}}}, "owner"),
        ({"filters": {"value_min": 5}}, "value_min"),
    ):
        answer = await door.order(caller, **body)
        assert (answer.status_code, answer.json()["type"]) == (400, "bad-filter"), body
        assert answer.json()["parameter"] == parameter
    for body, pointer in (
        ({"kind": "forecast"}, "/kind"),
        ({"format": "pdf"}, "/format"),
        ({"shared": True}, "/shared"),
        ({"filters": []}, "/filters"),
        ({"filters": {"q": "\0"}}, "/filters/q"),
        ({"filters": {"board": str(new_id())}}, "/filters/board"),
    ):
        answer = await door.order(caller, **body)
        assert (answer.status_code, answer.json()["type"]) == (422, "invalid"), body
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    torn = await door.request(
        "POST", "", {**caller, "Content-Type": "application/json"}, content=b'{"kind":'
    )
    assert (torn.status_code, torn.json()["type"]) == (400, "malformed-json")
    assert (await door.get("", caller)).json()["items"] == []


async def test_who_did_not_order_a_report_does_not_see_it_but_admins_and_auditors_do(
    world: ReadTables, door: ReportDoor
) -> None:
    caller = door.token(world, world.owner)
    report = (await door.made(caller))["id"]
    others = {
        role: door.token(world, world.add_user(role, role=role), role)
        for role in ("rep", "manager", "admin", "auditor")
    }
    for role, headers in {**others, "key": door.api_key(world)}.items():
        status = 200 if role in {"admin", "auditor"} else 404
        for path in (f"/{report}", f"/{report}/file"):
            assert (await door.get(path, headers)).status_code == status, role
        listed = (await door.get("", headers)).json()["items"]
        assert [item["id"] for item in listed] == ([report] if status == 200 else [])
        ends = {"admin": 200, "auditor": 403}.get(role, 404)
        if role != "admin":
            answer = await door.request("DELETE", f"/{report}", headers)
            assert answer.status_code == ends, role
    assert (await door.request("DELETE", f"/{report}", others["admin"])).status_code == 200
    assert (await door.order(others["auditor"])).status_code == 202


async def test_another_organization_sees_nothing(
    database: str, world: ReadTables, door: ReportDoor
) -> None:
    report = (await door.made(door.token(world, world.owner)))["id"]
    with ReadTables(database) as other:
        admin = door.token(other, other.add_user("Sếp", role="admin"), "admin")
        for method, path in (
            ("GET", f"/{report}"),
            ("GET", f"/{report}/file"),
            ("DELETE", f"/{report}"),
        ):
            answer = await door.request(method, path, admin)
            assert (answer.status_code, answer.json()["type"]) == (404, "not-found")
        assert (await door.get("", admin)).json()["items"] == []
        for key, named in (("board", world.board), ("owner", world.owner)):
            answer = await door.order(admin, filters={key: str(named)})
            assert answer.status_code == 422
        status = str(world.statuses["Thắng"])
        assert (await door.order(admin, filters={"status": status})).status_code == 422


async def test_callers_without_a_good_token_stay_out(world: ReadTables, door: ReportDoor) -> None:
    wrong_role = door.token(world, world.owner, "admin")
    for headers in ({}, {"Authorization": "Bearer x.y.z"}, wrong_role):
        for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{new_id()}/file")):
            assert (await door.request(method, path, headers)).status_code == 401


async def test_a_file_is_sent_whole_or_in_part(
    world: ReadTables, door: ReportDoor, service: ReportService
) -> None:
    world.add_opportunity("Ghế")
    caller = door.token(world, world.owner)
    report = await door.made(caller)
    path = f"/{report['id']}/file"
    content = service.content(UUID(report["id"]))
    whole = await door.get(path, caller)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert whole.headers["Content-Length"] == str(report["bytes"]) == str(len(content))
    assert whole.headers["ETag"] == f'"{report["sha256"]}"'
    assert report["sha256"] == hashlib.sha256(content).hexdigest()
    assert whole.headers["Cohoi-Position"] == str(report["position"])
    assert whole.headers["Cohoi-Erasures"] == "0"
    assert whole.headers["Content-Disposition"].startswith(
        f"attachment; filename=\"opportunities-p{report['position']}-e0.csv\"; filename*=UTF-8''C"
    )
    part = await door.get(path, {**caller, "Range": "bytes=3-9"})
    assert (part.status_code, part.content) == (206, content[3:10])
    assert part.headers["Content-Range"] == f"bytes 3-9/{len(content)}"
    same = {**caller, "Range": "bytes=-4", "If-Range": whole.headers["ETag"]}
    assert (await door.get(path, same)).content == content[-4:]
    other = {**caller, "Range": "bytes=-4", "If-Range": '"other"'}
    assert (await door.get(path, other)).content == content
    beyond = await door.get(path, {**caller, "Range": "bytes=99999-"})
    assert (beyond.status_code, beyond.json()["type"]) == (416, "range-not-satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{len(content)}"
    assert beyond.headers["Content-Type"] == "application/problem+json"


async def test_xlsx_says_what_it_is(world: ReadTables, door: ReportDoor) -> None:
    caller = door.token(world, world.owner)
    report = await door.made(caller, format="xlsx")
    answer = await door.get(f"/{report['id']}/file", caller)
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.content.startswith(b"PK")


async def test_a_file_that_is_not_there_yet_or_no_more_is_said_to_be_so(
    world: ReadTables, door: ReportDoor, service: ReportService
) -> None:
    caller = door.token(world, world.owner)
    report = (await door.order(caller)).json()["id"]
    early = await door.get(f"/{report}/file", caller)
    assert (early.status_code, early.json()["type"]) == (409, "not-ready")
    build_maker(service.settings).make(UUID(report), 1)
    for path in service.files(world):
        path.unlink()
    gone = await door.get(f"/{report}/file", caller)
    assert (gone.status_code, gone.json()["type"]) == (410, "expired")


async def test_deleting_cancels_what_waits_and_removes_the_file_of_what_is_done(
    world: ReadTables, door: ReportDoor, service: ReportService
) -> None:
    caller = door.token(world, world.owner)
    waiting = (await door.order(caller)).json()["id"]
    for _ in range(2):  # once more is already so
        ended = await door.request("DELETE", f"/{waiting}", caller)
        assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
        assert ended.headers["Cohoi-Position"] == str(world.position)
    build_maker(service.settings).make(UUID(waiting), 1)
    assert service.files(world) == []
    done = (await door.made(caller))["id"]
    assert len(service.files(world)) == 1
    keyed = {**caller, "Idempotency-Key": "end"}
    first, again = [await door.request("DELETE", f"/{done}", keyed) for _ in range(2)]
    assert first.json()["state"] == "expired"
    assert again.content == first.content
    assert service.files(world) == []
    file = await door.get(f"/{done}/file", caller)
    assert (file.status_code, file.json()["type"]) == (410, "expired")
    assert (await door.get(f"/{waiting}/file", caller)).status_code == 409


async def test_an_organization_may_have_only_so_many_reports_waiting(
    database: str, world: ReadTables, door: ReportDoor
) -> None:
    caller = door.token(world, world.owner)
    answers = await asyncio.gather(*(door.order(caller) for _ in range(25)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [202] * 20 + [429] * 5
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["type"] == "too-many-requests"
    assert int(refused.headers["Retry-After"]) > 0
    with ReadTables(database) as other:
        assert (await door.order(door.token(other, other.owner))).status_code == 202
    one = (await door.get("", caller)).json()["items"][0]["id"]
    await door.request("DELETE", f"/{one}", caller)
    assert (await door.order(caller)).status_code == 202


async def test_lists_page_from_the_newest_to_the_oldest(
    world: ReadTables, door: ReportDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = door.token(world, world.owner)
    ordered = [(await door.order(caller)).json()["id"] for _ in range(5)]
    found: list[str] = []
    cursors: list[str | None] = []
    for _ in range(3):
        after = {"cursor": cursors[-1]} if cursors else {}
        page = (await door.get("", caller, params={"limit": 2, **after})).json()
        found += [item["id"] for item in page["items"]]
        cursors.append(page["next_cursor"])
    assert cursors[-1] is None
    assert found == ordered[::-1]
    for bad in ("x", "AAAA", "é", "A" * 600):
        answer = await door.get("", caller, params={"cursor": bad})
        refused = answer.json()
        assert answer.status_code == 400
        assert (refused["type"], refused["parameter"]) == ("bad-cursor", "cursor")
    read: list[str | None] = []
    monkeypatch.setattr("report_worker.entrypoints.http.routes.read_cursor", read.append)
    for length in (MAX_CURSOR + 1, MAX_CURSOR):
        await door.get("", caller, params={"cursor": "A" * length})
    assert read == ["A" * MAX_CURSOR], "what is too long is not even read"
    for parameter in ("limit=0", "limit=201", "sort=id", "limit=1&limit=2", "as_of=3"):
        answer = await door.get(f"?{parameter}", caller)
        assert (answer.status_code, answer.json()["type"]) == (400, "bad-filter"), parameter


async def test_reads_wait_for_a_position_and_refuse_one_beyond_the_head(
    world: ReadTables, door: ReportDoor
) -> None:
    caller = door.token(world, world.owner)
    beyond = await door.get("", caller, params={"min_position": world.position + 1})
    assert (beyond.status_code, beyond.json()["type"]) == (400, "bad-position")
    world.connection.execute(
        "update log.organizations set head = head + 1 where org = %s", [world.org]
    )
    waiting = asyncio.create_task(door.get("", caller, params={"min_position": world.position + 1}))
    await asyncio.sleep(0)
    world.advance()
    answer = await waiting
    assert (answer.status_code, answer.json()["position"]) == (200, world.position)


async def test_an_organization_that_is_not_applied_yet_is_asked_to_wait(
    world: ReadTables, door: ReportDoor
) -> None:
    world.connection.execute("delete from read.applied where org = %s", [world.org])
    answer = await door.order(door.token(world, world.owner))
    assert (answer.status_code, answer.json()["type"]) == (503, "read-model-behind")
    assert "Retry-After" in answer.headers


async def test_the_door_says_that_it_is_ready(door: ReportDoor) -> None:
    answer = await door._client.get("/readyz")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - not a route of reports
    assert answer.json()["checks"] == {
        "service": "ok", "reports": "ok", "read": "ok", "log": "ok",
    }  # fmt: skip
