"""A database that goes away, or hangs: callers are told at once, and nothing is lost or doubled.

C1 is looked at by key: every command that was ever sent is sent again afterwards, and the log
holds each exactly once.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from support.deadlines import soon
from support.figures import tell
from support.private_postgres import PrivatePostgres
from support.real_command_door import Person, RealDoor, open_door_process

_ANSWERED_WITHIN_S: Final = 20.0
"""Of any one command, whatever happens: the sum of the bounds, not a speed."""
_TOLD_WITHIN_S: Final = 8.0
"""Of a command that comes when the trouble is known."""
_RECOVERED_WITHIN_S: Final = 10.0
_CLIENTS: Final = 16


@pytest.fixture(scope="module")
def postgres() -> Iterator[PrivatePostgres]:
    with PrivatePostgres() as server:
        yield server


class Load:
    """Clients that create customers under keys, one after another, until told to stop."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.sent: list[str] = []
        self.answers: dict[str, httpx.Response] = {}
        self.longest_s = 0.0
        self._on = True

    async def run(self, client: int) -> None:
        number = 0
        while self._on:
            number += 1
            await self.command(f"away-{client}-{number}")

    async def command(self, key: str) -> httpx.Response:
        self.sent.append(key)
        began = time.monotonic()
        answer = await self.send(key)
        self.longest_s = max(self.longest_s, time.monotonic() - began)
        self.answers[key] = answer
        if not answer.is_success:
            await asyncio.sleep(0.2)
        return answer

    async def send(self, key: str) -> httpx.Response:
        return await self._person.send(
            "POST", "/v1/customers", {"name": f"Customer {key}"}, Idempotency_Key=key
        )

    def stop(self) -> None:
        self._on = False


async def demand_each_once(load: Load, door: RealDoor, postgres: PrivatePostgres) -> None:
    """Send every command again: the same answer where there was one, and one fact each."""
    for key in load.sent:
        answer = await load.send(key)
        assert answer.status_code == 201, answer.text
        first = load.answers[key]
        if first.is_success:
            assert answer.content == first.content
    with psycopg.connect(postgres.dsn) as connection:
        rows = connection.execute(
            "select count(*) from log.facts where org = %s and type = 'customer_added.v1' "
            "group by stream_id",
            [door.office.org],
        ).fetchall()
    assert {count for (count,) in rows} == {1}
    assert len(rows) == len(load.sent)


def demand_documented(load: Load) -> None:
    """Demand that whoever was not served was told so, and when to come again."""
    refused = [answer for answer in load.answers.values() if not answer.is_success]
    assert refused
    for answer in refused:
        assert answer.status_code == 503, answer.text
        assert answer.json()["type"] in {"log-unavailable", "busy"}
        assert int(answer.headers["Retry-After"]) >= 1


async def demand_recovery(load: Load) -> None:
    began = time.monotonic()
    number = 0
    while not (await load.command(f"after-{number}")).is_success:
        number += 1
        assert time.monotonic() - began < _RECOVERED_WITHIN_S


@pytest.mark.parametrize(
    ("trouble", "away_s"),
    [
        ("stopped", 4),
        ("frozen", 4),
        pytest.param("stopped", 60, marks=pytest.mark.storm),
        pytest.param("frozen", 60, marks=pytest.mark.storm),
    ],
)
async def test_commands_are_refused_at_once_and_resolved_by_their_keys(
    postgres: PrivatePostgres, tmp_path: Path, trouble: str, away_s: int
) -> None:
    async with open_door_process(postgres.dsn, tmp_path) as process:
        door = await process.begin_organization()
        load = Load(door.admin)
        clients = [asyncio.create_task(load.run(n)) for n in range(_CLIENTS)]
        await soon(lambda: len(load.answers) >= 4 * _CLIENTS, "the load runs")
        if trouble == "stopped":
            postgres.stop()
        else:
            postgres.freeze()
        until = time.monotonic() + away_s
        probes = 0
        while time.monotonic() < until:
            began = time.monotonic()
            answer = await load.command(f"probe-{probes}")
            if probes > 2:
                assert time.monotonic() - began < _TOLD_WITHIN_S
            if probes:
                assert answer.status_code == 503
            probes += 1
        if trouble == "stopped":
            postgres.start()
        else:
            postgres.thaw()
        await demand_recovery(load)
        load.stop()
        async with asyncio.timeout(_ANSWERED_WITHIN_S):
            await asyncio.gather(*clients)
        assert load.longest_s < _ANSWERED_WITHIN_S
        demand_documented(load)
        await demand_each_once(load, door, postgres)
        tell(
            f"{trouble} for {away_s} s: {len(load.sent)} commands, "
            f"the longest took {load.longest_s:.1f} s"
        )
