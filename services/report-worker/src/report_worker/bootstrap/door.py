"""What the door of /v1/reports is made of."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from report_worker.adapters.connections import ROLE
from report_worker.adapters.order_book import OrderBook
from report_worker.adapters.read_side import PostgresReadSide
from report_worker.adapters.report_standings import REPORT_GAUGES, ReportStandings
from report_worker.adapters.report_store import ReportStore
from report_worker.application.desk import Desk
from report_worker.settings import Settings
from service_runtime.authentication import Authenticator
from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.http.health import Check, Readiness
from service_runtime.ids import new_id
from service_runtime.metrics import Readings
from service_runtime.pools import open_pool
from service_runtime.tokens import TokenVerifier

_POOL_SIZE: Final = 5
_DOOR_TIMEOUT_S: Final = 10


@dataclass(frozen=True)
class DoorParts:
    """What the door is made of, as long as its pools are open."""

    authenticator: Authenticator
    desk: Desk
    store: ReportStore


@asynccontextmanager
async def open_door_parts(
    settings: Settings, readiness: Readiness, readings: Readings
) -> AsyncGenerator[DoorParts]:
    """Open what the door needs, and close it in the end."""
    verifier = TokenVerifier(
        settings.jwks, issuer=settings.token_issuer, audience=settings.token_audience
    )
    store = ReportStore(settings.reports_dir)
    async with (
        await _pool(settings.reports_dsn) as reports,
        await _pool(settings.read_dsn) as reads,
        await _pool(settings.log_dsn) as log,
    ):
        for name, pool in (("reports", reports), ("read", reads), ("log", log)):
            readiness.add(name, _check_of(pool))
            readings.add_pool(f"reports {name}", pool)
        readings.add("reports", ReportStandings(reports).publish, *REPORT_GAUGES)
        desk = Desk(
            reads=PostgresReadSide(reads, log),
            orders=OrderBook(reports),
            files=store,
            new_id=new_id,
        )
        yield DoorParts(Authenticator(verifier, PostgresCallerDirectory(log)), desk, store)


async def _pool(dsn: str) -> asyncpg.Pool:
    return await open_pool(
        dsn,
        role=ROLE,
        application="report-door",
        min_size=1,
        max_size=_POOL_SIZE,
        command_timeout_s=_DOOR_TIMEOUT_S,
    )


def _check_of(pool: asyncpg.Pool) -> Check:
    async def check() -> object:
        return await pool.fetchval("select 1")

    return check
