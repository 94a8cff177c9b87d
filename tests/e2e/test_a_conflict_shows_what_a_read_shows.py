"""Whoever meets a conflict sees the resource exactly as its single read shows it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from support.running_product import Product, wait_for


@pytest.fixture(scope="module")
def deal(product: Product) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """Make a deal with everything on it, in an organization of its own, and change it twice."""
    org = product.run("org", "create", "Xung đột", "--currency", "USD").strip()
    client = product.caller(org, "Lan")
    board = wait_for(client, client.post("/v1/boards", json={"name": "Bán hàng"}))["id"]
    customer = wait_for(client, client.post("/v1/customers", json={"name": "An Phát"}))["id"]
    contacts = f"/v1/customers/{customer}/contacts"
    contact = wait_for(
        client, client.post(contacts, json={"name": "Hoa", "email": "hoa@example.com"})
    )["id"]
    body = {
        "title": "Máy in",
        "customer_id": customer,
        "contact_ids": [contact],
        "note": "Gọi lại",
        "value": {"amount_minor": 1_250_075, "currency": "USD"},
        "period": "monthly",
        "confidence": 33,
        "expected_close_date": "2020-01-31",
        "external_ref": "CRM-1",
    }
    opportunity = wait_for(client, client.post("/v1/opportunities", json=body))["id"]
    path = f"/v1/opportunities/{opportunity}"
    wait_for(client, client.patch(path, json={"title": "Máy in A3", "note": "Gọi chiều nay"}))
    yield client, {"board": board, "customer": customer, "opportunity": opportunity}
    client.close()


@pytest.mark.parametrize("state", ["active", "lost", "active again"])
def test_an_opportunity(deal: tuple[httpx.Client, dict[str, str]], state: str) -> None:
    client, ids = deal
    path = f"/v1/opportunities/{ids['opportunity']}"
    if state == "lost":
        wait_for(client, client.post(f"{path}/lose", json={"reason": "Giá"}))
    if state == "active again":
        wait_for(client, client.post(f"{path}/reopen"))
    refused = _refused(client, path, {"title": "Khác"})
    assert refused["current"] == client.get(path).json()
    history = client.get(f"{path}/history").json()["items"]
    assert refused["events_since"] == [item for item in history if item["version"] > 1]


def test_a_customer_with_its_contacts(deal: tuple[httpx.Client, dict[str, str]]) -> None:
    client, ids = deal
    path = f"/v1/customers/{ids['customer']}"
    wait_for(client, client.patch(path, json={"name": "An Phát Mới"}))
    refused = _refused(client, path, {"name": "Khác"})
    read = client.get(path).json()
    del read["opportunities"]
    assert refused["current"] == read
    assert refused["events_since"][0]["text"] == "Lan sửa khách hàng"


def test_a_board_with_its_statuses(deal: tuple[httpx.Client, dict[str, str]]) -> None:
    client, ids = deal
    path = f"/v1/boards/{ids['board']}"
    wait_for(client, client.patch(path, json={"name": "Doanh nghiệp"}))
    refused = _refused(client, path, {"name": "Khác"})
    assert refused["current"] == client.get(path).json()


def test_the_organization(deal: tuple[httpx.Client, dict[str, str]]) -> None:
    client, _ = deal
    wait_for(client, client.patch("/v1/organization", json={"name": "Xung đột Mới"}))
    refused = _refused(client, "/v1/organization", {"name": "Khác"})
    read = client.get("/v1/organization").json()
    assert {key: refused["current"][key] for key in read} == read


def _refused(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.patch(path, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == httpx.codes.PRECONDITION_FAILED, answer.text
    refused: dict[str, Any] = answer.json()
    return refused
