"""A projector over a test's database: running, or batch by batch by hand."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import asyncpg
import pytest

from command_api.domain import streams
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.v1 import FactData
from projector.adapters.keyrings import Vault
from projector.adapters.read_models import ReadModelTables
from projector.application.health import Health
from projector.application.ports import Keyrings, ReadModels
from projector.application.projection import LaneProjector, Pace
from projector.application.verification import Verified
from projector.bootstrap import ROLE, Projector, open_projector, open_read_pool, verify
from projector.domain.tables import HISTORY, PRESENT
from projector.settings import Settings
from service_runtime.addresses import Addresses
from service_runtime.lane_facts import LogTable
from service_runtime.pools import open_pool
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.generations import ReadConnection
from support.histories import History

_PAUSE_S = 0.02
_ALL_APPLIED = (
    "select not exists (select from log.lanes l left join projection.checkpoints c "
    "on c.lane = l.lane and c.generation = (select number from projection.current) "
    "where l.head > coalesce(c.lane_position, 0))"
)
Verify = Callable[[], Awaitable[Verified]]
"""Run a verification of the test's database."""
Story = Callable[[int, int], Awaitable[History]]
"""Plant a random history of one more organization: of a seed, of so many steps."""


MASTER_KEY = bytes(range(32))


class Decisions:
    """How command-api folds, as `cohoi verify` hands it over."""

    def evolve(self, state: streams.State | None, data: FactData, version: int) -> streams.State:
        """Return the state after one more fact."""
        return streams.evolve(state, data, version)

    def encode(self, state: streams.State) -> bytes:
        """Write a state down."""
        return streams.encode_state(state)


def key_settings(database: str, directory: Path) -> Settings:
    """Return settings as the environment would give them, with the tests' master key in a file."""
    key_file = directory / "master.key"
    key_file.write_bytes(MASTER_KEY)
    return Settings(log_dsn=database, read_dsn=database, master_key_file=key_file)


async def verified_in(settings: Settings) -> Verified:
    """Verify a database, decision state included."""
    addresses = Addresses(settings.log_dsn, settings.read_dsn, reports=settings.read_dsn)
    return await verify(addresses, settings.master_key_file, lambda _done, _all: None, Decisions())


async def tell(writer: FactWriter, seed: int, steps: int) -> History:
    """Plant a random history of one more organization."""
    history = History(Random(seed), writer.seal)  # noqa: S311 - a test's own
    await writer.register(history.org)
    await writer.append_in_groups(history.facts(steps))
    return history


@asynccontextmanager
async def running_projector(
    settings: Settings, pace: Pace | None = None
) -> AsyncGenerator[Projector]:
    """Run a projector of all lanes beside a test; it stops with it."""
    async with open_projector(settings, pace) as projector:
        stop = asyncio.Event()
        task = asyncio.create_task(projector.run(stop))
        try:
            yield projector
        finally:
            stop.set()
            await task


async def project_all(
    database: str, settings: Settings, pace: Pace | None = None, *, within_s: float = 60
) -> None:
    """Run a projector until every lane is applied up to its head."""
    async with running_projector(settings, pace):
        await until_applied(database, within_s=within_s)


async def until_applied(database: str, *, within_s: float = 60) -> None:
    """Wait until every lane is applied up to its head."""
    connection = await asyncpg.connect(database)
    try:
        await until(asking(connection, _ALL_APPLIED), "all is applied", within_s=within_s)
    finally:
        await connection.close()


async def stored_rows(connection: ReadConnection) -> dict[str, list[str]]:
    """Return every row of every read table but the checkpoints, as text, in a settled order."""
    names = [present.table.name for present in PRESENT] + [one.table.name for one in HISTORY]
    found: dict[str, list[str]] = {}
    for name in names:
        statement = f"select t::text as line from read.{name} t order by 1"  # noqa: S608 - ours
        found[name] = [row["line"] for row in await connection.fetch(statement)]
    return found


def asking(connection: asyncpg.Connection, statement: str) -> Callable[[], Awaitable[object]]:
    """Return what asks a database for one value."""

    async def ask() -> object:
        return await connection.fetchval(statement)

    return ask


async def until(ask: Callable[[], Awaitable[object]], what: str, *, within_s: float = 60) -> None:
    """Ask until the answer is true; fail with what was waited for."""
    deadline = time.monotonic() + within_s
    while not await ask():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within_s:.0f} s: {what}")
        await asyncio.sleep(_PAUSE_S)


class Hand:
    """The parts of a projector, for tests that turn the crank themselves."""

    def __init__(self, source: LogTable, keyrings: Keyrings, models: ReadModelTables) -> None:
        self.source = source
        self.keyrings = keyrings
        self.models = models
        self.health = Health()

    def lane_projector(self, owner: str, *, models: ReadModels | None = None) -> LaneProjector:
        """Return a projector of lane 0 by this owner."""
        return LaneProjector(
            0,
            owner,
            source=self.source,
            keyrings=self.keyrings,
            models=models or self.models,
            health=self.health,
        )

    async def read(self, after: int, limit: int) -> Sequence[LoggedFact]:
        """Read facts of lane 0."""
        return await self.source.read(0, after, limit)


@asynccontextmanager
async def open_hand(database: str, master_key: MasterKey) -> AsyncGenerator[Hand]:
    """Open the parts of a projector."""
    pool = await open_pool(database, role=ROLE, application="tests", min_size=1, max_size=4)
    async with pool, await open_read_pool(database) as read_pool:
        source = LogTable(pool, database, ROLE, application="tests")
        try:
            yield Hand(source, Vault(pool, master_key), ReadModelTables(read_pool))
        finally:
            await source.close()
