"""A relay over a test's log and topic, running beside the test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from command_api.adapters.lane_topic import KafkaLaneTopic
from command_api.application.relaying.publishing import run_all
from command_api.application.relaying.relay import Tempo
from command_api.bootstrap import open_publishing
from service_runtime.kafka_access import KafkaAccess
from support.projections import asking, until

QUICK = Tempo(lease_s=1.0, renew_every_s=0.2, standby_s=0.05, longest_backoff_s=0.5)


_SEEN = """
select next_offset = $1 and published = (select head from log.lanes where lane = 0) from log.relays
where topic = 'opportunities' and lane = 0"""
_ALL_PUBLISHED = "select bool_and(head = published) from log.relay_standings()"


async def until_published(database: str, *, within_s: float = 60) -> None:
    """Wait until every lane is published up to its head."""
    connection = await asyncpg.connect(database)
    try:
        await until(asking(connection, _ALL_PUBLISHED), "all is published", within_s=within_s)
    finally:
        await connection.close()


async def until_states_are_seen(connection: asyncpg.Connection, access: KafkaAccess) -> None:
    """Wait until whoever publishes states has said all, and seen what else stands in lane 0."""
    topic = KafkaLaneTopic(access, access.states_topic)

    async def is_seen() -> bool:
        _, end = await topic.bounds(0)
        return bool(await connection.fetchval(_SEEN, end))

    await until(is_seen, "all that was written is seen", within_s=60)


@dataclass
class RunningRelay:
    """Every lane's relay, and how to end it."""

    stop: asyncio.Event
    task: asyncio.Task[None]


@asynccontextmanager
async def run_relay(
    database: str, bootstrap: str, topic: str, tempo: Tempo = QUICK
) -> AsyncGenerator[RunningRelay]:
    """Publish every lane of a log to a plain broker while the context is open."""
    async with run_relay_with(database, KafkaAccess(bootstrap, topic), tempo) as relay:
        yield relay


@asynccontextmanager
async def run_relay_with(
    database: str, access: KafkaAccess, tempo: Tempo = QUICK
) -> AsyncGenerator[RunningRelay]:
    """Publish every lane of a log, to every topic that is named, while the context is open."""
    async with open_publishing(database, access, tempo) as publishing:
        stop = asyncio.Event()
        task = asyncio.create_task(run_all([topic.run(stop) for topic in publishing]))
        try:
            yield RunningRelay(stop, task)
        finally:
            stop.set()
            await asyncio.wait_for(task, 30)
