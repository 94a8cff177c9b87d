"""Facts from the topic: each lane's partition, held against the lane's own numbers."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from cohoi_guard import Guard, NewEpoch
from opportunity_events.codec import MalformedFactError
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.topic import logged_of, place_of
from projector.adapters.offset_notes import OffsetNotes
from projector.application.poison import PoisonFactError
from projector.application.ports import EpochBeganError
from service_runtime.kafka_access import KafkaAccess
from service_runtime.lane_facts import LogTable

_CONNECT_WITHIN_S: Final = 15.0
_REQUEST_TIMEOUT_MS: Final = 10_000
_PARTITION_BYTES: Final = 4 * 1024 * 1024
_MOST_PROBES: Final = 64
_GAP_FACTS: Final = 500

_log: Final = structlog.get_logger("projector.fact_topic")

Record = ConsumerRecord[Any, Any]


class FactTopic:
    """The topic of facts as the source of every lane; the log's table closes its gaps.

    Nothing rests on a consumer group: a lane is read by whoever holds it, from its checkpoint on.
    """

    def __init__(self, access: KafkaAccess, table: LogTable) -> None:
        self._options = access.client_options()
        self._table = table
        self._topic = access.topic
        self._readers: dict[int, _LaneReader] = {}
        self._notes = OffsetNotes(access)

    async def lanes(self) -> Sequence[int]:
        """Return the lanes that there are."""
        return await self._table.lanes()

    async def epochs(self, lane: int) -> Mapping[int, int]:
        """Return the epochs of a lane, each with the lane position at which it begins."""
        return await self._table.epochs(lane)

    async def read(self, lane: int, after: int, limit: int) -> Sequence[LoggedFact]:
        """Return the next facts of a lane, gapless and in order, as far as they are here by now."""
        reader = await self._reader(lane, after)
        try:
            facts = await reader.take(limit)
        except BaseException:
            await self._forget(lane)  # whatever it has in hand is read again
            raise
        if reader.next_offset is not None:
            self._notes.note(lane, reader.next_offset)
        return facts

    async def wait(self, lane: int, timeout_s: float) -> None:
        """Return as soon as there is more in the lane, or after the time-out."""
        reader = self._readers.get(lane)
        if reader is not None:
            await reader.fetch(timeout_s)

    async def close(self) -> None:
        """Leave Kafka, and stop listening to the log."""
        await self._notes.close()
        for lane in list(self._readers):
            await self._forget(lane)
        await self._table.close()

    async def _reader(self, lane: int, after: int) -> "_LaneReader":
        reader = self._readers.get(lane)
        if reader is not None and reader.at == after:
            return reader
        await self._forget(lane)
        epochs = await self.epochs(lane)
        guard = Guard[LoggedFact](last=after, epochs=epochs, lane=lane)
        consumer = AIOKafkaConsumer(
            **self._options,
            enable_auto_commit=False,
            auto_offset_reset="none",
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            max_partition_fetch_bytes=_PARTITION_BYTES,
        )
        partition = TopicPartition(self._topic, lane)
        reader = _LaneReader(consumer, partition, guard, self._table)
        try:
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                await reader.begin()
        except BaseException:
            await reader.close()
            raise
        self._readers[lane] = reader
        return reader

    async def _forget(self, lane: int) -> None:
        reader = self._readers.pop(lane, None)
        if reader is not None:
            await reader.close()


class _LaneReader:
    """One partition, read on from a lane position."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        partition: TopicPartition,
        guard: Guard[LoggedFact],
        table: LogTable,
    ) -> None:
        self._consumer = consumer
        self._partition = partition
        self._guard = guard
        self._table = table
        self._ready: deque[LoggedFact] = deque()
        self._fetched: deque[Record] = deque()
        self.next_offset: int | None = None

    @property
    def at(self) -> int:
        """Return the lane position up to which facts were given out."""
        return self._ready[0].lane_position - 1 if self._ready else self._guard.last

    async def begin(self) -> None:
        """Find where to read from: at most at the fact that is next, never far before it.

        A record's lane position is at most one more than its offset, and grows by one at most
        from a record to the next. Whatever is overshot, the guard misses and the log has.
        """
        await self._consumer.start()
        self._consumer.assign([self._partition])
        first = (await self._consumer.beginning_offsets([self._partition]))[self._partition]
        end = (await self._consumer.end_offsets([self._partition]))[self._partition]
        after = self._guard.last
        offset = min(max(after, first), end)
        for _ in range(_MOST_PROBES):
            if offset >= end:
                break
            self._consumer.seek(self._partition, offset)
            record = await self._consumer.getone(self._partition)
            behind = after + 1 - place_of(record.headers, record.timestamp).lane_position
            if behind <= 0:
                break
            offset = min(end, record.offset + behind)
        self._consumer.seek(self._partition, offset)

    async def take(self, limit: int) -> list[LoggedFact]:
        """Return facts that are here, at most `limit`."""
        while len(self._ready) < limit:
            if self._guard.missing is not None:
                if not await self._close_gap():
                    break
                continue
            if not self._fetched:
                await self.fetch(0)
            if not self._fetched:
                break
            record = self._fetched.popleft()
            self._offer(record)
            self.next_offset = record.offset + 1
        return [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]

    async def fetch(self, timeout_s: float) -> None:
        """Fetch what the topic has, if nothing waits to be taken yet."""
        if self._guard.missing is not None:
            await self._table.wait(self._partition.partition, timeout_s)
        elif not self._fetched and not self._ready:
            found = await self._consumer.getmany(self._partition, timeout_ms=int(timeout_s * 1000))
            self._fetched.extend(record for records in found.values() for record in records)

    async def close(self) -> None:
        """Leave Kafka."""
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                await self._consumer.stop()

    def _offer(self, record: Record) -> None:
        """Hand a record to the guard.

        Raises PoisonFactError for one that is damaged, EpochBeganError for one of a new epoch.
        """
        lane = self._partition.partition
        try:
            place = place_of(record.headers, record.timestamp)
            if place.lane_position <= self._guard.last:
                return  # before its bytes are looked at: a relay may publish much again
            fact = logged_of(place, record.value or b"")
        except MalformedFactError as damage:
            reason = f"offset {record.offset}: {damage}"
            raise PoisonFactError(lane, self._guard.last + 1, None, reason) from damage
        try:
            self._take(fact, place.epoch)
        except NewEpoch as new:
            raise EpochBeganError(f"epoch {new.epoch} of lane {lane} began") from new

    def _take(self, fact: LoggedFact, epoch: int | None) -> None:
        for _, ready in self._guard.offer(fact.lane_position, fact, epoch=epoch):
            self._ready.append(ready)

    async def _close_gap(self) -> bool:
        """Ask the log for some of what the topic skipped; say whether it had any."""
        lane = self._partition.partition
        facts = await self._table.read(lane, self._guard.last, _GAP_FACTS)
        for fact in facts:
            self._take(fact, None)
        _log.warning("gap_in_topic", lane=lane, closed_up_to=self._guard.last)
        return bool(facts)
