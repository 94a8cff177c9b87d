"""The real door over a log of its own; every test has an organization to itself."""

from collections.abc import AsyncGenerator

import pytest

from service_runtime.ids import new_id
from support.databases import PostgresCluster
from support.real_command_door import DoorProcess, RealDoor, open_door_process


@pytest.fixture(scope="session")
async def door_process(
    postgres_cluster: PostgresCluster,
    database_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[DoorProcess]:
    """Start the door once: organizations keep its tests apart, as they keep customers apart."""
    name = f"test_{new_id().hex}"
    dsn = postgres_cluster.create(name, database_template)
    async with open_door_process(dsn, tmp_path_factory.mktemp("door")) as process:
        yield process
    postgres_cluster.drop(name)


@pytest.fixture
async def door(door_process: DoorProcess) -> RealDoor:
    """Begin an organization behind the door."""
    return await door_process.begin_organization()
