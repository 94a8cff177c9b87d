"""A relay over a test's log and topic, running beside the test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from command_api.adapters.fact_topic import KafkaFactTopic
from command_api.adapters.relay_metrics import RelayMetrics
from command_api.adapters.relayed_lanes import PostgresLanes
from command_api.application.relaying.publishing import Publishing
from command_api.application.relaying.relay import LaneRelay, Tempo
from command_api.bootstrap import ROLE
from service_runtime.ids import new_id
from service_runtime.kafka_access import KafkaAccess
from service_runtime.lane_facts import LogTable
from service_runtime.pools import open_pool
from support.projections import asking, until

QUICK = Tempo(lease_s=1.0, renew_every_s=0.2, standby_s=0.05, longest_backoff_s=0.5)


_ALL_PUBLISHED = "select bool_and(head = published) from log.relay_standings()"


async def until_published(database: str, *, within_s: float = 60) -> None:
    """Wait until every lane is published up to its head."""
    connection = await asyncpg.connect(database)
    try:
        await until(asking(connection, _ALL_PUBLISHED), "all is published", within_s=within_s)
    finally:
        await connection.close()


@dataclass
class RunningRelay:
    """Every lane's relay, and how to end it."""

    relays: list[LaneRelay]
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
    """Publish every lane of a log while the context is open."""
    pool = await open_pool(database, role=ROLE, application="tests", min_size=1, max_size=4)
    async with pool:
        table = LogTable(pool, database, ROLE, application="tests")
        lanes = PostgresLanes(pool, table, lease_s=tempo.lease_s)
        kafka = KafkaFactTopic(access)
        owner = new_id().hex
        relays = [
            LaneRelay(lane, owner, lanes=lanes, topic=kafka, meter=RelayMetrics(), tempo=tempo)
            for lane in await lanes.lanes()
        ]
        stop = asyncio.Event()
        task = asyncio.create_task(Publishing(relays, kafka).run(stop))
        try:
            yield RunningRelay(relays, stop, task)
        finally:
            stop.set()
            await asyncio.wait_for(task, 30)
            await table.close()
