"""Making a topic, or seeing to it that the one that is there was made as it must be."""

import asyncio
from typing import Any, Final

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from command_api.application.relaying.ports import TopicTroubleError, UnfitTopicError

_log: Final = structlog.get_logger("relay.topic")

LARGEST_BATCH_BYTES: Final = 4 * 1024 * 1024
"""What a topic must take: a fact is never larger than a body may be, and a batch holds one."""
TOMBSTONES_STAY_DAYS: Final = 7
"""So long a consumer of a compacted topic may be away and still hear of what was deleted."""
_TOMBSTONES_STAY_MS: Final = TOMBSTONES_STAY_DAYS * 24 * 3_600_000
_REQUEST_TIMEOUT_MS: Final = 10_000
_SAFE_REPLICAS: Final = 3
_POLL_S: Final = 0.1


async def settle_topic(
    admin: AIOKafkaAdminClient, topic: str, lanes: int, *, compacted: bool
) -> None:
    """Make a topic with a partition for each lane, where there is none; check the one there is.

    Raises UnfitTopicError, which says what to mend; the caller limits how long it may take.
    """
    (found,) = await admin.describe_topics([topic])
    if found["error_code"] != 0:
        await _create(admin, topic, lanes, compacted=compacted)
        (found,) = await admin.describe_topics([topic])
    _demand_partitions(topic, len(found["partitions"]), lanes)
    settings = await _settings(admin, topic)
    _demand_policy(topic, settings, compacted=compacted)
    replicas = min(len(one["replicas"]) for one in found["partitions"])
    _demand_settings(topic, settings, replicas)


async def _create(admin: AIOKafkaAdminClient, topic: str, lanes: int, *, compacted: bool) -> None:
    brokers = len((await admin.describe_cluster())["brokers"])
    replicas = min(_SAFE_REPLICAS, brokers)
    settings = {
        **(_COMPACTED if compacted else _KEPT),
        "min.insync.replicas": str(_least_in_sync(replicas)),
        "max.message.bytes": str(LARGEST_BATCH_BYTES),
        "unclean.leader.election.enable": "false",
    }
    wanted = NewTopic(topic, lanes, replicas, topic_configs=settings)
    answer: Any = await admin.create_topics([wanted], timeout_ms=_REQUEST_TIMEOUT_MS)
    for _, code, message in answer.topic_errors:
        error = for_code(code)
        if code != 0 and error is not TopicAlreadyExistsError:
            raise TopicTroubleError(f"the topic cannot be made: {message or error.__name__}")
    _log.info("topic_made", topic=topic, partitions=lanes, replicas=replicas)
    await _await_leaders(admin, topic, lanes)


_KEPT: Final = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_COMPACTED: Final = {
    "cleanup.policy": "compact",
    "delete.retention.ms": str(_TOMBSTONES_STAY_MS),
}


async def _await_leaders(admin: AIOKafkaAdminClient, topic: str, lanes: int) -> None:
    while True:
        (found,) = await admin.describe_topics([topic])
        led = [one for one in found["partitions"] if one["leader"] >= 0]
        if found["error_code"] == 0 and len(led) >= lanes:
            return
        await asyncio.sleep(_POLL_S)


async def _settings(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    answers: Any = await admin.describe_configs([resource])
    ((_, _, _, _, entries),) = answers[0].resources
    return {entry[0]: entry[1] for entry in entries}


def _demand_partitions(topic: str, partitions: int, lanes: int) -> None:
    if partitions != lanes:
        raise UnfitTopicError(
            f"Topic {topic} has {partitions} partitions, and the log {lanes} lanes. A "
            "partition is a lane for ever: name another topic, or make this one anew."
        )


def _demand_policy(topic: str, settings: dict[str, str], *, compacted: bool) -> None:
    policy = settings["cleanup.policy"]
    if not compacted and "compact" in policy:
        raise UnfitTopicError(
            f"Topic {topic} is compacted, which loses facts: set cleanup.policy=delete."
        )
    if compacted and policy != "compact":
        raise UnfitTopicError(
            f"Topic {topic} has cleanup.policy={policy}, which keeps every state or loses the "
            "newest: set cleanup.policy=compact."
        )
    if compacted and int(settings["delete.retention.ms"]) < _TOMBSTONES_STAY_MS:
        raise UnfitTopicError(
            f"Topic {topic} forgets after {settings['delete.retention.ms']} ms what was deleted: "
            f"set delete.retention.ms={_TOMBSTONES_STAY_MS} or more."
        )


def _demand_settings(topic: str, settings: dict[str, str], replicas: int) -> None:
    if settings["message.timestamp.type"] != "CreateTime":
        raise UnfitTopicError(
            f"Topic {topic} gives records times of its own: set "
            "message.timestamp.type=CreateTime, so that a record has its fact's."
        )
    if int(settings["max.message.bytes"]) < LARGEST_BATCH_BYTES:
        raise UnfitTopicError(
            f"Topic {topic} takes {settings['max.message.bytes']} bytes at once: set "
            f"max.message.bytes={LARGEST_BATCH_BYTES} or more."
        )
    if int(settings["min.insync.replicas"]) < _least_in_sync(replicas):
        raise UnfitTopicError(
            f"Topic {topic} has {replicas} replicas, and takes what "
            f"{settings['min.insync.replicas']} of them have: set min.insync.replicas="
            f"{_least_in_sync(replicas)}."
        )


def _least_in_sync(replicas: int) -> int:
    """Return how many replicas must have a record: of three, two, so that one may be lost."""
    return max(1, min(replicas - 1, 2))
