"""Event streams over the real product: told through the one port, and ended when it goes down."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.product_process import REAL, ProductProcess
from support.running_product import Product
from support.served_streams import Follower

_STREAMS = 100


@pytest.fixture
def own_product() -> Iterator[Product]:
    """Start a product that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="cohoi-streams-"))
    folder.chmod(0o755)
    where = {"COHOI_PORT": "0", "COHOI_DEMO": "0", "COHOI_DATA_DIR": str(folder / "data")}
    with ProductProcess(REAL, folder / "data", environment=where) as process:
        process.wait_until_ready()
        yield Product(process, folder / "data")
    shutil.rmtree(folder)


async def test_streams_are_told_through_the_front_door_and_end_in_good_order_with_it(
    own_product: Product,
) -> None:
    org = own_product.run("org", "create", "An Phát").strip()
    token = own_product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    port = int(own_product.process.record["port"])
    reading = [Follower(port, token) for _ in range(_STREAMS)]
    not_reading = [Follower(port, token) for _ in range(5)]
    for follower in reading:
        assert await follower.connect("?after=0") == 200
    for follower in not_reading:
        assert await follower.connect("?after=0", small=True) == 200
    async with httpx.AsyncClient(
        base_url=own_product.address, headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as client:
        position = 0
        for number in range(60):
            body = {"name": f"Khách {number} " + "x" * 80}
            made = await client.post("/v1/customers", json=body)
            position = int(made.json()["position"])
    for follower in reading:
        await follower.until(position)
        assert follower.got == list(range(1, position + 1))
    ending = asyncio.gather(*(follower.to_the_end() for follower in reading))
    own_product.process.process.terminate()
    await ending
    code = await asyncio.to_thread(own_product.process.ended)
    assert code == 0
    assert "timeout graceful shutdown exceeded" not in own_product.process.log("web")
    for follower in (*reading, *not_reading):
        follower.tear()
