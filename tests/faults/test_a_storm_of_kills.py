"""kill -9 of one process after another under a mixed load: nothing lost, nothing doubled.

After each kill: C1 every acknowledged command is in the log exactly once by its key, and what was
not acknowledged is resolved by sending it again; C2 and C4 by `cohoi verify`; C5 the read models
are back under 2 s of lag within 10 s of the first command that goes through again.
"""

import asyncio
import json
import shutil
import socket
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

import httpx
import psycopg
import pytest

from support.deadlines import eventually, soon
from support.figures import tell
from support.household import MARKS, children, kill
from support.keyed_load import KeyedLoad, prepare_ground
from support.lengths import kills, seed
from support.numbers import Numbers
from support.product_process import REAL, ProductProcess
from support.running_product import Product

CLIENTS: Final = 6
VICTIMS: Final = (*MARKS, "supervisor")
_BACK_WITHIN_S: Final = 90.0
_LAG_S: Final = 2.0
_CAUGHT_UP_WITHIN_S: Final = 10.0
_ENDED_WITHIN_S: Final = 120.0
_BREATH_S: Final = 0.1
_SLOW_BREATH_S: Final = 2.0
_VERIFIED_WITHIN_S: Final = 1_800
_SAMPLE: Final = 50
SINGLE: Final = frozenset({"create", "move", "win", "lose", "reopen", "edit"})


@dataclass
class Breath:
    """Lets a client wait between two requests, so that the log stays small enough to verify.

    Longer while it is verified: what is written meanwhile has to be verified the next time too.
    """

    seconds: float = _BREATH_S

    async def __call__(self) -> None:
        """Wait."""
        await asyncio.sleep(self.seconds)

    @contextmanager
    def held(self) -> Generator[None]:
        """Breathe slowly inside the block."""
        self.seconds = _SLOW_BREATH_S
        try:
            yield
        finally:
            self.seconds = _BREATH_S


@dataclass
class House:
    """The product on one data directory and port, over the lives of its supervisor."""

    data_dir: Path
    port: int
    process: ProductProcess
    lives: list[ProductProcess] = field(default_factory=list[ProductProcess])

    @classmethod
    def start(cls, data_dir: Path) -> "House":
        """Start it on a free port."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        return cls(data_dir, port, _up(data_dir, port))

    def victim(self, name: str) -> int | None:
        """Return the pid of a process; None while it is between two lives."""
        if name == "supervisor":
            return self.process.process.pid
        return children(self.process.process.pid).get(name)

    async def restart(self) -> None:
        """Start again after the supervisor was killed; its children must be gone with it."""
        dead = self.process
        self.lives.append(dead)
        await asyncio.to_thread(dead.ended)
        await soon(lambda: not dead.orphans(), "no child outlives its supervisor")
        self.process = await asyncio.to_thread(_up, self.data_dir, self.port)

    @property
    def product(self) -> Product:
        """How its command line is called."""
        return Product(self.process, self.data_dir)


def _up(data_dir: Path, port: int) -> ProductProcess:
    environment = {"COHOI_DATA_DIR": str(data_dir), "COHOI_PORT": str(port), "COHOI_DEMO": "0"}
    return ProductProcess(REAL, data_dir, environment=environment).wait_until_ready()


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="cohoi-kills-"))
    folder.chmod(0o755)
    started = House.start(folder / "data")
    try:
        yield started
    finally:
        for process in (started.process, *started.lives):
            process.__exit__()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.storm
@pytest.mark.timeout(6 * 3_600)
async def test_whoever_is_killed_nothing_is_lost_and_nothing_is_done_twice(house: House) -> None:
    product = house.product
    org = product.run("org", "create", "Kills").strip()
    token = product.run("token", "--org", org, "--user", "Lan", "--role", "admin").strip()
    chance = Random(seed())  # noqa: S311 - a reproducible order
    order = [VICTIMS[n % len(VICTIMS)] for n in range(kills())]
    chance.shuffle(order)
    rounds: list[Round] = []
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{house.port}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ) as client:
        load = KeyedLoad(client, await prepare_ground(client), seed())
        breath = Breath()
        clients = [asyncio.create_task(load.run(breath)) for _ in range(CLIENTS)]
        for number, name in enumerate(order, 1):
            await asyncio.sleep(
                chance.uniform(0.3, 2.0)
            )  # a moment of its own, nothing to wait for
            done = await _kill_and_heal(house, name, load, client, breath)
            rounds.append(done)
            tell(f"{number:4} {done}")
        load.stop()
        await asyncio.gather(*clients)
        await load.settle()
        everything = list(load.acknowledged)
        await load.demand_same_answers(
            chance.sample(everything, min(len(everything), 10 * _SAMPLE))
        )
        await _demand_ended(client, load)
    _demand_at_most_once(house, load, everything)
    await _demand_verified(house)
    _tell_figures(rounds, load)


@dataclass(frozen=True)
class Round:
    """What one kill cost."""

    victim: str
    back_s: float
    caught_up_s: float
    facts: int

    def __str__(self) -> str:
        return (
            f"{self.victim:13} commands go on after {self.back_s:5.2f} s, lag under {_LAG_S:g} s "
            f"after {self.caught_up_s:5.2f} s, verified {self.facts} facts"
        )


async def _kill_and_heal(
    house: House, name: str, load: KeyedLoad, client: httpx.AsyncClient, breath: Breath
) -> Round:
    loop = asyncio.get_running_loop()
    pid = await soon(lambda: house.victim(name), f"{name} lives") or 0
    before = set(load.acknowledged)
    house.process.descendants()
    kill(pid)
    began = loop.time()
    if name == "supervisor":
        await house.restart()
    await soon(lambda: house.victim(name) not in {None, pid}, f"{name} lives again")
    lives = loop.time()
    await soon(lambda: load.last_acknowledged_at > lives, "commands go on", within_s=_BACK_WITHIN_S)
    back = load.last_acknowledged_at
    await _demand_caught_up(client)
    caught_up = loop.time()
    troubled = set(load.open)
    await load.settle()
    keys = [key for key in list(load.acknowledged) if key not in before]
    sample = [*troubled.intersection(load.acknowledged), *keys[:_SAMPLE]]
    await load.demand_same_answers(sample)
    _demand_at_most_once(house, load, keys)
    with breath.held():
        facts = await _demand_verified(house)
    return Round(name, back - began, caught_up - back, facts)


async def _demand_caught_up(client: httpx.AsyncClient) -> None:
    """Wait until the read models are less than 2 s behind, at most 10 s."""
    until = time.monotonic() + _CAUGHT_UP_WITHIN_S
    while True:
        said = ""
        try:
            numbers = Numbers((await client.get("/metrics")).text)
            lag, unread = numbers["cohoi_lane_lag_seconds"], numbers["cohoi_readings_failed"]
            if lag < _LAG_S and not unread and numbers["cohoi_lane_forsaken"] == 0:
                return
            said = f"lag {lag:.1f} s"
        except httpx.TransportError as error:
            said = type(error).__name__
        assert time.monotonic() < until, said
        await asyncio.sleep(0.1)


def _demand_at_most_once(house: House, load: KeyedLoad, keys: list[str]) -> None:
    """C1: the fact of a command is in the log once, of one that was "already so" never."""
    single = [key for key in keys if load.acknowledged[key][0].kind in SINGLE]
    with psycopg.connect(house.process.dsn, connect_timeout=30) as connection:
        rows = connection.execute(
            "with f as (select convert_from(bytes, 'UTF8')::jsonb ->> 'commandid' as key "
            "from log.facts where stream_kind = 'opportunity') "
            "select key, count(*) from f where key = any (%s) group by key",
            [single],
        ).fetchall()
    found = {str(key): int(count) for key, count in rows}
    assert set(found.values()) <= {1}
    created = {key for key in single if load.acknowledged[key][0].kind == "create"}
    assert created <= found.keys()


async def _demand_verified(house: House) -> int:
    """C2 and C4; while a database is coming back, `verify` says so and is asked again."""
    said = await asyncio.to_thread(
        house.product.run, "verify", "--json", within_s=_VERIFIED_WITHIN_S
    )
    found: dict[str, Any] = json.loads(said)
    assert found["differences"] == 0, found["named"]
    return int(found["facts"])


async def _demand_ended(client: httpx.AsyncClient, load: KeyedLoad) -> None:
    """Every job and report that was acknowledged comes to its end."""
    paths = [f"/v1/jobs/{one}" for one in load.jobs] + [
        f"/v1/reports/{one}" for one in load.reports
    ]
    until = time.monotonic() + _ENDED_WITHIN_S
    for path in paths:
        while (state := (await client.get(path)).json()["state"]) in {"queued", "running"}:
            assert time.monotonic() < until, f"{path} is {state}"
            await asyncio.sleep(0.2)
        assert state == "done", f"{path} is {state}"


def _tell_figures(rounds: list[Round], load: KeyedLoad) -> None:
    for name in VICTIMS:
        own = [one for one in rounds if one.victim == name]
        if own:
            backs, lags = [one.back_s for one in own], [one.caught_up_s for one in own]
            tell(
                f"{name:13} {len(own):3} kills: commands go on after {median(backs):.2f} s "
                f"(worst {max(backs):.2f}), then lag under {_LAG_S:g} s after {median(lags):.2f} s "
                f"(worst {max(lags):.2f})"
            )
    tell(
        f"{len(load.acknowledged)} commands acknowledged, {len(load.jobs)} jobs, "
        f"{len(load.reports)} reports; answers: {dict(load.answers.most_common())}\n"
    )
    assert eventually(lambda: not load.open, "everything is settled")
