"""A topic of Kafka, a partition for each lane: read, and appended to by one producer a lane."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from command_api.adapters.topic_making import settle_topic
from command_api.application.relaying.ports import Span, TopicTroubleError
from opportunity_events.codec import MalformedFactError
from opportunity_events.topic import Place, TopicRecord, place_of
from service_runtime.kafka_access import KafkaAccess

_log: Final = structlog.get_logger("relay.topic")

_REQUEST_TIMEOUT_MS: Final = 10_000
_RETRY_BACKOFF_MS: Final = 200
_ASK_WITHIN_S: Final = 15.0
PUBLISH_WITHIN_S: Final = 15.0
"""So long a batch may be on its way: after it, what became of it is looked up at the tail."""
BATCH_BYTES: Final = 1_000_000
TAIL_RECORDS: Final = 500
_PAGE_RECORDS: Final = 2_000
_FETCHES_OF_A_PAGE: Final = 4
_ABANDON_WITHIN_S: Final = 1.0

_TROUBLE: Final = (KafkaError, OSError, TimeoutError)

Record = ConsumerRecord[Any, Any]


class KafkaLaneTopic:
    """`cohoi.facts`, kept for ever, or another topic of the same lanes, compacted."""

    def __init__(self, access: KafkaAccess, compacted: str | None = None) -> None:
        self._options = access.client_options()
        self._topic = compacted or access.topic
        self._is_compacted = compacted is not None
        self._producers: dict[int, AIOKafkaProducer] = {}
        self._watchers: dict[int, AIOKafkaConsumer] = {}

    @property
    def name(self) -> str:
        """Which topic it is."""
        return self._topic

    async def prepare(self, lanes: int) -> None:
        """See to it that the topic is there and made as it must be; raise UnfitTopicError."""
        async with self._asking("prepare"), self._admin() as admin:
            await settle_topic(admin, self._topic, lanes, compacted=self._is_compacted)

    async def tail(self, lane: int) -> Sequence[Place]:
        """Return where the newest records of a lane stand, oldest first."""
        async with self._asking("tail"), self._consuming(lane) as (consumer, partition):
            first, end = await _bounds(consumer, partition)
            consumer.seek(partition, max(first, end - TAIL_RECORDS))
            return await _places(consumer, partition, end)

    async def bounds(self, lane: int) -> tuple[int, int]:
        """Return the offset of the first record of a lane, and the one after the last."""
        async with self._asking("bounds"), self._consuming(lane) as (consumer, partition):
            return await _bounds(consumer, partition)

    async def end(self, lane: int, within_s: float = _ASK_WITHIN_S) -> int:
        """Return the offset after the last record of a lane, over a connection that is kept."""
        async with self._asking("end", within_s):
            watcher = self._watchers.get(lane) or await self._watcher(lane)
            partition = TopicPartition(self._topic, lane)
            return (await watcher.end_offsets([partition]))[partition]

    async def _watcher(self, lane: int) -> AIOKafkaConsumer:
        watcher = AIOKafkaConsumer(
            **self._options, enable_auto_commit=False, request_timeout_ms=_REQUEST_TIMEOUT_MS
        )
        try:
            await watcher.start()
        except BaseException:
            await watcher.stop()
            raise
        self._watchers[lane] = watcher
        return watcher

    async def pages(
        self, lane: int, first: int, end: int
    ) -> AsyncGenerator[Sequence[tuple[bytes, Place]]]:
        """Yield keys and places of the records from one offset up to another, in pages.

        What somebody else wrote, who is no relay, is left out and told of.
        """
        offset = first
        while offset < end:
            async with self._asking("page"), self._consuming(lane) as (consumer, partition):
                consumer.seek(partition, offset)
                found, offset = await _page(consumer, partition, end)
            yield [one for record in found if (one := _keyed(record)) is not None]

    async def place(self, lane: int, offset: int) -> Place:
        """Return where the record at an offset stands."""
        async with self._asking("place"), self._consuming(lane) as (consumer, partition):
            consumer.seek(partition, offset)
            record = await consumer.getone(partition)
            return place_of(record.headers, record.timestamp)

    async def publish(self, lane: int, records: Sequence[TopicRecord]) -> Span:
        """Append records in their order; return once all are safe, and where they stand."""
        first, end = None, 0
        try:
            producer = await self._producer(lane)
            waiting = list(records)
            while waiting:
                batch = producer.create_batch()
                taken = _fill(batch, waiting)
                if taken == 0:
                    raise TopicTroubleError("publish: a record is larger than a batch may be")
                del waiting[:taken]
                async with asyncio.timeout(PUBLISH_WITHIN_S):
                    sent = await (await producer.send_batch(batch, self._topic, partition=lane))
                first = sent.offset if first is None else first
                end = sent.offset + taken
        except _TROUBLE as error:
            raise TopicTroubleError(f"publish: {type(error).__name__}") from error
        return Span(end if first is None else first, end)

    async def _producer(self, lane: int) -> AIOKafkaProducer:
        if lane in self._producers:
            return self._producers[lane]
        producer = AIOKafkaProducer(
            **self._options,
            client_id=f"cohoi-relay-{lane}",
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            max_batch_size=BATCH_BYTES,
            retry_backoff_ms=_RETRY_BACKOFF_MS,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )
        try:
            async with asyncio.timeout(_ASK_WITHIN_S):
                await producer.start()
        except BaseException:
            await _abandon(producer)
            raise
        self._producers[lane] = producer
        return producer

    async def start_over(self, lane: int) -> None:
        """Give up whatever is still under way, so that publishing can begin anew."""
        producer = self._producers.pop(lane, None)
        if producer is not None:
            await _abandon(producer)
        watcher = self._watchers.pop(lane, None)
        if watcher is not None:
            await watcher.stop()

    @asynccontextmanager
    async def _asking(self, what: str, within_s: float = _ASK_WITHIN_S) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(within_s):
                yield
        except (*_TROUBLE, MalformedFactError) as error:
            raise TopicTroubleError(f"{what}: {type(error).__name__}") from error

    @asynccontextmanager
    async def _consuming(
        self, lane: int
    ) -> AsyncGenerator[tuple[AIOKafkaConsumer, TopicPartition]]:
        partition = TopicPartition(self._topic, lane)
        consumer = AIOKafkaConsumer(
            **self._options,
            enable_auto_commit=False,
            auto_offset_reset="none",
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )
        try:
            await consumer.start()
            consumer.assign([partition])
            yield consumer, partition
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _admin(self) -> AsyncGenerator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**self._options, request_timeout_ms=_REQUEST_TIMEOUT_MS)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


def _fill(batch: BatchBuilder, records: Sequence[TopicRecord]) -> int:
    """Put as many records into a batch as it takes, in order; return how many."""
    for count, record in enumerate(records):
        taken = batch.append(
            timestamp=record.timestamp_ms,
            key=record.key,
            value=record.value,
            headers=record.headers,
        )
        if taken is None:
            return count
    batch.close()
    return len(records)


async def _bounds(consumer: AIOKafkaConsumer, partition: TopicPartition) -> tuple[int, int]:
    first = (await consumer.beginning_offsets([partition]))[partition]
    end = (await consumer.end_offsets([partition]))[partition]
    return first, end


async def _places(consumer: AIOKafkaConsumer, partition: TopicPartition, end: int) -> list[Place]:
    places: list[Place] = []
    while await consumer.position(partition) < end:
        records = await _fetch(consumer, partition, end)
        places += [place_of(record.headers, record.timestamp) for record in records]
    return places


async def _page(
    consumer: AIOKafkaConsumer, partition: TopicPartition, end: int
) -> tuple[list[Record], int]:
    """Fetch some records before an offset of a compacted topic, by a new consumer.

    Return them, and where to go on. What stood last there may be gone, so that nothing ever
    comes: that is known once the broker has answered, and not before.
    """
    found: list[Record] = []
    for _ in range(_FETCHES_OF_A_PAGE):
        more = await _fetch(consumer, partition, end)
        found += more
        position = await consumer.position(partition)
        if position >= end or (found and not more):
            return found, position
    if not found and consumer.highwater(partition) is None:
        raise TopicTroubleError("page: the broker does not say what stands there")
    return found, await consumer.position(partition) if found else end


async def _fetch(consumer: AIOKafkaConsumer, partition: TopicPartition, end: int) -> list[Record]:
    """Fetch some records before an offset; none after a second where there are none."""
    found: dict[Any, list[Record]] = await consumer.getmany(
        partition, timeout_ms=1_000, max_records=_PAGE_RECORDS
    )
    return [record for records in found.values() for record in records if record.offset < end]


def _keyed(record: Record) -> tuple[bytes, Place] | None:
    """Return key and place of a record; none where no relay wrote it."""
    try:
        place = place_of(record.headers, record.timestamp)
    except MalformedFactError as alien:
        _log.warning("alien_record", offset=record.offset, reason=str(alien))
        return None
    return None if record.key is None else (record.key, place)


async def _abandon(producer: AIOKafkaProducer) -> None:
    """End a producer without waiting for what it still holds.

    Its own `stop` waits until everything is delivered, and an idempotent producer tries for ever:
    while the broker is away it would never end. There is no public way, so this one goes through
    the parts of the pinned version.
    """
    sender: Any = producer._sender  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    _fail_all(producer._message_accumulator)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    sending: asyncio.Task[None] | None = sender.sender_task
    if sending is not None:
        sending.remove_done_callback(sender._fail_all)  # noqa: SLF001 - done above, and it minds being late
    for _ in range(2):  # the first time it still waits for what is on the wire
        if sending is not None and not sending.done():
            sending.cancel()
            await producer.client.close()
            await asyncio.wait({sending}, timeout=_ABANDON_WITHIN_S)
    if sending is not None and sending.done() and not sending.cancelled():
        sending.exception()  # looked at, so that nobody complains that it was not
    try:
        async with asyncio.timeout(_ABANDON_WITHIN_S):
            await producer.stop()
    except _TROUBLE as error:
        _log.warning("producer_not_ended", error=type(error).__name__)


def _fail_all(accumulator: Any) -> None:  # noqa: ANN401 - a part of the client without types
    """Let everything fail that waits for delivery; nobody asks any more what became of it."""
    given_up = KafkaError("given up")
    accumulator.fail_all(given_up)
    for batches in (accumulator._pending_batches, *accumulator._batches.values()):  # noqa: SLF001 - there is no public way
        for batch in batches:
            batch.future.exception()
