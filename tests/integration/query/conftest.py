"""Fixtures of tests of the reads: two organizations in the read schema, and the door."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from service_runtime.api_keys import new_api_key
from service_runtime.ids import new_id
from support.databases import PostgresCluster
from support.past_stories import PastStory, told_past
from support.query_door import QueryDoor, Reader, open_query_door
from support.read_rows import ReadRows


@pytest.fixture
def rows(database: str) -> Iterator[ReadRows]:
    with ReadRows(database) as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def told(
    postgres_cluster: PostgresCluster,
    database_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[PastStory]:
    """Give a history of months, told once for all that only read it."""
    name = f"told_{new_id().hex}"
    database = postgres_cluster.create(name, database_template)
    async with told_past(database, tmp_path_factory.mktemp("past"), seed=23, steps=1200) as past:
        yield past
    postgres_cluster.drop(name)


@pytest.fixture
def story(told: PastStory) -> PastStory:
    """Give the told history with a chance of its own, so that a test draws the same alone."""
    return replace(told, random=Random(7))  # noqa: S311 - a test's own


@pytest.fixture
def neighbour(database: str) -> Iterator[ReadRows]:
    """Give another organization, which has one of everything."""
    with ReadRows(database, zone="America/New_York") as made:
        made.add_contact(made.customer, "Ann", 0)
        made.add("Neighbour's deal", amount_minor=777, confidence=50)
        yield made


@pytest_asyncio.fixture
async def door(database: str, tmp_path: Path) -> AsyncGenerator[QueryDoor]:
    async with open_query_door(database, tmp_path) as opened:
        yield opened


@pytest.fixture
def reader(door: QueryDoor, rows: ReadRows) -> Reader:
    return door.of(rows)


@pytest.fixture
def api_key(door: QueryDoor, rows: ReadRows) -> Reader:
    """Give a reader that is an API key, without the operator's routes."""
    return _key(door, rows, operator=False)


@pytest.fixture
def operator(door: QueryDoor, rows: ReadRows) -> Reader:
    """Give a reader that is an operator's API key."""
    return _key(door, rows, operator=True)


def _key(door: QueryDoor, rows: ReadRows, *, operator: bool) -> Reader:
    made = new_api_key()
    rows.run(
        "select log.add_api_key(%s, %s, %s, %s, %s, %s, %s)",
        made.key_id,
        new_id(),
        rows.org,
        "a key",
        "service",
        operator,
        made.hash,
    )
    return door.with_credential(made.text)
