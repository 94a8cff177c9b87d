"""The read models are made anew three times, and rolled back, while the whole product works."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Final

import httpx

from support.running_product import Product
from support.storm import prepare, storm

CLIENTS: Final = 6
COMMANDS: Final = 40
READERS: Final = 4


@dataclass
class Reading:
    """What readers met: how long each answer took, until they are told to stop."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: list[float] = field(default_factory=list[float])

    async def read(self, client: httpx.AsyncClient, paths: list[str]) -> None:
        """Read one path after the other: every answer is one, and none goes back in position."""
        last = 0
        while not self.over.is_set():
            for path in paths:
                began = time.monotonic()
                answer = await client.get(path)
                self.seconds.append(time.monotonic() - began)
                assert answer.status_code == httpx.codes.OK, answer.text
                position = int(answer.headers["Cohoi-Position"])
                assert position >= last
                last = position


async def test_no_read_fails_and_no_position_goes_back_over_rebuilds_and_a_rollback(
    product: Product,
) -> None:
    org = product.run("org", "create", "Dựng lại").strip()
    token = product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    async with httpx.AsyncClient(
        base_url=product.address, headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as client:
        ground = await prepare(client)
        reading = Reading()
        board = f"/v1/boards/{ground.boards[0]}"
        paths = ["/v1/opportunities", f"{board}/view", f"{board}/totals", "/v1/customers"]
        async with asyncio.TaskGroup() as tasks:
            for _ in range(READERS):
                tasks.create_task(reading.read(client, paths))
            storming = tasks.create_task(storm([ground], CLIENTS, COMMANDS))
            done = [await _rebuilt(product), await _rebuilt(product)]
            done.append(await _rebuilt(product, "--rollback"))
            done.append(await _rebuilt(product))
            await storming
            reading.over.set()
    assert [kind for kind in ground.answers if kind.startswith("5")] == [], ground.answers
    assert len({one["generation"] for one in done}) == len(done) - 1  # one was rolled back to
    assert len(reading.seconds) > len(done) * READERS
    assert json.loads(product.run("verify", "--json"))["differences"] == 0


async def _rebuilt(product: Product, *how: str) -> dict[str, float]:
    said = await asyncio.to_thread(product.run, "rebuild", "--json", *how)
    done: dict[str, float] = json.loads(said)
    return done
