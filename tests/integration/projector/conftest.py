"""Fixtures of tests that project a real log into real read models."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from command_api.domain import streams
from opportunity_events.v1 import FactData
from projector.application.verification import Verified
from projector.bootstrap import verify
from projector.settings import Settings
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.histories import History
from support.projections import Hand, open_hand, projector_settings

MASTER_KEY = bytes(range(32))
Verify = Callable[[], Awaitable[Verified]]
Story = Callable[[int, int], Awaitable[History]]


class Decisions:
    """How command-api folds, as `cohoi verify` hands it over."""

    def evolve(self, state: streams.State | None, data: FactData, version: int) -> streams.State:
        return streams.evolve(state, data, version)

    def encode(self, state: streams.State) -> bytes:
        return streams.encode_state(state)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    key_file = tmp_path / "master.key"
    key_file.write_bytes(MASTER_KEY)
    return projector_settings(database, key_file)


@pytest_asyncio.fixture
async def connection(database: str) -> AsyncGenerator[asyncpg.Connection]:
    opened = await asyncpg.connect(database)
    yield opened
    await opened.close()


@pytest.fixture
def writer(connection: asyncpg.Connection) -> FactWriter:
    return FactWriter(connection, MasterKey(MASTER_KEY))


@pytest.fixture
def story(writer: FactWriter) -> Story:
    """Plant a random history of one more organization: of a seed, of so many steps."""

    async def tell(seed: int, steps: int) -> History:
        history = History(random.Random(seed), writer.seal)  # noqa: S311 - a test's own
        await writer.register(history.org)
        await writer.append_in_groups(history.facts(steps))
        return history

    return tell


@pytest_asyncio.fixture
async def hand(database: str) -> AsyncGenerator[Hand]:
    async with open_hand(database, MasterKey(MASTER_KEY)) as opened:
        yield opened


@pytest.fixture
def verified(settings: Settings) -> Verify:
    async def ask() -> Verified:
        return await verify(
            settings.log_dsn, settings.master_key_file, lambda _done, _all: None, Decisions()
        )

    return ask
