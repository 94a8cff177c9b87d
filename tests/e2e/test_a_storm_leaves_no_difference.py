"""Thirty-two clients over two organizations ask for everything at once; the log keeps all of it."""

import json
from typing import Any, Final

import httpx
import pytest

from support.running_product import Product
from support.storm import Ground, prepare, storm

CLIENTS: Final = 32


@pytest.mark.parametrize(
    "commands",
    [
        pytest.param(40, id="short"),
        pytest.param(500, id="long", marks=[pytest.mark.storm, pytest.mark.timeout(1_800)]),
    ],
)
async def test_after_a_storm_the_log_has_what_was_acknowledged_and_reads_equal_it(
    product: Product, commands: int
) -> None:
    async with (
        _caller(product, f"Bắc {commands}") as north,
        _caller(product, f"Nam {commands}") as south,
    ):
        grounds = [await prepare(north), await prepare(south)]
        await storm(grounds, CLIENTS, commands)
        for ground in grounds:
            await _demand_all_acknowledged(ground)
            failed = [kind for kind in ground.answers if kind.startswith("5")]
            assert failed == [], ground.answers
            assert ground.answers["200"] > commands
    verified = json.loads(product.run("verify", "--json"))
    assert verified["differences"] == 0
    assert verified["facts"] > CLIENTS * commands // 2


def _caller(product: Product, organization: str) -> httpx.AsyncClient:
    org = product.run("org", "create", organization).strip()
    token = product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    return httpx.AsyncClient(
        base_url=product.address,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        limits=httpx.Limits(max_connections=CLIENTS),
    )


async def _demand_all_acknowledged(ground: Ground) -> None:
    """Every position that was acknowledged is a fact, and the feed is dense up to the last one."""
    positions = [int(answer["position"]) for answer in ground.acknowledged]
    facts = await _feed(ground.client, max(positions))
    assert [fact["position"] for fact in facts] == list(range(1, len(facts) + 1))
    versions = {(fact["subject"], fact["streamversion"]) for fact in facts}
    assert len(versions) == len(facts)
    for answer in ground.acknowledged:
        if "version" in answer and f"opportunity/{answer['id']}" in {s for s, _ in versions}:
            assert (f"opportunity/{answer['id']}", answer["version"]) in versions


async def _feed(client: httpx.AsyncClient, upto: int) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    while len(facts) < upto:
        after = facts[-1]["position"] if facts else 0
        page = await client.get(
            "/v1/events", params={"after": after, "limit": 1000, "min_position": upto}
        )
        assert page.status_code == httpx.codes.OK, page.text
        facts += page.json()["items"]
    return facts
