"""Erasing somebody empties the views that name the person, in the same moment."""

from typing import Any

import pytest

from support.real_command_door import Person, RealDoor

PATH = "/v1/views"
CONTACT = {"name": "Đỗ Thị Qwertz", "email": "do.qwertz@xyz.example", "phone": "+84 90 123 45 67"}


async def view(person: Person, name: str, q: str | None = None, *, shared: bool = False) -> str:
    query: dict[str, Any] = {"type": "won"} if q is None else {"q": q, "type": "won"}
    body = {"name": name, "kind": "list", "query": query, "shared": shared}
    return await person.make(PATH, body)


async def shown(person: Person, one: str) -> tuple[str | None, list[str] | None]:
    found = await person.do("GET", f"{PATH}/{one}")
    assert found["query"]["type"] == ["won"]
    return found["name"], found["query"].get("q")


async def add_contact(admin: Person) -> str:
    customer = await admin.make("/v1/customers", {"name": "An Phát"})
    path = f"/v1/customers/{customer}/contacts"
    return f"{path}/{await admin.make(path, CONTACT)}"


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("Gặp đỗ thị QWERTZ", None),
        ("Qwertz (Do Thi)", None),
        ("x", "qwer"),
        ("x", "do qwertz"),
        ("x", "DO.QWERTZ@xyz.example"),
        ("gọi 0084901234567", None),
        ("gọi (84) 90.123.4567", None),
    ],
)
async def test_a_view_that_names_the_person_loses_name_and_words(
    door: RealDoor, name: str, q: str | None
) -> None:
    rep = await door.person("rep")
    one = await view(rep, name, q)
    contact = await add_contact(door.admin)
    await door.admin.do("DELETE", contact)
    assert await shown(rep, one) == (None, None)
    found = await rep.send("GET", f"{PATH}/{one}")
    assert found.headers["etag"] == '"2"'
    await rep.do("PATCH", f"{PATH}/{one}", {"name": "Mới", "query": {"q": "y", "type": "won"}})
    assert await shown(rep, one) == ("Mới", ["y"])


@pytest.mark.parametrize(("name", "q"), [("Đỗ", "an"), ("Của tôi", "phát"), ("2026", None)])
async def test_other_views_stay(door: RealDoor, name: str, q: str | None) -> None:
    one = await view(door.admin, name, q, shared=True)
    contact = await add_contact(door.admin)
    await door.admin.do("DELETE", contact)
    assert await shown(door.admin, one) == (name, None if q is None else [q])


async def test_a_former_name_counts_too(door: RealDoor) -> None:
    admin = door.admin
    contact = await add_contact(admin)
    await admin.do("PATCH", contact, {"name": "Hoa"})
    one = await view(admin, "Đỗ Thị Qwertz")
    await admin.do("DELETE", contact)
    assert await shown(admin, one) == (None, None)


async def test_a_refused_erasure_empties_nothing_and_what_is_typed_anew_stays(
    door: RealDoor,
) -> None:
    admin = door.admin
    contact = await add_contact(admin)
    one = await view(admin, "Đỗ Thị Qwertz")
    problem = await admin.refused("DELETE", contact, If_Match='"99"')
    assert problem["type"] == "version-conflict"
    assert (await shown(admin, one))[0] == "Đỗ Thị Qwertz"
    await admin.do("PATCH", f"{PATH}/{one}", {"name": "Khác"})
    await admin.do("DELETE", contact)
    assert (await shown(admin, one))[0] == "Khác"


async def test_erasing_a_natural_person_reaches_views(door: RealDoor) -> None:
    admin = door.admin
    one = await view(admin, "x", "zyxwvut", shared=True)
    customer = await admin.make("/v1/customers", {"name": "Zyxwvut Kjhgf", "person": True})
    await admin.do("DELETE", f"/v1/customers/{customer}")
    assert (await shown(admin, one)) == ("x", ["zyxwvut"])  # archived, not erased
    await admin.do("DELETE", f"/v1/customers/{customer}?erase=true")
    assert await shown(admin, one) == (None, None)


async def test_an_erased_users_private_views_go_and_the_shared_ones_stay(door: RealDoor) -> None:
    admin, manager = door.admin, await door.person("manager", "Plmokn Ijbuhv")
    private, shared = await view(manager, "a"), await view(manager, "b", shared=True)
    naming = await view(admin, "Việc của Plmokn Ijbuhv")
    pool = door.office.pool
    for body in ({"active": False}, None):
        method = "DELETE" if body is None else "PATCH"
        await admin.do(method, f"/v1/users/{manager.user}", body)
        rows = await pool.fetch(
            "select id from log.views_page($1, null, null, 10)", door.office.org
        )
        assert (private in {str(row["id"]) for row in rows}) is (body is not None)
    assert (await shown(admin, shared))[0] == "b"
    assert await shown(admin, naming) == (None, None)
