"""The role table at the door: what each role is let through to, and what it is told."""

import itertools
from typing import Any

import pytest

from command_api.entrypoints.http.app import openapi_document
from support.command_door import PART, THING, CommandDoor

BOARDS = f"/v1/boards/{THING}"
OPPORTUNITY = f"/v1/opportunities/{THING}"
CREATE = {"title": "A", "customer_id": str(THING)}
EVERYBODY = {"rep", "manager", "admin", "service"}
MANAGERS = {"manager", "admin", "service"}
ROUTES: list[tuple[str, str, Any, set[str]]] = [
    ("POST", "/v1/boards", {"name": "A"}, {"admin"}),
    ("PATCH", BOARDS, {}, {"admin"}),
    ("DELETE", BOARDS, None, {"admin"}),
    ("POST", f"{BOARDS}/statuses", {"name": "A", "type": "won"}, {"admin"}),
    ("PATCH", f"{BOARDS}/statuses/{PART}", {}, {"admin"}),
    ("PUT", f"{BOARDS}/statuses/order", {"status_ids": []}, {"admin"}),
    ("DELETE", f"{BOARDS}/statuses/{PART}", None, {"admin"}),
    ("POST", "/v1/customers", {"name": "A"}, EVERYBODY),
    ("PATCH", f"/v1/customers/{THING}", {}, EVERYBODY),
    ("DELETE", f"/v1/customers/{THING}", None, EVERYBODY),
    ("DELETE", f"/v1/customers/{THING}?erase=true", None, {"admin"}),
    ("POST", f"/v1/customers/{THING}/contacts", {"name": "A"}, EVERYBODY),
    ("PATCH", f"/v1/customers/{THING}/contacts/{PART}", {}, EVERYBODY),
    ("DELETE", f"/v1/customers/{THING}/contacts/{PART}", None, {"admin"}),
    ("POST", "/v1/opportunities", CREATE, EVERYBODY),
    ("PATCH", OPPORTUNITY, {}, EVERYBODY),
    ("POST", f"{OPPORTUNITY}/move", {"status_id": str(PART)}, EVERYBODY),
    ("POST", f"{OPPORTUNITY}/win", None, EVERYBODY),
    ("POST", f"{OPPORTUNITY}/lose", None, EVERYBODY),
    ("POST", f"{OPPORTUNITY}/reopen", None, EVERYBODY),
    ("DELETE", OPPORTUNITY, None, EVERYBODY),
    ("POST", f"{OPPORTUNITY}/restore", None, EVERYBODY),
    ("POST", "/v1/opportunities/bulk", {"command": "win", "ids": [str(THING)]}, MANAGERS),
    ("POST", "/v1/users", {"name": "A", "role": "rep"}, {"admin"}),
    ("PATCH", f"/v1/users/{THING}", {}, {"admin"}),
    ("DELETE", f"/v1/users/{THING}", None, {"admin"}),
    ("POST", "/v1/teams", {"name": "A"}, {"admin"}),
    ("PATCH", f"/v1/teams/{THING}", {}, {"admin"}),
    ("PATCH", "/v1/organization", {}, {"admin"}),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "allowed"), ROUTES, ids=[f"{r[0]} {r[1]}" for r in ROUTES]
)
async def test_a_role_goes_where_the_table_lets_it(
    door: CommandDoor, method: str, path: str, body: Any, allowed: set[str]
) -> None:
    for role in ("rep", "manager", "admin", "auditor", "service"):
        response = await door.send(method, path, body, role=role)
        if role in allowed:
            assert response.is_success, (role, response.text)
        else:
            assert response.status_code == 403, role
            assert response.json()["type"] == "forbidden"
    assert len(door.submitter.submissions) == len(allowed)


async def test_a_refused_role_is_told_which_one_it_takes(door: CommandDoor) -> None:
    bulk = {"command": "win", "ids": [str(THING)]}
    asked = {
        ("auditor", "/v1/customers"): "representative",
        ("rep", "/v1/opportunities/bulk"): "manager role",
        ("manager", "/v1/boards"): "admin role",
    }
    for (role, path), words in asked.items():
        body = bulk if path.endswith("bulk") else {"name": "A"}
        english = await door.send("POST", path, body, role=role)
        assert words in english.json()["detail"]
        vietnamese = await door.send(
            "POST", path, body, role=role, headers={"Accept-Language": "vi"}
        )
        assert "nhờ" in vietnamese.json()["detail"]


def test_the_table_names_every_route_of_the_door() -> None:
    documented = {
        (method.upper(), path)
        for path, operations in openapi_document()["paths"].items()
        for method in operations
        if not path.startswith(("/v1/imports", "/v1/jobs", "/v1/views"))
    }
    words = {str(THING): "{}", str(PART): "{}"}
    tried = {(method, _shape(path.partition("?")[0], words)) for method, path, _, _ in ROUTES}
    assert tried == {(method, _shape(path, {})) for method, path in documented}


def _shape(path: str, ids: dict[str, str]) -> str:
    steps = path.split("/")
    return "/".join(
        itertools.chain(("{}" if step in ids or step.startswith("{") else step) for step in steps)
    )
