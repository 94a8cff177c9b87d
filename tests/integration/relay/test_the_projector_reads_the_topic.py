"""The read models that come from the topic are those that come from the table, at any moment."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from command_api.adapters.lane_topic import KafkaLaneTopic
from projector.adapters.offset_notes import GROUP
from projector.bootstrap import rebuild
from projector.settings import Settings
from service_runtime.addresses import Addresses
from service_runtime.kafka_access import KafkaAccess
from support.fact_writer import FactWriter
from support.projections import (
    asking,
    key_settings,
    running_projector,
    tell,
    until,
    until_applied,
    verified_in,
)
from support.rebuilds import unseen
from support.relays import run_relay, until_published
from support.topic_reader import read_topic

pytestmark = pytest.mark.needs_broker


@pytest.fixture
def from_table(database: str, tmp_path: Path) -> Settings:
    return key_settings(database, tmp_path)


@pytest.fixture
def from_topic(from_table: Settings, broker: str, topic: str) -> Settings:
    return from_table.model_copy(update={"kafka_bootstrap": broker, "kafka_topic": topic})


async def test_what_is_projected_from_the_topic_is_the_fold_of_the_log(
    writer: FactWriter, database: str, from_topic: Settings, broker: str, topic: str
) -> None:
    await tell(writer, 11, 200)
    async with run_relay(database, broker, topic), running_projector(from_topic):
        await until_applied(database)
        await tell(writer, 12, 100)
        await until_applied(database)
    verified = await verified_in(from_topic)
    assert verified.count == 0
    assert verified.facts > 300


async def test_offsets_are_told_to_kafka_for_whoever_watches_it(
    writer: FactWriter, database: str, from_topic: Settings, broker: str, topic: str
) -> None:
    await tell(writer, 13, 40)
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    lane = TopicPartition(topic, 0)

    async def told() -> bool:
        offsets = await admin.list_consumer_group_offsets(GROUP, partitions=[lane])
        return offsets[lane].offset == end

    try:
        async with run_relay(database, broker, topic), running_projector(from_topic):
            await until_applied(database)
            end = len(await read_topic(broker, topic))
            await until(told, "the group's offset is the topic's end")
    finally:
        await admin.close()


async def test_an_epoch_that_voids_what_is_applied_stops_the_lane_until_a_rebuild(
    writer: FactWriter, database: str, from_topic: Settings, broker: str, topic: str
) -> None:
    await tell(writer, 14, 40)
    owner = await asyncpg.connect(database)
    stopped = "select bool_or(stopped_at is not null) from projection.checkpoints"
    try:
        async with running_projector(from_topic):
            async with run_relay(database, broker, topic):
                await until_applied(database)
            await owner.execute("select log.adopt_lane(0, 2, head - 5) from log.lanes")
            async with run_relay(database, broker, topic):
                await until(asking(owner, stopped), "the lane stands")
                await rebuild(Addresses.one(database), from_topic.master_key_file, unseen)
                await tell(writer, 15, 20)
                await until_applied(database)
    finally:
        await owner.close()
    assert (await verified_in(from_topic)).count == 0


async def test_from_table_to_topic_and_back_under_load_nothing_is_lost_or_doubled(
    writer: FactWriter,
    database: str,
    from_table: Settings,
    from_topic: Settings,
    broker: str,
    topic: str,
) -> None:
    writing = asyncio.create_task(_write(writer))
    async with run_relay(database, broker, topic):
        while not writing.done():
            for settings in (from_table, from_topic):
                async with running_projector(settings):
                    await asyncio.sleep(0.4)
        await writing
        await until_published(database)
        async with running_projector(from_topic):
            await until_applied(database)
    assert (await verified_in(from_table)).count == 0


async def _write(writer: FactWriter) -> None:
    for seed in range(20, 32):
        await tell(writer, seed, 60)
        await asyncio.sleep(0.1)


async def test_a_topic_that_begins_in_the_middle_is_completed_from_the_log(
    writer: FactWriter, database: str, from_table: Settings, broker: str, topic: str
) -> None:
    """The topic lacks what was published under another name before."""
    await tell(writer, 41, 50)
    async with run_relay(database, broker, f"{topic}.before"):
        await until_published(database)
    settings = from_table.model_copy(
        update={"kafka_bootstrap": broker, "kafka_topic": f"{topic}.late"}
    )
    await _copy_second_half(broker, f"{topic}.before", f"{topic}.late")
    async with running_projector(settings):
        await until_applied(database)
    assert (await verified_in(settings)).count == 0


async def _copy_second_half(broker: str, source: str, target: str) -> None:
    """Write the second half of a topic into another one, as it is."""
    await KafkaLaneTopic(KafkaAccess(broker, target)).prepare(1)
    records = await read_topic(broker, source)
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
        for record in records[len(records) // 2 :]:
            await producer.send_and_wait(
                target, record.value, record.key, partition=0, headers=list(record.headers)
            )
