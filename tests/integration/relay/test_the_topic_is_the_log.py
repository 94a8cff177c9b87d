"""What the relay publishes is the log, record by record, whoever publishes it and however often."""

import asyncpg
import pytest

from opportunity_events.topic import logged_of, place_of
from support.fact_writer import FactWriter
from support.projections import tell
from support.relays import run_relay, until_published
from support.topic_reader import read_topic

pytestmark = pytest.mark.needs_broker

_FACTS = """
select lane, lane_position, org, position, stream_kind, stream_id, version, event_id, type,
    recorded_at, occurred_at, bytes, prev_hash, hash
from log.lane_facts(0, 0, 1000000)"""


async def test_every_fact_is_a_record_and_every_record_is_its_fact(
    connection: asyncpg.Connection, writer: FactWriter, database: str, broker: str, topic: str
) -> None:
    await tell(writer, 7, 300)
    async with run_relay(database, broker, topic):
        await until_published(database)
        await tell(writer, 8, 100)
        await until_published(database)
    records = await read_topic(broker, topic)
    facts = await connection.fetch(_FACTS)
    read_back = [
        logged_of(place_of(record.headers, record.timestamp), record.value or b"")
        for record in records
    ]
    assert len(facts) > 400
    assert [tuple(fact) for fact in facts] == [
        tuple(getattr(one, name) for name in one.__struct_fields__) for one in read_back
    ]


async def test_a_relay_that_starts_again_adds_only_what_the_topic_lacks(
    connection: asyncpg.Connection, writer: FactWriter, database: str, broker: str, topic: str
) -> None:
    for seed in (1, 2, 3):
        await tell(writer, seed, 50)
        async with run_relay(database, broker, topic):
            await until_published(database)
    records = await read_topic(broker, topic)
    places = [place_of(record.headers, record.timestamp).lane_position for record in records]
    assert places == list(range(1, len(places) + 1))
    assert len(places) == await connection.fetchval("select head from log.lanes")
