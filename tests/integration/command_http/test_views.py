"""Saved and shared views through the real door: who sees them, who changes them, what they ask."""

import asyncio
from types import ModuleType
from typing import Any

import httpx
import pytest

from command_api.application.views import view as views
from command_api.entrypoints.http.routes import jobs as job_routes
from command_api.entrypoints.http.routes import views as view_routes
from service_runtime.http.id_cursors import MAX_CURSOR
from support.real_command_door import Person, RealDoor, anything

PATH = "/v1/views"
MINE: dict[str, Any] = {"owner": "me", "type": ["active", "active"], "closed_from": "last_month"}
VIEW: dict[str, Any] = {"name": "Của tôi", "kind": "list", "query": MINE}


async def shown(person: Person, view: str) -> dict[str, Any]:
    return await person.do("GET", f"{PATH}/{view}")


async def listed(person: Person, **query: Any) -> list[str]:
    found = await person.do("GET", f"{PATH}?{httpx.QueryParams(query)}")
    return [one["id"] for one in found["items"]]


async def test_a_view_is_kept_as_it_was_asked(door: RealDoor) -> None:
    rep = await door.person("rep")
    made = await rep.send("POST", PATH, VIEW)
    assert made.status_code == 201, made.text
    view = made.json()["id"]
    assert made.headers["location"] == f"{PATH}/{view}"
    assert made.headers["etag"] == '"1"'
    answer = await rep.send("GET", f"{PATH}/{view}")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cohoi-position"] == str(made.json()["position"])
    found = answer.json()
    created, updated = found.pop("created_at"), found.pop("updated_at")
    assert created == updated
    assert found == {
        "id": view,
        "version": 1,
        "name": "Của tôi",
        "kind": "list",
        "query": {"type": ["active"], "owner": ["me"], "closed_from": ["last_month"]},
        "shared": False,
        "owner": f"user/{rep.user}",
    }


async def test_keeping_views_records_no_fact(door: RealDoor) -> None:
    before = len(await door.facts())
    view = await door.admin.make(PATH, VIEW)
    await door.admin.do("PATCH", f"{PATH}/{view}", {"shared": True})
    await door.admin.do("DELETE", f"{PATH}/{view}")
    assert len(await door.facts()) == before


async def test_private_views_are_their_owners_alone(door: RealDoor) -> None:
    rep, manager = await door.person("rep"), await door.person("manager", "Lan")
    view = await rep.make(PATH, VIEW)
    for other in (manager, door.admin, await door.person("auditor"), await door.stranger()):
        for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
            problem = await other.refused(method, f"{PATH}/{view}", body)
            assert problem["type"] == "not-found"
        assert view not in await listed(other)
    assert await listed(rep) == [view]


async def test_shared_views_are_seen_by_all_and_changed_by_managers(door: RealDoor) -> None:
    rep, auditor = await door.person("rep"), await door.person("auditor")
    manager, other = await door.person("manager", "Lan"), await door.person("manager", "Mai")
    view = await manager.make(PATH, {**VIEW, "shared": True})
    for person in (rep, auditor, manager, other, door.admin):
        assert (await shown(person, view))["shared"] is True
        assert view in await listed(person)
    stranger = await door.stranger()
    assert await listed(stranger) == []
    assert (await stranger.refused("GET", f"{PATH}/{view}"))["type"] == "not-found"
    for person in (rep, auditor):
        for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
            assert (await person.refused(method, f"{PATH}/{view}", body))["type"] == "forbidden"
    await other.do("PATCH", f"{PATH}/{view}", {"name": "Của chung"})
    assert (await shown(rep, view))["name"] == "Của chung"
    await other.do("PATCH", f"{PATH}/{view}", {"shared": False})
    assert (await other.refused("GET", f"{PATH}/{view}"))["type"] == "not-found"
    assert (await shown(manager, view))["owner"] == f"user/{manager.user}"


async def test_a_rep_shares_nothing_and_an_auditor_keeps_nothing(door: RealDoor) -> None:
    rep, auditor = await door.person("rep"), await door.person("auditor")
    assert (await rep.refused("POST", PATH, {**VIEW, "shared": True}))["type"] == "forbidden"
    view = await rep.make(PATH, VIEW)
    problem = await rep.refused("PATCH", f"{PATH}/{view}", {"shared": True})
    assert problem["type"] == "forbidden"
    assert (await auditor.refused("POST", PATH, VIEW))["type"] == "forbidden"


@pytest.mark.parametrize(
    ("kind", "query", "where"),
    [
        ("list", {"owner": "nobody"}, "/query/owner"),
        ("list", {"created_from": "soon"}, "/query/created_from"),
        ("list", {"value_min": "5"}, "/query/value_min"),
        ("list", {"sort": "colour"}, "/query/sort"),
        ("list", {"sort": ["value", "title"]}, "/query/sort"),
        ("list", {"q": "x" * 301}, "/query/q"),
        ("list", {"q": ["a"] * 101}, "/query/q"),
        ("list", {"cards": "5"}, "/query/cards"),
        ("list", {"board": 7}, "/query/board"),
        ("list", {"cursor": "x"}, "/query/cursor"),
        ("board", {}, "/query/board"),
        ("board", {"board": [anything(), anything()]}, "/query/board"),
        ("board", {"board": anything(), "cards": "101"}, "/query/cards"),
        ("tree", {}, "/kind"),
    ],
)
async def test_a_question_that_makes_no_sense_says_where(
    door: RealDoor, kind: str, query: dict[str, Any], where: str
) -> None:
    body = {"name": "x", "kind": kind, "query": query}
    problem = await door.admin.refused("POST", PATH, body)
    assert problem["type"] == "invalid"
    assert [error["pointer"] for error in problem["errors"]] == [where]


async def test_a_view_of_what_is_gone_still_reads(door: RealDoor) -> None:
    board = anything()
    query = {"board": board.upper(), "status": anything(), "owner": anything(), "cards": "10"}
    view = await door.admin.make(PATH, {"name": "x", "kind": "board", "query": query})
    found = await shown(door.admin, view)
    assert found["query"]["board"] == [board]
    assert list(found["query"]) == ["board", "status", "owner", "cards"]


async def test_a_kind_is_changed_only_with_a_question_that_fits(door: RealDoor) -> None:
    view = await door.admin.make(PATH, VIEW)
    path = f"{PATH}/{view}"
    problem = await door.admin.refused("PATCH", path, {"kind": "board"})
    assert problem["errors"][0]["pointer"] == "/query/board"
    changes = {"kind": "board", "query": {"board": anything()}}
    assert (await door.admin.do("PATCH", path, changes))["version"] == 2


async def test_a_stale_version_is_refused_and_already_so_is_not(door: RealDoor) -> None:
    admin = door.admin
    view = await admin.make(PATH, VIEW)
    path = f"{PATH}/{view}"
    assert (await admin.do("PATCH", path, {"name": "B"}, If_Match='"1"'))["version"] == 2
    assert (await admin.do("PATCH", path, {"name": "B"}, If_Match='"1"'))["version"] == 2
    assert (await admin.do("PATCH", path, {}))["version"] == 2
    assert (await admin.do("PATCH", path, {"name": "C"}, If_Match="*"))["version"] == 3
    for method, body in (("PATCH", {"name": "D"}), ("DELETE", None)):
        for version in ('"2"', '"4"'):
            problem = await admin.refused(method, path, body, If_Match=version)
            assert problem["type"] == "version-conflict"
            assert problem["version"] == 3
            assert problem["current"]["name"] == "C"
    assert (await admin.send("DELETE", path, If_Match='"3"')).status_code == 200
    assert (await admin.refused("GET", path))["type"] == "not-found"


async def test_a_hundred_times_at_once_under_one_key_is_one_view(door: RealDoor) -> None:
    admin = door.admin
    sent = (admin.send("POST", PATH, VIEW, Idempotency_Key="k") for _ in range(50))
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await listed(admin)) == 1
    problem = await admin.refused("POST", PATH, {**VIEW, "name": "y"}, Idempotency_Key="k")
    assert problem["type"] == "idempotency-key-reused"


async def test_a_retried_deletion_gets_its_answer_though_the_view_is_gone(door: RealDoor) -> None:
    admin = door.admin
    view = await admin.make(PATH, VIEW)
    path = f"{PATH}/{view}"
    changed = await admin.send("PATCH", path, {"name": "B"}, Idempotency_Key="change")
    gone = await admin.send("DELETE", path, Idempotency_Key="k")
    again = await admin.send("DELETE", path, Idempotency_Key="k")
    assert (gone.status_code, again.status_code) == (200, 200)
    assert again.content == gone.content
    earlier = await admin.send("PATCH", path, {"name": "B"}, Idempotency_Key="change")
    assert earlier.content == changed.content
    assert (await admin.refused("DELETE", path))["type"] == "not-found"
    rep = await door.person("rep")
    assert (await rep.refused("DELETE", path, Idempotency_Key="k"))["type"] == "not-found"


async def test_racing_changes_all_count(door: RealDoor) -> None:
    admin = door.admin
    path = f"{PATH}/{await admin.make(PATH, VIEW)}"
    names = [f"Tên {number}" for number in range(8)]
    answers = await asyncio.gather(*(admin.do("PATCH", path, {"name": name}) for name in names))
    assert sorted(answer["version"] for answer in answers) == list(range(2, 10))
    last = max(range(8), key=lambda number: answers[number]["version"])
    assert (await admin.do("GET", path))["name"] == names[last]


async def test_pages_follow_each_other(door: RealDoor) -> None:
    rep = await door.person("rep")
    made = [await rep.make(PATH, {**VIEW, "name": f"{number}"}) for number in range(5)]
    found: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await rep.do("GET", f"{PATH}?{httpx.QueryParams(query)}")
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert found == made[::-1]
    assert cursor is None
    refused = await rep.refused("GET", f"{PATH}?cursor=x")
    assert (refused["type"], refused["parameter"]) == ("bad-cursor", "cursor")


@pytest.mark.parametrize("routes", [job_routes, view_routes])
async def test_a_cursor_that_is_too_long_is_not_even_read(
    door: RealDoor, monkeypatch: pytest.MonkeyPatch, routes: ModuleType
) -> None:
    read: list[str | None] = []
    monkeypatch.setattr(routes, "read_cursor", read.append)
    path = f"/v1/{routes.__name__.rpartition('.')[2]}?cursor="
    problem = await door.admin.refused("GET", path + "A" * (MAX_CURSOR + 1))
    assert problem["type"] == "bad-cursor"
    assert read == []
    await door.admin.do("GET", path + "A" * MAX_CURSOR)
    assert read == ["A" * MAX_CURSOR]


async def test_a_full_shelf_takes_no_more(door: RealDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("command_api.adapters.view_desk.MOST_OWN", 2)
    monkeypatch.setattr("command_api.adapters.view_desk.MOST_SHARED", 1)
    assert (views.MOST_OWN, views.MOST_SHARED) == (200, 500)
    admin = door.admin
    own = [await admin.make(PATH, VIEW) for _ in range(2)]
    problem = await admin.refused("POST", PATH, VIEW)
    assert problem["errors"][0]["code"] == "too-many"
    assert "200 private views" in problem["errors"][0]["detail"]
    await admin.make(PATH, {**VIEW, "shared": True})
    for send in (
        admin.refused("POST", PATH, {**VIEW, "shared": True}),
        admin.refused("PATCH", f"{PATH}/{own[0]}", {"shared": True}),
    ):
        assert "500 shared views" in (await send)["errors"][0]["detail"]
    await admin.do("PATCH", f"{PATH}/{own[0]}", {"name": "still changes"})


async def test_what_people_typed_stands_sealed(door: RealDoor) -> None:
    query = {"q": "Zyxwvut Qwertz"}
    body = {"name": "Hợp đồng Qwertz", "kind": "list", "query": query}
    view = await door.admin.make(PATH, body)
    row = await door.office.pool.fetchrow(
        "select v::text as text from log.view($1, $2) v", door.office.org, view
    )
    assert row is not None
    assert "wertz" not in row["text"]
    assert (await shown(door.admin, view))["query"] == {"q": ["Zyxwvut Qwertz"]}
