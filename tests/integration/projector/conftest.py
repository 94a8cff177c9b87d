"""Fixtures of tests that project a real log into real read models."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from projector.application.verification import Verified
from projector.settings import Settings
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.generations import ReadConnection, connect_to_reads
from support.histories import History
from support.projections import (
    MASTER_KEY,
    Hand,
    Story,
    Verify,
    key_settings,
    open_hand,
    tell,
    verified_in,
)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return key_settings(database, tmp_path)


@pytest_asyncio.fixture
async def connection(database: str) -> AsyncGenerator[ReadConnection]:
    opened = await connect_to_reads(database)
    yield opened
    await opened.close()


@pytest.fixture
def writer(connection: ReadConnection) -> FactWriter:
    return FactWriter(connection, MasterKey(MASTER_KEY))


@pytest.fixture
def story(writer: FactWriter) -> Story:
    async def plant(seed: int, steps: int) -> History:
        return await tell(writer, seed, steps)

    return plant


@pytest_asyncio.fixture
async def hand(database: str) -> AsyncGenerator[Hand]:
    async with open_hand(database, MasterKey(MASTER_KEY)) as opened:
        yield opened


@pytest.fixture
def verified(settings: Settings) -> Verify:
    async def ask() -> Verified:
        return await verified_in(settings)

    return ask
