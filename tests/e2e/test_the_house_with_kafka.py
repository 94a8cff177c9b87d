"""`cohoi up` beside a broker: the log goes out, and the read models come from there."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from cohoi_guard import Guard, lane_facts
from opportunity_events.topic import place_of
from support.deadlines import eventually
from support.product_process import REAL, ProductProcess
from support.running_product import Product, wait_for
from support.topic_reader import read_topic

CHECKOUT: Final = Path(__file__).parents[2]

pytestmark = pytest.mark.needs_broker


@pytest.fixture
def house(broker: str, topic: str) -> Iterator[Product]:
    folder = Path(tempfile.mkdtemp(prefix="cohoi-kafka-e2e-"))
    folder.chmod(0o755)
    environment = {
        "COHOI_DATA_DIR": str(folder / "data"),
        "COHOI_PORT": "0",
        "COHOI_DEMO": "0",
        "KAFKA_BOOTSTRAP": broker,
        "COHOI_KAFKA_TOPIC": topic,
    }
    with ProductProcess(REAL, folder / "data", environment=environment) as process:
        yield Product(process.wait_until_ready(), folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


async def test_the_topic_has_what_the_lane_has_and_reads_come_through_it(
    house: Product, broker: str, topic: str
) -> None:
    org = house.run("org", "create", "Topic Ltd").strip()
    with house.caller(org, "Lan") as lan:
        wait_for(lan, lan.post("/v1/boards", json={"name": "Bán hàng", "statuses": []}))
        customer = wait_for(lan, lan.post("/v1/customers", json={"name": "An Phát"}))["id"]
        for number in range(40):
            body = {"title": f"Máy in {number}", "customer_id": customer}
            wait_for(lan, lan.post("/v1/opportunities", json=body))
        assert lan.get("/v1/opportunities/totals").json()["totals"][0]["count"] == 40
    lane = _settled(house)
    assert lane["epoch"] == 1
    assert lane["refusal"] is None
    guard = Guard[bytes]()
    consumed: list[bytes] = []
    for record in await read_topic(broker, topic):
        place = place_of(record.headers, record.timestamp)
        consumed += [
            value
            for _, value in guard.offer(
                place.lane_position, record.value or b"", epoch=place.epoch, lane=place.lane
            )
        ]
    logged = lane_facts(house.address, _operator_key(house, org), 0, 1, lane["head"])
    assert [json.loads(value) for value in consumed] == [_without_lane(fact) for _, fact in logged]


@pytest.mark.needs_kcat
@pytest.mark.maven_data
def test_kcat_and_jq_count_every_fact_of_the_real_pipeline(
    house: Product, broker: str, topic: str, maven_data: Path
) -> None:
    """With the very lines of docs/stream.md."""
    org = house.run("org", "create", "Maven", "--currency", "USD").strip()
    pipeline = str(maven_data / "sales_pipeline.csv")
    house.run("import", pipeline, "--org", org, "--board", "Sales", "--currency", "USD")
    lane = _settled(house)
    assert lane["head"] > 8_800
    counted = subprocess.run(  # noqa: S603 - the lines that our page tells people to type
        ["/bin/bash", "-euo", "pipefail", "-c", _kcat_lines()],
        env={"PATH": os.environ["PATH"], "KAFKA_BOOTSTRAP": broker, "COHOI_KAFKA_TOPIC": topic},  # noqa: TID251 - a shell's
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert counted.returncode == 0, counted.stderr
    assert int(counted.stdout) == lane["head"]


def _kcat_lines() -> str:
    page = (CHECKOUT / "docs" / "stream.md").read_text(encoding="utf-8")
    block = page.partition("<!-- kcat:begin -->")[2].partition("<!-- kcat:end -->")[0]
    return block.partition("```bash\n")[2].partition("```")[0]


def test_the_numbers_and_readyz_tell_of_the_relay(house: Product) -> None:
    house.run("org", "create", "Topic Ltd")
    _settled(house)
    said = httpx.get(f"{house.address}/metrics", timeout=30).text
    assert 'cohoi_relay_lag_facts{lane="0",process="web",topic="facts"} 0.0' in said
    assert 'cohoi_process_up{process="relay"} 1.0' in said
    assert httpx.get(f"{house.address}/readyz", timeout=30).json()["status"] == "ready"


def _settled(house: Product) -> dict[str, int]:
    """Wait until the lane is published and projected, and return how it stands."""

    def ask() -> dict[str, int] | None:
        (lane,) = json.loads(house.run("lanes", "--json"))
        done = lane["head"] == lane["published"] == lane["projected"] and lane["head"] > 0
        return lane if done else None

    found = eventually(ask, "the lane is published and projected")
    assert found is not None
    return found


def _operator_key(house: Product, org: str) -> str:
    return house.run("api-key", "create", "--org", org, "--name", "Topic", "--operator").strip()


def _without_lane(fact: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fact.items() if not name.startswith("lane")}
