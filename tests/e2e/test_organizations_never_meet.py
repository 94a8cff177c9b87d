"""Two organizations on one log: asked with the other's ids, nothing is shown or done."""

import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from support.deadlines import eventually
from support.running_product import Product, wait_for

_PARAMETER: Final = re.compile(r"{(\w+)}")
_PUBLIC: Final = frozenset({"/livez", "/readyz", "/version", "/openapi.json", "/docs"})
_FOREIGN_NAME: Final = "Bí mật của bên kia"


class Tenant:
    """An organization with one of everything, made over HTTP."""

    def __init__(self, product: Product, name: str) -> None:
        self.org = product.run("org", "create", name, "--currency", "USD").strip()
        self.client = product.caller(self.org, "Lan")
        self.ids: dict[str, str] = {}
        self._fill(name)

    def _fill(self, name: str) -> None:
        post = self.client.post
        team = wait_for(self.client, post("/v1/teams", json={"name": name}))
        user = wait_for(self.client, post("/v1/users", json={"name": name, "role": "rep"}))
        board = wait_for(self.client, post("/v1/boards", json={"name": name}))
        customer = wait_for(self.client, post("/v1/customers", json={"name": name}))
        customers = f"/v1/customers/{customer['id']}"
        contact = wait_for(self.client, post(f"{customers}/contacts", json={"name": name}))
        deal = wait_for(
            self.client,
            post(
                "/v1/opportunities",
                json={
                    "title": name,
                    "customer_id": customer["id"],
                    "value": {"amount_minor": 777_001},
                    "note": name,
                },
            ),
        )
        report = post("/v1/reports", json={"kind": "opportunities", "format": "csv"}).json()
        boards = self.client.get(f"/v1/boards/{board['id']}").json()
        files = {"file": ("d.csv", b"Id,Title,Status\n1,x,Won\n", "text/csv")}
        options = f'{{"board_id": "{board["id"]}", "currency": "USD", "dry_run": true}}'
        job = post("/v1/imports", files=files, data={"options": options})
        assert job.status_code == httpx.codes.ACCEPTED, job.text
        kept = {"name": name, "kind": "list", "query": {"q": name}, "shared": True}
        view = wait_for(self.client, post("/v1/views", json=kept))
        self.ids = {
            "view": view["id"],
            "team": team["id"],
            "user": user["id"],
            "board": board["id"],
            "status": boards["statuses"][0]["id"],
            "customer": customer["id"],
            "contact": contact["id"],
            "opportunity": deal["id"],
            "report": report["id"],
            "job": job.json()["job_id"],
        }
        path = f"/v1/reports/{report['id']}"
        eventually(lambda: self.client.get(path).json()["state"] == "done", "the report")


@pytest.fixture(scope="module")
def tenants(product: Product) -> Iterator[tuple[Tenant, Tenant]]:
    ours, theirs = Tenant(product, "Bên này"), Tenant(product, _FOREIGN_NAME)
    yield ours, theirs
    for tenant in (ours, theirs):
        tenant.client.close()


def _routes(client: httpx.Client) -> list[tuple[str, str, dict[str, Any]]]:
    document = client.get("/openapi.json").json()
    return [
        (method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def test_every_route_answers_404_to_the_others_ids(tenants: tuple[Tenant, Tenant]) -> None:
    ours, theirs = tenants
    asked = 0
    for method, path, operation in _routes(ours.client):
        names = _PARAMETER.findall(path)
        if not names or path.startswith("/v1/lanes"):
            continue
        url = _PARAMETER.sub(lambda found: theirs.ids[found[1]], path)
        body = _example_body(operation)
        answer = ours.client.request(method, url, json=body)
        assert answer.status_code == httpx.codes.NOT_FOUND, f"{method} {path}: {answer.text}"
        assert answer.json()["type"] == "not-found"
        assert _FOREIGN_NAME not in answer.text
        asked += 1
    assert asked > 25


def _example_body(operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = content.get("examples")
    if examples:
        return next(iter(examples.values()))["value"]
    return content.get("example", {} if content else None)


def test_the_others_ids_in_a_body_are_unknown_in_the_same_words_as_made_up_ones(
    tenants: tuple[Tenant, Tenant],
) -> None:
    ours, theirs = tenants
    made_up = "01980f3a-6f0e-7cc3-98c4-dc0c0c07ffff"
    for field in ("customer_id", "board_id", "owner_id", "status_id"):
        kind = {"owner_id": "user"}.get(field, field.removesuffix("_id"))
        answers: list[httpx.Response] = []
        for wanted in (theirs.ids[kind], made_up):
            body = {"title": "x", "customer_id": ours.ids["customer"], field: wanted}
            answers.append(ours.client.post("/v1/opportunities", json=body))
        assert [answer.status_code for answer in answers] == [422, 422], answers[0].text
        assert answers[0].text == answers[1].text


def test_the_others_ids_in_a_bulk_are_refused_one_by_one(tenants: tuple[Tenant, Tenant]) -> None:
    ours, theirs = tenants
    body = {"command": "win", "ids": [theirs.ids["opportunity"]]}
    answer = ours.client.post("/v1/opportunities/bulk", json=body).json()
    assert (answer["done"], answer["refused"]) == (0, 1)
    assert answer["results"][0]["problem"]["type"] in {"not-found", "invalid"}


def test_lists_totals_events_jobs_and_files_never_show_the_others(
    tenants: tuple[Tenant, Tenant],
) -> None:
    ours, theirs = tenants
    for method, path, _ in _routes(ours.client):
        if method != "GET" or path in _PUBLIC or path.startswith("/v1/lanes"):
            continue
        if path == "/v1/events/stream":
            continue  # has no end; tests/integration/streams asks it
        url = _PARAMETER.sub(lambda found: ours.ids[found[1]], path)
        answer = ours.client.get(url)
        if answer.status_code == int(httpx.codes.CONFLICT):
            continue  # refused rows of a job that has none yet
        assert answer.is_success, f"{path}: {answer.text}"
        assert _FOREIGN_NAME not in answer.text, path
        assert not any(foreign in answer.text for foreign in theirs.ids.values()), path


def test_filters_by_the_others_ids_find_nothing(tenants: tuple[Tenant, Tenant]) -> None:
    ours, theirs = tenants
    for name, kind in (("board", "board"), ("owner", "user"), ("customer", "customer")):
        answer = ours.client.get("/v1/opportunities", params={name: theirs.ids[kind]})
        made_up = "01980f3a-6f0e-7cc3-98c4-dc0c0c07ffff"
        unknown = ours.client.get("/v1/opportunities", params={name: made_up})
        assert answer.status_code == unknown.status_code
        if answer.is_success:
            assert answer.json()["items"] == []


def test_each_organizations_positions_are_dense(tenants: tuple[Tenant, Tenant]) -> None:
    for tenant in tenants:
        items = tenant.client.get("/v1/events", params={"limit": 1000}).json()["items"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        assert {item["org"] for item in items} == {tenant.org}
