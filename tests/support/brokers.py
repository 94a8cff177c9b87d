"""Fixtures that give tests a real Kafka broker: the first that there is.

`broker` (session) an address: KAFKA_BOOTSTRAP, a container where those are wanted
         (support.containers), else a native broker (support.native_kafka)
`topic`  (test) a topic's name that nobody used before
`kafka_home` (session) where Kafka's programs are, for tests that kill brokers of their own
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_runtime.ids import new_id
from support import containers
from support.native_kafka import NativeKafka, find_kafka


def named_broker() -> str | None:
    """Return the broker that the tests are told to use."""
    return os.environ.get("KAFKA_BOOTSTRAP")  # noqa: TID251 - the tests' own setting


def has_broker() -> bool:
    """Say whether there is any broker for tests."""
    return named_broker() is not None or containers.wanted() or find_kafka() is not None


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    named = named_broker()
    if named is not None:
        yield named
        return
    if containers.wanted():
        with containers.kafka_container() as bootstrap:
            yield bootstrap
        return
    home = find_kafka()
    assert home is not None, "tests that need a broker are marked so"
    with NativeKafka(home) as native:
        yield native.bootstrap


@pytest.fixture
def topic() -> str:
    return f"cohoi.facts.{new_id().hex}"


@pytest.fixture(scope="session")
def kafka_home() -> Path:
    home = find_kafka()
    assert home is not None, "tests that kill brokers are marked so"
    return home
