"""The present state of every opportunity of a lane in a SQLite table, with aiokafka.

`python keep_states_aiokafka.py BROKERS TOPIC LANE FILE`

A record is kept if its epoch and version are not below those of the row that is there; rows and
the offset behind them are stored in one transaction. It ends where the topic ends.
"""

import asyncio
import json
import sqlite3
import sys
from contextlib import closing

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

# What is deleted keeps its row, so that a record of before does not bring it back.
_TABLES = """
create table if not exists opportunities (
    org text, id text, epoch integer, version integer, state text, primary key (org, id));
create table if not exists progress (lane integer primary key, next_offset integer not null);
"""
_KEEP = """
insert into opportunities values (?, ?, ?, ?, ?)
on conflict (org, id) do update set
    epoch = excluded.epoch, version = excluded.version, state = excluded.state
where (excluded.epoch, excluded.version) >= (opportunities.epoch, opportunities.version)"""


async def keep(brokers: str, topic: str, lane: int, file: str) -> int:
    """Store what the topic has by now; return how many opportunities stand."""
    partition = TopicPartition(topic, lane)
    with closing(sqlite3.connect(file)) as database:
        database.executescript(_TABLES)
        found = database.execute("select next_offset from progress where lane = ?", [lane])
        at = next((row[0] for row in found), 0)
        async with AIOKafkaConsumer(
            bootstrap_servers=brokers, enable_auto_commit=False, auto_offset_reset="earliest"
        ) as consumer:
            consumer.assign([partition])
            end = (await consumer.end_offsets([partition]))[partition]
            consumer.seek(partition, at)
            while at < end:
                batches = await consumer.getmany(partition, timeout_ms=1_000)
                records = [record for batch in batches.values() for record in batch]
                if not records:
                    break  # what stood last was compacted away
                at = records[-1].offset + 1
                with database:
                    database.executemany(_KEEP, [_row(record) for record in records])
                    database.execute("insert or replace into progress values (?, ?)", [lane, at])
        standing = database.execute("select count(*) from opportunities where state is not null")
        return int(standing.fetchone()[0])


def _row(record: ConsumerRecord[bytes, bytes]) -> tuple[str, str, int, int, str | None]:
    said = {name: value.decode() for name, value in record.headers}
    key = json.loads(record.key or b"{}")
    after = json.loads(record.value)["after"] if record.value else None
    state = None if after is None else json.dumps(after, ensure_ascii=False)
    return key["org"], key["id"], int(said["laneepoch"]), int(said["streamversion"]), state


if __name__ == "__main__":
    brokers, topic, lane, file = sys.argv[1:]
    print(asyncio.run(keep(brokers, topic, int(lane), file)))
