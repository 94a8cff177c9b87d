"""Every fact of a lane into a SQLite file, with aiokafka.

`python consume_aiokafka.py BROKERS TOPIC LANE FILE`

The facts and the guard's `last` are stored in one transaction: killed at any moment and started
again, it goes on behind what it stored. It ends where the topic ends.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing

from aiokafka import AIOKafkaConsumer, TopicPartition

from cohoi_guard import Guard

_TABLES = """
create table if not exists facts (
    lane integer, laneposition integer, fact text, primary key (lane, laneposition));
create table if not exists progress (lane integer primary key, last integer not null);
"""


async def consume(brokers: str, topic: str, lane: int, file: str) -> int:
    """Store what the topic has by now; return how far that is."""
    partition = TopicPartition(topic, lane)
    with closing(sqlite3.connect(file)) as database:
        database.executescript(_TABLES)
        found = database.execute("select last from progress where lane = ?", [lane]).fetchone()
        guard = Guard[bytes](last=found[0] if found else 0, lane=lane)
        async with AIOKafkaConsumer(
            bootstrap_servers=brokers, enable_auto_commit=False, auto_offset_reset="none"
        ) as consumer:
            consumer.assign([partition])
            end = (await consumer.end_offsets([partition]))[partition]
            await consumer.seek_to_beginning(partition)
            while await consumer.position(partition) < end:
                batches = await consumer.getmany(partition, timeout_ms=1_000)
                records = [record for batch in batches.values() for record in batch]
                facts: list[tuple[int, bytes]] = []
                for record in records:
                    said = {name: value.decode() for name, value in record.headers}
                    position, epoch = int(said["laneposition"]), int(said["laneepoch"])
                    facts += guard.offer(
                        position, record.value or b"", epoch=epoch, lane=int(said["lane"])
                    )
                with database:
                    database.executemany(
                        "insert into facts values (?, ?, ?)",
                        [(lane, position, fact.decode()) for position, fact in facts],
                    )
                    database.execute(
                        "insert or replace into progress values (?, ?)", [lane, guard.last]
                    )
        return guard.last


if __name__ == "__main__":
    brokers, topic, lane, file = sys.argv[1:]
    print(asyncio.run(consume(brokers, topic, int(lane), file)))
