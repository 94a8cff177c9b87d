"""Two processes of command-api over one log, raced as one is: the same answers hold."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest

from support.deadlines import eventually
from support.running_product import Product

RACERS = 64


@pytest.fixture(scope="module")
def second(product: Product) -> Iterator[str]:
    """Start a second web process beside the product's own; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    record, data_dir = product.process.record, product.data_dir
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cohoi.entrypoints.web"],
        env={
            "PATH": os.defpath,
            "COHOI_PORT": str(port),
            "COHOI_LOG_DSN": record["dsn"],
            "COHOI_READ_DSN": record["dsn"],
            "COHOI_REPORTS_DSN": record["dsn"],
            "COHOI_REDIS_URL": record["redis_url"],
            "COHOI_MASTER_KEY_FILE": str(data_dir / "master.key"),
            "COHOI_JWKS": str(next(data_dir.glob("*jwks*.json"))),
            "COHOI_REPORTS_DIR": str(data_dir / "reports"),
        },
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _ready(address), "the second process")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == int(httpx.codes.OK)
    except httpx.TransportError:
        return False


@pytest.fixture
async def both(product: Product, second: str) -> AsyncGenerator[list[httpx.AsyncClient]]:
    """Call both processes as an admin of a new organization."""
    org = product.run("org", "create", "Hai tiến trình").strip()
    token = product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    headers = {"Authorization": f"Bearer {token}"}
    clients = [
        httpx.AsyncClient(base_url=address, headers=headers, timeout=60)
        for address in (product.address, second)
    ]
    yield clients
    for client in clients:
        await client.aclose()


async def _made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> str:
    answer = await client.post(path, json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def test_racers_over_both_processes_are_answered_as_over_one(
    product: Product, both: list[httpx.AsyncClient]
) -> None:
    one = both[0]
    board = await _made(one, "/v1/boards", {"name": "Bán hàng"})
    statuses = f"/v1/boards/{board}/statuses"
    target = await _made(one, statuses, {"name": "Đích", "type": "active"})
    refuge = await _made(one, statuses, {"name": "Thay", "type": "active"})
    customer = await _made(one, "/v1/customers", {"name": "An Phát"})
    body = {"title": "Máy in", "customer_id": customer, "board_id": board}
    deals = [await _made(one, "/v1/opportunities", body) for _ in range(24)]
    deal = f"/v1/opportunities/{deals[0]}"

    edits = await asyncio.gather(
        *(
            both[n % 2].patch(deal, json={"title": f"T{n}"}, headers={"If-Match": '"1"'})
            for n in range(RACERS)
        )
    )
    assert Counter(e.status_code for e in edits) == {200: 1, 412: RACERS - 1}
    free = await asyncio.gather(
        *(both[n % 2].patch(deal, json={"title": f"U{n}"}) for n in range(RACERS))
    )
    assert {e.status_code for e in free} == {200}
    assert sorted(e.json()["version"] for e in free) == list(range(3, RACERS + 3))

    named = {"name": "Một lần", "type": "active"}
    names = await asyncio.gather(*(both[n % 2].post(statuses, json=named) for n in range(20)))
    assert Counter(e.status_code for e in names) == {201: 1, 409: 19}

    gone, *moves = await asyncio.gather(
        both[1].delete(f"{statuses}/{target}", params={"replacement": refuge}),
        *(
            both[n % 2].post(f"/v1/opportunities/{d}/move", json={"status_id": target})
            for n, d in enumerate(deals)
        ),
    )
    assert gone.status_code == int(httpx.codes.OK)
    assert {m.status_code for m in moves} <= {200, 409}
    refused = [m.json()["type"] for m in moves if m.status_code == int(httpx.codes.CONFLICT)]
    assert set(refused) <= {"status-gone"}
    assert gone.json()["moved"] == len(deals) - len(refused)

    keyed: dict[str, Any] = {"json": body, "headers": {"Idempotency-Key": "once"}}
    same = await asyncio.gather(
        *(both[n % 2].post("/v1/opportunities", **keyed) for n in range(100))
    )
    assert len({(e.status_code, e.content) for e in same}) == 1
    assert json.loads(product.run("verify", "--json"))["differences"] == 0
