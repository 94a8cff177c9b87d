"""The running product tells the numbers of all its processes, and its logs tell of nobody."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cohoi.application.services import SERVICES
from support.deadlines import eventually
from support.numbers import Numbers
from support.product_process import REAL, ProductProcess
from support.running_product import Product, wait_for

_BOUNDED: Final = {
    *("process", "route", "method", "status", "slug", "lane", "kind", "state", "queue", "format"),
    *("outcome", "reason", "source", "pool", "le", "listener", "database"),
}


def numbers_of(product: Product) -> Numbers:
    answer = httpx.get(f"{product.address}/metrics", timeout=30)
    assert answer.status_code == 200
    return Numbers(answer.text)


def test_every_process_is_heard_through_the_one_door(product: Product, admin: httpx.Client) -> None:
    wait_for(admin, admin.post("/v1/customers", json={"name": "Số liệu"}))
    neighbours = {service.name for service in SERVICES if service.name != "web"}

    def all_up() -> bool:
        numbers = numbers_of(product)
        return all(numbers.of("cohoi_process_up", process=name) == 1 for name in neighbours)

    eventually(all_up, "every process tells its numbers", within_s=120)
    numbers = numbers_of(product)
    for name in ("web", *neighbours):
        assert numbers.of("process_resident_memory_bytes", process=name) > 0
        assert numbers.of("process_open_fds", process=name) > 0
    assert numbers.of("cohoi_commit_group_commands_count", process="web") > 0
    assert numbers.of("cohoi_projector_batch_facts_count", process="projector") > 0
    assert numbers.of("cohoi_lane_head", lane="0") > 0
    assert numbers["cohoi_readings_failed"] == 0
    assert numbers["cohoi_lane_stopped"] == 0


def test_labels_are_bounded_and_name_nobody(product: Product, admin: httpx.Client) -> None:
    org = admin.get("/v1/me").json()["organization"]["id"]
    text = numbers_of(product).text
    assert org not in text
    for name, labels, _ in Numbers(text).samples():
        assert labels.keys() <= _BOUNDED | {"generation"}, name
        assert all(len(value) < 80 for value in labels.values()), name
        assert "@" not in json.dumps(labels)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cohoi-quiet-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


def test_what_people_typed_stands_in_no_log(data_dir: Path) -> None:
    """Every line of every process, at the level of every request, is looked through."""
    words = {
        "customer": "Bạch Tuyết Nương Tử",
        "email": "bach.tuyet@rieng-tu.example",
        "phone": "+84 987 111 222",
        "title": "Thương vụ kín của Bạch",
        "note": "ghi chú riêng về bệnh tình",
        "reason": "vì lý do gia đình",
        "q": "tuyết-tìm-kiếm",
    }
    environment = {
        "COHOI_DATA_DIR": str(data_dir),
        "COHOI_PORT": "0",
        "COHOI_DEMO": "0",
        "COHOI_LOG_LEVEL": "DEBUG",
    }
    with ProductProcess(REAL, data_dir, environment=environment) as process:
        process.wait_until_ready()
        product = Product(process, data_dir)
        product.run("org", "create", "Kín")
        with product.caller("Kín", words["customer"]) as client:
            say_everything(client, words)
        logs = "".join(path.read_text("utf-8") for path in (data_dir / "logs").glob("*.log"))
        logs += process.said
        process.process.terminate()
        process.ended()
    for name, word in words.items():
        assert word not in logs, name
        assert json.dumps(word)[1:-1] not in logs, name
    assert_lines_carry_their_request(logs)


def say_everything(client: httpx.Client, words: dict[str, str]) -> None:
    """Type the words wherever there is a place for them, in good requests and in bad ones."""
    trace = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    made = wait_for(client, client.post("/v1/customers", json={"name": words["customer"]}))
    contact = {"name": words["customer"], "email": words["email"], "phone": words["phone"]}
    client.post(f"/v1/customers/{made['id']}/contacts", json=contact)
    client.post("/v1/boards", json={"name": "Bảng"})
    deal = {"title": words["title"], "customer_id": made["id"], "note": words["note"]}
    created = client.post(
        "/v1/opportunities", json=deal, headers={"X-Request-Id": "quiet-1", **trace}
    )
    assert created.status_code == 201, created.text
    assert created.headers["X-Request-Id"] == "quiet-1"
    deal_id = created.json()["id"]
    client.post(f"/v1/opportunities/{deal_id}/lose", json={"reason": words["reason"]})
    client.get("/v1/opportunities", params={"q": words["q"]})
    client.get("/v1/opportunities", params={words["q"]: words["q"]})
    client.get(f"/v1/opportunities/{words['q']}")
    client.get(f"/v1/{words['email']}")
    client.post("/v1/opportunities", json={**deal, words["note"]: words["note"]})
    client.post("/v1/opportunities", content=f'{{"title": "{words["title"]}'.encode())
    client.post("/v1/customers", json={"name": words["customer"] * 20})
    client.get("/v1/me", headers={"Authorization": f"Bearer {words['email']}"})


def assert_lines_carry_their_request(logs: str) -> None:
    """Demand that a request's line has its id, trace, caller, route, status and duration."""
    lines: list[dict[str, Any]] = [
        json.loads(line[line.index("{") :]) for line in logs.splitlines() if '"quiet-1"' in line
    ]
    [request] = [line for line in lines if line.get("event") == "request"]
    assert request["route"] == "/v1/opportunities"
    assert request["status"] == 201
    assert request["trace"] == "0af7651916cd43dd8448eb211c80319c"
    assert {"org", "actor", "ms", "time", "service", "request_id"} <= request.keys()
