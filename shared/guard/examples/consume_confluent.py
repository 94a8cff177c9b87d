"""Every fact of a lane as a line, with confluent-kafka.

`python consume_confluent.py BROKERS TOPIC LANE`

What is missing in the topic is asked of the log itself where COHOI_ADDRESS and COHOI_OPERATOR_KEY
say where that is. It ends where the topic ends.
"""

import json
import os
import sys
from collections.abc import Iterator

from confluent_kafka import Consumer, TopicPartition

from cohoi_guard import Guard, lane_facts


def consume(brokers: str, topic: str, lane: int) -> Iterator[str]:
    """Yield the facts of a lane, once and in order."""
    consumer = Consumer(
        {"bootstrap.servers": brokers, "group.id": "unused", "enable.auto.commit": False}
    )
    guard = Guard[str](lane=lane)
    try:
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, lane), timeout=10)
        consumer.assign([TopicPartition(topic, lane, 0)])
        offset = 0
        while offset < end:
            message = consumer.poll(10)
            if message is None or message.error():
                raise TimeoutError(f"no answer at offset {offset}")
            offset = (message.offset() or 0) + 1
            said = {
                name: value.decode()
                for name, value in message.headers() or []
                if isinstance(value, bytes)
            }
            position, epoch = int(said["laneposition"]), int(said["laneepoch"])
            value = (message.value() or b"").decode()
            for _, fact in guard.offer(position, value, epoch=epoch, lane=int(said["lane"])):
                yield fact
            yield from _missing(guard, lane)
    finally:
        consumer.close()


def _missing(guard: Guard[str], lane: int) -> Iterator[str]:
    address, key = os.environ.get("COHOI_ADDRESS"), os.environ.get("COHOI_OPERATOR_KEY")
    if guard.missing is None or address is None or key is None:
        return
    for position, fact in lane_facts(address, key, lane, *guard.missing):
        for _, ready in guard.offer(position, json.dumps(fact, ensure_ascii=False)):
            yield ready


if __name__ == "__main__":
    brokers, topic, lane = sys.argv[1:]
    for line in consume(brokers, topic, int(lane)):
        print(line)
