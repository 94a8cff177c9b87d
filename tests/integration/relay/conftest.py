"""Fixtures of tests that publish a real log to a real topic."""

from collections.abc import AsyncGenerator, Iterator

import asyncpg
import pytest
import pytest_asyncio

from service_runtime.vault import MasterKey
from support.backed_up import Installation
from support.databases import PostgresCluster
from support.fact_writer import FactWriter
from support.projections import MASTER_KEY


@pytest_asyncio.fixture
async def connection(database: str) -> AsyncGenerator[asyncpg.Connection]:
    opened = await asyncpg.connect(database)
    yield opened
    await opened.close()


@pytest.fixture
def writer(connection: asyncpg.Connection) -> FactWriter:
    return FactWriter(connection, MasterKey(MASTER_KEY))


@pytest.fixture
def installation(postgres_cluster: PostgresCluster, database: str) -> Iterator[Installation]:
    made = Installation(postgres_cluster, database)
    yield made
    postgres_cluster.drop(made.backup)
