"""A status full of opportunities is deleted beside sixteen clients: nobody waits, none is lost.

`make storm` does it with 100,000, and prints how it went; `make test` with a few.
"""

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from support.running_product import Product
from support.steady_load import SteadyLoad, Taken

CLIENTS: Final = 16
_PAGE: Final = 1_000


@pytest.mark.parametrize(
    ("deals", "every_s", "before_s", "deaths"),
    [
        pytest.param(1_200, 1.0, 1, (0.0,), id="short", marks=pytest.mark.timeout(300)),
        pytest.param(
            100_000,
            0.5,
            20,
            (0.2, 0.5, 0.8),
            id="long",
            marks=[pytest.mark.storm, pytest.mark.timeout(3_600)],
        ),
    ],
)
async def test_a_large_deletion_moves_each_once_while_others_work(
    product: Product,
    tmp_path: Path,
    deals: int,
    every_s: float,
    before_s: float,
    deaths: tuple[float, ...],
) -> None:
    org = product.run("org", "create", f"Kho {deals}").strip()
    async with _caller(product, org) as client:
        await asyncio.to_thread(_import, product, org, tmp_path, deals)
        ground = await _prepare(client, every_s)
        full, empty = ground.pop("full"), ground.pop("empty")
        load = SteadyLoad(client, **ground)
        runs = _JobsProcess(product)
        async with load.running(CLIENTS):
            await asyncio.sleep(before_s)
            alone = load.fresh()
            undisturbed = await _delete(client, load.board, full, empty, runs)
            beside = load.fresh()
            back = await _status(client, load.board)
            killed = await _delete(client, load.board, empty, back, runs, deaths)
        _tell(deals, alone, beside, undisturbed, killed, runs)
        for job in (undisturbed, killed):
            await _demand_whole(client, job)
    assert runs.deaths == len(deaths)
    answers = alone.answers + beside.answers + load.taken.answers
    assert [kind for kind in answers if kind.startswith("5")] == []
    assert undisturbed["done"] + len(load.deals) >= deals
    assert json.loads(product.run("verify", "--json", within_s=600))["differences"] == 0


def _import(product: Product, org: str, folder: Path, deals: int) -> None:
    file = folder / "deals.csv"
    lines = (f"D{n},Deal {n},Khách {n % 50},Kho,{n}\n" for n in range(deals))
    file.write_text("deal id,deal name,account,stage,amount\n" + "".join(lines), encoding="utf-8")
    product.run("import", str(file), "--org", org, "--board", "Sales", "--currency", "USD",
                within_s=1_800)  # fmt: skip


async def _prepare(client: httpx.AsyncClient, every_s: float) -> dict[str, Any]:
    [board] = (await client.get("/v1/boards")).json()["items"]
    full = next(status["id"] for status in board["statuses"] if status["name"] == "Kho")
    path = f"/v1/boards/{board['id']}/statuses"
    empty, first, second = [
        (await client.post(path, json={"name": name, "type": "active"})).json()["id"]
        for name in ("Đích", "Chờ", "Bàn")
    ]
    customers = (await client.get("/v1/customers")).json()["items"]
    listed = await client.get("/v1/opportunities", params={"status": full, "limit": 200})
    return {
        "full": full,
        "empty": empty,
        "board": board["id"],
        "customer": customers[0]["id"],
        "statuses": [first, second],
        "deals": [item["id"] for item in listed.json()["items"]],
        "every_s": every_s,
    }


async def _status(client: httpx.AsyncClient, board: str) -> str:
    body = {"name": "Kho mới", "type": "active"}
    return (await client.post(f"/v1/boards/{board}/statuses", json=body)).json()["id"]


async def _delete(
    client: httpx.AsyncClient,
    board: str,
    status: str,
    replacement: str,
    runs: "_JobsProcess",
    deaths: tuple[float, ...] = (),
) -> dict[str, Any]:
    """Delete a status and wait for the end of its job; kill who does it at these shares of it."""
    began = time.monotonic()
    path = f"/v1/boards/{board}/statuses/{status}"
    begun = await client.delete(path, params={"replacement": replacement})
    assert begun.status_code == httpx.codes.ACCEPTED, begun.text
    left = list(deaths)
    while True:
        answer = await client.get(f"/v1/jobs/{begun.json()['job_id']}")
        assert answer.is_success, answer.text
        job = answer.json()
        if job["state"] == "done":
            return {**job, "took_s": time.monotonic() - began}
        if left and job["progress"] >= left[0]:
            left.pop(0)
            await asyncio.to_thread(runs.kill)
        await asyncio.to_thread(runs.look)
        await asyncio.sleep(0.1)


async def _demand_whole(client: httpx.AsyncClient, job: dict[str, Any]) -> None:
    """Every opportunity that the job moved has one fact of its own, the deletion is the last."""
    facts: list[dict[str, Any]] = []
    position = 0
    while True:
        page = (await client.get("/v1/events", params={"after": position, "limit": _PAGE})).json()
        facts += [f for f in page["items"] if f["causationid"] == job["causation_id"]]
        if page["position"] == position:
            break
        position = page["position"]
    begun, *moves, ended = facts
    assert begun["type"] == "status_deletion_started.v1"
    assert ended["type"] == "status_deleted.v1"
    assert ended["data"]["moved"] == len(moves) == job["done"] == job["result"]["moved"]
    assert {fact["type"] for fact in moves} == {"opportunity_moved.v1"}
    assert len({fact["subject"] for fact in moves}) == len(moves)


class _JobsProcess:
    """What the process that runs jobs holds, and the means to kill it."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self.megabytes: list[float] = []
        self.deaths = 0
        self._looked = 0.0

    def look(self) -> None:
        """Note once a second how much it holds."""
        if time.monotonic() - self._looked < 1:
            return
        self._looked = time.monotonic()
        for _, rss in self._found():
            self.megabytes.append(rss / 1024)

    def kill(self) -> None:
        """End it as a power cut would."""
        for pid, _ in self._found():
            os.kill(pid, signal.SIGKILL)
            self.deaths += 1

    def _found(self) -> list[tuple[int, int]]:
        listed = subprocess.run(
            ["ps", "-eo", "pid=,rss=,args="],  # noqa: S607 - wherever the system has it
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
        ours = self._product.process.descendants()
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return [
            (int(pid), int(rss))
            for pid, rss, args in rows
            if "command_api.entrypoints.jobs" in args and int(pid) in ours
        ]


def _tell(
    deals: int,
    alone: Taken,
    beside: Taken,
    undisturbed: dict[str, Any],
    killed: dict[str, Any],
    runs: _JobsProcess,
) -> None:
    """Print the figures: they are for people, and nothing is demanded of a loaded machine."""
    held = runs.megabytes or [0.0]
    grown = f"{min(held):.0f} to {max(held):.0f} MB"
    print(  # noqa: T201 - what it was run for
        f"\nP10: deletion of a status with {deals} opportunities, {CLIENTS} clients beside it\n"
        f"  without it: {alone}\n"
        f"  beside it:  {beside}\n"
        f"  p99 ratio {beside.p(0.99) / alone.p(0.99):.2f}; done in {undisturbed['took_s']:.1f} s; "
        f"jobs process {grown}\n"
        f"  again, killed {runs.deaths} times: done in {killed['took_s']:.1f} s"
    )


def _caller(product: Product, org: str) -> httpx.AsyncClient:
    token = product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    return httpx.AsyncClient(
        base_url=product.address,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        limits=httpx.Limits(max_connections=CLIENTS + 4),
    )
