"""A topic that is not as it must be is refused, with what to mend; a missing one is made."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from command_api.adapters.lane_topic import KafkaLaneTopic
from command_api.adapters.topic_making import LARGEST_BATCH_BYTES, TOMBSTONES_STAY_DAYS
from command_api.application.relaying.ports import UnfitTopicError
from service_runtime.kafka_access import KafkaAccess

pytestmark = pytest.mark.needs_broker


@pytest_asyncio.fixture
async def admin(broker: str) -> AsyncGenerator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=broker)
    await client.start()
    yield client
    await client.close()


async def test_a_missing_topic_is_made_to_keep_everything(
    admin: AIOKafkaAdminClient, broker: str, topic: str
) -> None:
    await KafkaLaneTopic(KafkaAccess(broker, topic)).prepare(3)
    await KafkaLaneTopic(KafkaAccess(broker, topic)).prepare(3)
    (described,) = await admin.describe_topics([topic])
    assert len(described["partitions"]) == 3
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    settings = {entry[0]: entry[1] for entry in answers[0].resources[0][4]}  # pyright: ignore[reportAttributeAccessIssue] - the client has no types of answers
    assert settings["cleanup.policy"] == "delete"
    assert settings["retention.ms"] == settings["retention.bytes"] == "-1"
    assert int(settings["max.message.bytes"]) == LARGEST_BATCH_BYTES


async def test_a_missing_topic_of_states_is_made_to_keep_the_newest_and_tombstones_for_a_week(
    admin: AIOKafkaAdminClient, broker: str, topic: str
) -> None:
    await KafkaLaneTopic(KafkaAccess(broker), topic).prepare(2)
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    settings = {entry[0]: entry[1] for entry in answers[0].resources[0][4]}  # pyright: ignore[reportAttributeAccessIssue] - the client has no types of answers
    assert settings["cleanup.policy"] == "compact"
    assert int(settings["delete.retention.ms"]) == TOMBSTONES_STAY_DAYS * 24 * 3_600_000


@pytest.mark.parametrize(
    ("lanes", "settings", "what_to_mend"),
    [
        (2, {}, "has 1 partitions, and the log 2 lanes"),
        (1, {"cleanup.policy": "compact"}, "set cleanup.policy=delete"),
        (1, {"max.message.bytes": "100000"}, f"set max.message.bytes={LARGEST_BATCH_BYTES}"),
        (
            1,
            {"message.timestamp.type": "LogAppendTime"},
            "set message.timestamp.type=CreateTime",
        ),
    ],
)
async def test_an_unfit_topic_is_refused_with_what_to_mend(
    admin: AIOKafkaAdminClient,
    broker: str,
    topic: str,
    lanes: int,
    settings: dict[str, str],
    what_to_mend: str,
) -> None:
    fitting = {"max.message.bytes": str(LARGEST_BATCH_BYTES)}
    await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={**fitting, **settings})])
    with pytest.raises(UnfitTopicError) as refused:
        await KafkaLaneTopic(KafkaAccess(broker, topic)).prepare(lanes)
    assert what_to_mend in str(refused.value)
