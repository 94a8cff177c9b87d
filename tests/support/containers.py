"""The stores as containers, of the images that deploy/ names, for COHOI_TEST_PARTS=containers.

The suite then runs on PostgreSQL, Valkey and Kafka as installations of many machines have them,
and not on the embedded ones. The images are those of the compose file, so that both stay one.
"""

import asyncio
import os
import re
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from testcontainers.community.postgres import PostgresContainer
from testcontainers.community.redis import RedisContainer
from testcontainers.core.container import DockerContainer

from service_runtime.ids import new_id
from support.deadlines import eventually
from support.native_kafka import free_port

_COMPOSE: Final = Path(__file__).parents[2] / "deploy" / "docker-compose.yml"
_CLUSTER: Final = "5L6g3nShT-eMCtK--X86sw"
_KAFKA_PORT: Final = 9092
_UNSAFE_AND_FAST: Final = (
    *("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"),
    *("-c", "max_connections=300"),
)


def wanted() -> bool:
    """Say whether the tests are told to use containers."""
    return os.environ.get("COHOI_TEST_PARTS") == "containers"  # noqa: TID251 - the tests' own setting


@contextmanager
def postgres_container() -> Generator[str]:
    """Run PostgreSQL, fast and without a thought of the disk; yield the superuser's DSN."""
    container = PostgresContainer(
        image_of("postgres"),
        username="cohoi",
        password=new_id().hex,
        dbname="postgres",
        driver=None,
    )
    with container.with_command(["postgres", *_UNSAFE_AND_FAST]) as started:
        yield started.get_connection_url()


@contextmanager
def redis_container() -> Generator[str]:
    """Run Valkey; yield its address."""
    with RedisContainer(image_of("valkey/valkey")) as started:
        host, port = started.get_container_host_ip(), started.get_exposed_port(6379)
        yield f"redis://{host}:{port}/0"


@contextmanager
def kafka_container() -> Generator[str]:
    """Run a Kafka broker that is its own controller; yield where it listens."""
    port = free_port()  # it tells its clients where it is, so that it has to know beforehand
    settings = {
        "CLUSTER_ID": _CLUSTER,
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{_KAFKA_PORT},CONTROLLER://127.0.0.1:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@127.0.0.1:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    container = DockerContainer(image_of("apache/kafka")).with_bind_ports(_KAFKA_PORT, port)
    for name, value in settings.items():
        container.with_env(name, value)
    bootstrap = f"127.0.0.1:{port}"
    with container, ThreadPoolExecutor(1) as thread:  # a loop may be running in this one
        eventually(
            lambda: thread.submit(asyncio.run, _answers(bootstrap)).result(), "Kafka answers"
        )
        yield bootstrap


async def _answers(bootstrap: str) -> bool:
    """Say whether a broker takes part: the engine itself takes connections before it does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2_000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()


def image_of(name: str) -> str:
    """Return the image of a store, with the tag that the compose file has."""
    found = re.search(rf"image: ({re.escape(name)}:\S+)", _COMPOSE.read_text(encoding="utf-8"))
    assert found is not None, f"the compose file has no image {name}"
    return found[1]
