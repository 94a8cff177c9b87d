"""Reading a whole topic as a consumer does, record by record."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition


async def read_topic(bootstrap: str, topic: str, lane: int = 0) -> list[ConsumerRecord[Any, Any]]:
    """Return every record of a partition, as it stands now."""
    partition = TopicPartition(topic, lane)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none"
    )
    await consumer.start()
    try:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        await consumer.seek_to_beginning(partition)
        records: list[ConsumerRecord[Any, Any]] = []
        async with asyncio.timeout(60):
            while await consumer.position(partition) < end:
                found = await consumer.getmany(partition, timeout_ms=1_000)
                records += [record for batch in found.values() for record in batch]
        return records
    finally:
        await consumer.stop()
