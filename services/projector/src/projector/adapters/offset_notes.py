"""Offsets committed under a group's name: for dashboards of Kafka, nothing here reads them."""

import asyncio
import contextlib
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from service_runtime.kafka_access import KafkaAccess

GROUP: Final = "cohoi-projector"
NOTE_EVERY_S: Final = 5.0
_RETRY_S: Final = 30.0
_WITHIN_S: Final = 15.0

_log: Final = structlog.get_logger("projector.offset_notes")


class OffsetNotes:
    """Tells Kafka every few seconds how far each lane is; whether that succeeds matters to nobody.

    By a consumer of its own that reads nothing: what follows a lane must not wait for a group's
    coordinator.
    """

    def __init__(self, access: KafkaAccess) -> None:
        self._options = access.client_options()
        self._topic = access.topic
        self._offsets: dict[int, int] = {}
        self._told: dict[int, int] = {}
        self._telling: asyncio.Task[None] | None = None

    def note(self, lane: int, offset: int) -> None:
        """Note the offset that a lane reads next."""
        self._offsets[lane] = offset
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell_for_ever())

    async def close(self) -> None:
        """Tell no more."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait({self._telling})

    async def _tell_for_ever(self) -> None:
        while True:
            try:
                await self._tell()
            except (KafkaError, OSError, TimeoutError) as error:
                _log.info("offsets_not_noted", error=type(error).__name__, retry_in_s=_RETRY_S)
                await asyncio.sleep(_RETRY_S)

    async def _tell(self) -> None:
        options: dict[str, Any] = {"group_id": GROUP, "enable_auto_commit": False}
        consumer = AIOKafkaConsumer(**self._options, **options)
        assigned: set[int] = set()
        try:
            async with asyncio.timeout(_WITHIN_S):
                await consumer.start()
            while True:
                if assigned != self._offsets.keys():
                    assigned = set(self._offsets)
                    partitions = [TopicPartition(self._topic, lane) for lane in sorted(assigned)]
                    consumer.assign(partitions)
                    consumer.pause(*partitions)
                await self._commit(consumer)
                await asyncio.sleep(NOTE_EVERY_S)
        finally:
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(_WITHIN_S):
                    await consumer.stop()

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        changed = {
            TopicPartition(self._topic, lane): offset
            for lane, offset in self._offsets.items()
            if self._told.get(lane) != offset
        }
        if changed:
            async with asyncio.timeout(_WITHIN_S):
                await consumer.commit(changed)
            self._told |= {partition.partition: offset for partition, offset in changed.items()}
