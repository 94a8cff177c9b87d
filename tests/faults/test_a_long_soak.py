"""A soak: a mixed load at half of capacity, while what each process uses stays flat.

Memory, database connections, lag and file handles are sampled all the way; the table at the end
shows them, and `cohoi verify` finds no difference. COHOI_SOAK_MINUTES says how long (30).
"""

import asyncio
import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, linear_regression, median
from typing import Final

import httpx
import psycopg
import pytest

from support.figures import tell
from support.household import children, use_of
from support.keyed_load import KeyedLoad, prepare_ground
from support.lengths import seed, soak_minutes
from support.numbers import Numbers
from support.product_process import REAL, ProductProcess
from support.running_product import Product

CLIENTS: Final = 8
_CAPACITY_S: Final = 20.0
_SAMPLE_EVERY_S: Final = 5.0
_MEGABYTE: Final = 1024**2
_GROWN_BYTES: Final = 24 * _MEGABYTE
_GROWN_SHARE: Final = 0.15
_GROWN_HANDLES: Final = 12
_GROWN_CONNECTIONS: Final = 6
_LAG_S: Final = 2.0
_VERIFIED_WITHIN_S: Final = 1_800.0  # half an hour of load is a million facts


def _by_name() -> dict[str, list[float]]:
    return defaultdict(list)


@dataclass
class Series:
    """What was sampled, by its name, with the seconds of each sample."""

    at: list[float] = field(default_factory=list[float])
    memory: dict[str, list[float]] = field(default_factory=_by_name)
    handles: dict[str, list[float]] = field(default_factory=_by_name)
    connections: list[float] = field(default_factory=list[float])
    lag_s: list[float] = field(default_factory=list[float])


class HalfPace:
    """Lets so many requests a second through, over all clients."""

    def __init__(self, per_s: float) -> None:
        self._gap_s = 1 / per_s
        self._next = time.monotonic()

    async def __call__(self) -> None:
        """Wait for the next turn; one that was missed is not made up for."""
        now = time.monotonic()
        self._next = max(self._next + self._gap_s, now)
        await asyncio.sleep(self._next - now)


@pytest.fixture
def process() -> Iterator[ProductProcess]:
    folder = Path(tempfile.mkdtemp(prefix="cohoi-soak-"))
    folder.chmod(0o755)
    environment = {"COHOI_DATA_DIR": str(folder / "data"), "COHOI_PORT": "0", "COHOI_DEMO": "0"}
    with ProductProcess(REAL, folder / "data", environment=environment) as started:
        yield started.wait_until_ready()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.storm
@pytest.mark.timeout(4 * 3_600)
async def test_half_of_capacity_leaves_everything_flat(process: ProductProcess) -> None:
    product = Product(process, process.data_dir)
    org = product.run("org", "create", "Soak").strip()
    token = product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    async with httpx.AsyncClient(
        base_url=product.address, headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as client:
        load = KeyedLoad(client, await prepare_ground(client), seed())
        capacity = await _capacity(load)
        tell(f"capacity of this mix, {CLIENTS} clients: {capacity:.0f} requests/s; half from here")
        series = await _soak(process, client, load, HalfPace(capacity / 2))
        load.stop()
        await load.settle()
    _tell_table(series, load)
    said = await asyncio.to_thread(product.run, "verify", "--json", within_s=_VERIFIED_WITHIN_S)
    verified = json.loads(said)
    tell(f"{verified['facts']} facts verified in {verified['seconds']:.0f} s\n")
    assert verified["differences"] == 0
    assert not [answer for answer in load.answers if answer.startswith("5")], load.answers
    _demand_flat(series)


async def _capacity(load: KeyedLoad) -> float:
    """Measure how many requests a second go through when nobody holds back."""
    clients = [asyncio.create_task(load.run()) for _ in range(CLIENTS)]
    before, began = load.answers.total(), time.monotonic()
    await asyncio.sleep(_CAPACITY_S)
    measured = (load.answers.total() - before) / (time.monotonic() - began)
    load.stop()
    await asyncio.gather(*clients)
    load.go_on()
    return measured


async def _soak(
    process: ProductProcess, client: httpx.AsyncClient, load: KeyedLoad, pace: HalfPace
) -> Series:
    clients = [asyncio.create_task(load.run(pace)) for _ in range(CLIENTS)]
    series, began = Series(), time.monotonic()
    until = began + soak_minutes() * 60
    with psycopg.connect(process.dsn, autocommit=True, connect_timeout=10) as connection:
        while time.monotonic() < until:
            await asyncio.sleep(_SAMPLE_EVERY_S)
            await _sample(series, process, client, connection, time.monotonic() - began)
    load.stop()
    await asyncio.gather(*clients)
    return series


async def _sample(
    series: Series,
    process: ProductProcess,
    client: httpx.AsyncClient,
    connection: psycopg.Connection,
    at: float,
) -> None:
    numbers = Numbers((await client.get("/metrics")).text)
    row = connection.execute("select count(*) from pg_stat_activity").fetchone()
    series.at.append(at)
    series.lag_s.append(numbers["cohoi_lane_lag_seconds"])
    series.connections.append(float(row[0]) if row else 0)
    for name, pid in sorted(children(process.process.pid).items()):
        used = use_of(pid)
        if used is not None:
            series.memory[name].append(float(used.memory))
            series.handles[name].append(float(used.handles))


def _growth(at: list[float], values: list[float]) -> float:
    """Return what the line through the second half grows by over the whole time.

    The first half is for caches and pools to fill.
    """
    half = len(values) // 2
    slope, _ = linear_regression(at[-len(values) :][half:], values[half:])
    return slope * (at[-1] - at[0])


def _demand_flat(series: Series) -> None:
    for name, values in series.memory.items():
        allowed = max(_GROWN_BYTES, _GROWN_SHARE * fmean(values))
        assert _growth(series.at, values) < allowed, f"memory of {name}"
    for name, values in series.handles.items():
        assert _growth(series.at, values) < _GROWN_HANDLES, f"file handles of {name}"
    assert _growth(series.at, series.connections) < _GROWN_CONNECTIONS
    assert median(series.lag_s) < _LAG_S
    assert _growth(series.at, series.lag_s) < _LAG_S


def _tell_table(series: Series, load: KeyedLoad) -> None:
    tell(f"{series.at[-1] / 60:.1f} minutes, {load.answers.total()} requests")
    tell(f"{'':15} {'first':>8} {'median':>8} {'last':>8} {'most':>8} {'growth':>8}")
    for name, values in series.memory.items():
        _tell_row(f"{name} MB", series.at, [value / _MEGABYTE for value in values])
    for name, values in series.handles.items():
        _tell_row(f"{name} fds", series.at, values)
    _tell_row("connections", series.at, series.connections)
    _tell_row("lag s", series.at, series.lag_s)
    tell(f"answers: {dict(load.answers.most_common())}\n")


def _tell_row(name: str, at: list[float], values: list[float]) -> None:
    figures = (values[0], median(values), values[-1], max(values), _growth(at, values))
    tell(f"{name:15} " + " ".join(f"{figure:8.1f}" for figure in figures))
