"""The topic of facts in Kafka: made, looked at, and appended to by one producer a lane."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.producer.message_accumulator import BatchBuilder

from command_api.application.relaying.ports import TopicTroubleError, UnfitTopicError
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
LARGEST_BATCH_BYTES: Final = 4 * 1024 * 1024
"""What the topic must take: a fact is never larger than a body may be, and a batch holds one."""
TAIL_RECORDS: Final = 500
_SAFE_REPLICAS: Final = 3
_ABANDON_WITHIN_S: Final = 1.0

_TROUBLE: Final = (KafkaError, OSError, TimeoutError)


class KafkaFactTopic:
    """`cohoi.facts`: a partition for each lane, kept for ever, never compacted."""

    def __init__(self, access: KafkaAccess) -> None:
        self._options = access.client_options()
        self._topic = access.topic
        self._producers: dict[int, AIOKafkaProducer] = {}

    async def prepare(self, lanes: int) -> None:
        """See to it that the topic is there and made as it must be; raise UnfitTopicError."""
        async with self._asking("prepare"), self._admin() as admin:
            (found,) = await admin.describe_topics([self._topic])
            if found["error_code"] != 0:
                await self._create(admin, lanes)
                (found,) = await admin.describe_topics([self._topic])
            self._demand_partitions(len(found["partitions"]), lanes)
            replicas = min(len(one["replicas"]) for one in found["partitions"])
            self._demand_settings(await self._settings(admin), replicas)

    async def _create(self, admin: AIOKafkaAdminClient, lanes: int) -> None:
        brokers = len((await admin.describe_cluster())["brokers"])
        replicas = min(_SAFE_REPLICAS, brokers)
        settings = {
            "cleanup.policy": "delete",
            "retention.ms": "-1",
            "retention.bytes": "-1",
            "min.insync.replicas": str(_least_in_sync(replicas)),
            "max.message.bytes": str(LARGEST_BATCH_BYTES),
            "unclean.leader.election.enable": "false",
        }
        wanted = NewTopic(self._topic, lanes, replicas, topic_configs=settings)
        answer: Any = await admin.create_topics([wanted], timeout_ms=_REQUEST_TIMEOUT_MS)
        for _, code, message in answer.topic_errors:
            error = for_code(code)
            if code != 0 and error is not TopicAlreadyExistsError:
                raise TopicTroubleError(f"the topic cannot be made: {message or error.__name__}")
        _log.info("topic_made", topic=self._topic, partitions=lanes, replicas=replicas)
        await self._await_leaders(admin, lanes)

    async def _await_leaders(self, admin: AIOKafkaAdminClient, lanes: int) -> None:
        while True:
            (found,) = await admin.describe_topics([self._topic])
            led = [one for one in found["partitions"] if one["leader"] >= 0]
            if found["error_code"] == 0 and len(led) >= lanes:
                return
            await asyncio.sleep(0.1)

    async def _settings(self, admin: AIOKafkaAdminClient) -> dict[str, str]:
        resource = ConfigResource(ConfigResourceType.TOPIC, self._topic)
        answers: Any = await admin.describe_configs([resource])
        ((_, _, _, _, entries),) = answers[0].resources
        return {entry[0]: entry[1] for entry in entries}

    def _demand_partitions(self, partitions: int, lanes: int) -> None:
        if partitions != lanes:
            raise UnfitTopicError(
                f"Topic {self._topic} has {partitions} partitions, and the log {lanes} lanes. A "
                "partition is a lane for ever: name another topic, or make this one anew."
            )

    def _demand_settings(self, settings: dict[str, str], replicas: int) -> None:
        if "compact" in settings["cleanup.policy"]:
            raise UnfitTopicError(
                f"Topic {self._topic} is compacted, which loses facts: set cleanup.policy=delete."
            )
        if settings["message.timestamp.type"] != "CreateTime":
            raise UnfitTopicError(
                f"Topic {self._topic} gives records times of its own: set "
                "message.timestamp.type=CreateTime, so that a record has its fact's."
            )
        if int(settings["max.message.bytes"]) < LARGEST_BATCH_BYTES:
            raise UnfitTopicError(
                f"Topic {self._topic} takes {settings['max.message.bytes']} bytes at once: set "
                f"max.message.bytes={LARGEST_BATCH_BYTES} or more."
            )
        if int(settings["min.insync.replicas"]) < _least_in_sync(replicas):
            raise UnfitTopicError(
                f"Topic {self._topic} has {replicas} replicas, and takes what "
                f"{settings['min.insync.replicas']} of them have: set min.insync.replicas="
                f"{_least_in_sync(replicas)}."
            )

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

    async def place(self, lane: int, offset: int) -> Place:
        """Return where the record at an offset stands."""
        async with self._asking("place"), self._consuming(lane) as (consumer, partition):
            consumer.seek(partition, offset)
            record = await consumer.getone(partition)
            return place_of(record.headers, record.timestamp)

    async def publish(self, lane: int, records: Sequence[TopicRecord]) -> None:
        """Append records in their order; return once all are safe."""
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
                    await (await producer.send_batch(batch, self._topic, partition=lane))
        except _TROUBLE as error:
            raise TopicTroubleError(f"publish: {type(error).__name__}") from error

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

    @asynccontextmanager
    async def _asking(self, what: str) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(_ASK_WITHIN_S):
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


def _least_in_sync(replicas: int) -> int:
    """Return how many replicas must have a record: of three, two, so that one may be lost."""
    return max(1, min(replicas - 1, 2))


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
        found: dict[Any, Any] = await consumer.getmany(partition, timeout_ms=1_000)
        places += [
            place_of(record.headers, record.timestamp)
            for records in found.values()
            for record in records
            if record.offset < end
        ]
    return places


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
