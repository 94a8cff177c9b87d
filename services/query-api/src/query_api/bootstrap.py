"""The one place that puts query-api together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from query_api.adapters.applied_watcher import POSITION_WAITS, AppliedWatcher
from query_api.adapters.asking import ACQUIRE_TIMEOUT_S
from query_api.adapters.board_queries import BoardQueries
from query_api.adapters.directory_queries import DirectoryQueries
from query_api.adapters.fact_log import PostgresFactLog
from query_api.adapters.history_queries import HistoryQueries
from query_api.adapters.lane_standings import LANE_GAUGES, PostgresLanes
from query_api.adapters.log_tail import EVENT_FRAMES, EVENT_STREAMS, LogTail
from query_api.adapters.opportunity_queries import OpportunityQueries
from query_api.adapters.replays import STANDBY_AGE, Replays
from query_api.adapters.vault_keys import PostgresVault
from query_api.application.arrival import WAIT_S
from query_api.application.asking import Asking
from query_api.application.boards import BoardReads
from query_api.application.directory import DirectoryReads
from query_api.application.event_stream import Pulse
from query_api.application.event_streams import EventStreams
from query_api.application.events import EventReads
from query_api.application.history import HistoryReads
from query_api.application.notes import PastNotes
from query_api.application.opportunities import OpportunityReads
from query_api.settings import Settings
from service_runtime.authentication import Authenticator
from service_runtime.caller_bell import remembered_callers
from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.clock import utc_now
from service_runtime.metrics import Readings
from service_runtime.pools import open_pool
from service_runtime.read_schema import ReadSchema
from service_runtime.tokens import TokenVerifier
from service_runtime.vault import MasterKey

ROLE: Final = "cohoi_query"
_APPLICATION: Final = "cohoi query"
_COMMAND_TIMEOUT_S: Final = 15


@dataclass(frozen=True)
class QuerySide:
    """What stands behind the door while it is open."""

    authenticator: Authenticator
    judges: Authenticator
    """Recognizes whoever follows the events: always by what stands in the log at that moment."""
    opportunities: OpportunityReads
    boards: BoardReads
    directory: DirectoryReads
    history: HistoryReads
    events: EventReads
    streams: EventStreams
    watcher: AppliedWatcher
    lanes: PostgresLanes
    replays: Replays
    read_pool: asyncpg.Pool
    view_pool: asyncpg.Pool
    """For board views without a filter, whose plan is kept: planning costs as much as they do."""
    log_pool: asyncpg.Pool

    async def check_read(self) -> None:
        """Raise where the read schema cannot be asked."""
        await self.read_pool.fetchval("select 1")

    async def check_log(self) -> None:
        """Raise where the log cannot be asked."""
        await self.log_pool.fetchval("select 1")


@asynccontextmanager
async def open_query_side(
    settings: Settings, *, wait_s: float = WAIT_S, pulse: Pulse | None = None
) -> AsyncGenerator[QuerySide]:
    """Connect, start the one watcher and the one tail, and close all in the end."""
    master = MasterKey.from_file(settings.master_key_file)
    tokens = TokenVerifier(
        settings.jwks, issuer=settings.token_issuer, audience=settings.token_audience
    )
    async with (
        await _pool(settings.log_dsn, settings) as log_pool,
        await _pool(settings.read_dsn, settings) as read_pool,
        await _pool(settings.read_dsn, settings, plans="force_generic_plan") as view_pool,
        remembered_callers(
            log_pool, settings.log_dsn, role=ROLE, application=_APPLICATION
        ) as callers,
    ):
        doorkeepers = (
            Authenticator(tokens, callers),
            Authenticator(tokens, PostgresCallerDirectory(log_pool)),
        )
        watcher = AppliedWatcher(_reads_of(read_pool), settings.read_dsn, ROLE)
        tail = LogTail(settings.log_dsn, ROLE)
        streams = EventStreams(
            PostgresFactLog(log_pool),
            PostgresVault(log_pool, master),
            tail,
            pulse=pulse,
            wait_s=wait_s,
        )
        running = [
            asyncio.create_task(one) for one in (watcher.run(), tail.run(streams), streams.run())
        ]
        try:
            pools = _Pools(log_pool, read_pool, view_pool)
            yield _query_side(pools, watcher, streams, master, doorkeepers, wait_s)
        finally:
            streams.end_all()
            for task in running:
                task.cancel()
            for task in running:
                with contextlib.suppress(asyncio.CancelledError):
                    await task


def publish_numbers(readings: Readings, side: QuerySide) -> None:
    """Let /metrics look at lanes, pools and whoever waits, whenever it is asked."""
    readings.add("lanes", side.lanes.publish, *LANE_GAUGES)
    readings.add("standby", side.replays.publish, STANDBY_AGE)
    readings.add_pool("query log", side.log_pool)
    readings.add_pool("query read", side.read_pool)
    readings.add_pool("query views", side.view_pool)
    readings.add_gauge("position waits", lambda: side.watcher.waiting, POSITION_WAITS)
    readings.add_gauge("event streams", lambda: len(side.streams), EVENT_STREAMS)
    readings.add_gauge("event frames", lambda: side.streams.frames, EVENT_FRAMES)


@dataclass(frozen=True)
class _Pools:
    """The pools of one process."""

    log: asyncpg.Pool
    read: asyncpg.Pool
    views: asyncpg.Pool


def _query_side(
    pools: _Pools,
    watcher: AppliedWatcher,
    streams: EventStreams,
    master: MasterKey,
    doorkeepers: tuple[Authenticator, Authenticator],
    wait_s: float,
) -> QuerySide:
    log_pool, read_pool = pools.log, pools.read
    reads = _reads_of(read_pool)
    log = PostgresFactLog(log_pool)
    authenticator, judges = doorkeepers
    vault = PostgresVault(log_pool, master)
    asking = Asking(watcher, log, utc_now, wait_s=wait_s)
    return QuerySide(
        authenticator=authenticator,
        judges=judges,
        opportunities=OpportunityReads(asking, OpportunityQueries(reads), PastNotes(log, vault)),
        boards=BoardReads(asking, BoardQueries(reads, _reads_of(pools.views))),
        directory=DirectoryReads(asking, DirectoryQueries(reads)),
        history=HistoryReads(asking, HistoryQueries(reads, log), vault),
        events=EventReads(log, vault, wait_s=wait_s),
        streams=streams,
        watcher=watcher,
        lanes=PostgresLanes(log_pool, read_pool),
        replays=Replays({"log": log_pool, "read": read_pool}),
        read_pool=read_pool,
        view_pool=pools.views,
        log_pool=log_pool,
    )


def _reads_of(pool: asyncpg.Pool) -> ReadSchema:
    return ReadSchema(pool, acquire_timeout_s=ACQUIRE_TIMEOUT_S)


async def _pool(dsn: str, settings: Settings, *, plans: str = "force_custom_plan") -> asyncpg.Pool:
    return await open_pool(
        dsn,
        role=ROLE,
        application=_APPLICATION,
        min_size=1,
        max_size=settings.query_connections,
        command_timeout_s=_COMMAND_TIMEOUT_S,
        settings={"plan_cache_mode": plans},
    )
