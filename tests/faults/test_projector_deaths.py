"""Two projectors of one topic, killed in the middle again and again: every cell is exact.

What they write and how far they are is one transaction, so that there is no moment between the
two; a killed one's lease runs out after 5 s, and the other takes the lane. COHOI_FAULTS says how
often (a few in `make test`; 200 in a storm).
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from random import Random

import asyncpg
import pytest

from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.figures import tell as say
from support.lengths import faults, seed
from support.projections import MASTER_KEY, key_settings, tell, until_applied, verified_in
from support.projector_process import ProjectorProcess
from support.relays import run_relay, until_published

pytestmark = [pytest.mark.needs_broker, pytest.mark.timeout(3_600)]


async def test_projectors_that_are_killed_in_the_middle_lose_and_double_nothing(
    database: str, broker: str, topic: str, tmp_path: Path
) -> None:
    rounds, chance = faults(4), Random(seed())  # noqa: S311 - repeatable, not secret
    settings = key_settings(database, tmp_path).model_copy(
        update={"kafka_bootstrap": broker, "kafka_topic": topic}
    )
    stop = asyncio.Event()
    with ExitStack() as stack:
        projectors = [
            stack.enter_context(ProjectorProcess(settings, _folder(tmp_path, name)))
            for name in ("one", "two")
        ]
        async with run_relay(database, broker, topic):
            writing = asyncio.create_task(_write(database, stop))
            for _ in range(rounds):
                await asyncio.sleep(chance.uniform(0.8, 2.0))
                await asyncio.to_thread(chance.choice(projectors).kill_and_start)
            stop.set()
            await writing
            await until_published(database)
            await until_applied(database, within_s=120)
    verified = await verified_in(settings)
    assert verified.count == 0, verified.differences
    say(f"{rounds} projectors killed: {verified.facts} facts, {verified.cells} cells exact")


def _folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir()
    return made


async def _write(database: str, stop: asyncio.Event) -> None:
    """Write one small history after another."""
    connection = await asyncpg.connect(database)
    try:
        writer = FactWriter(connection, MasterKey(MASTER_KEY))
        number = 0
        while not stop.is_set():
            number += 1
            await tell(writer, number, 25)
            await asyncio.sleep(0.25)
    finally:
        await connection.close()
