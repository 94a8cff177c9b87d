"""The one place where the report service puts its parts together."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg
from celery import Celery

from report_worker.adapters.celery_queues import CeleryBroker
from report_worker.adapters.connections import ROLE
from report_worker.adapters.csv_files import write_csv, write_raw_csv
from report_worker.adapters.interval_rows import IntervalRows
from report_worker.adapters.job_book import JobBook, SweepLedger
from report_worker.adapters.order_bell import OrderBell
from report_worker.adapters.order_book import OrderBook
from report_worker.adapters.read_side import PostgresReadSide
from report_worker.adapters.report_store import ReportStore
from report_worker.adapters.xlsx_files import write_xlsx
from report_worker.application.desk import Desk
from report_worker.application.making import Maker, Writer
from report_worker.application.rounds import Rounds
from report_worker.application.sweeping import Sweeper
from report_worker.domain.report import Format
from report_worker.settings import Settings
from service_runtime.authentication import Authenticator
from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.http.health import Check, Readiness
from service_runtime.ids import new_id
from service_runtime.pools import open_pool
from service_runtime.tokens import TokenVerifier

_DAY_S: Final = 86_400
KEPT_S: Final = 7 * _DAY_S
"""How long a file is kept."""
REMEMBERED_S: Final = 30 * _DAY_S
"""How long a report's row and a command's receipt are kept."""
_POOL_SIZE: Final = 5
_DOOR_TIMEOUT_S: Final = 10
_MAX_ATTEMPTS: Final = 10
_LONGEST_QUERY_S: Final = 1_800
_BEATS_BEFORE_DEATH: Final = 5
_ROUND_S: Final = 1.0
_ROUNDS_BETWEEN_TIDYING: Final = 60
_LOST_AFTER_S: Final = 10
_REPEAT_AFTER_S: Final = 600
WRITERS: Final[dict[Format, Writer]] = {
    Format.CSV: write_csv,
    Format.CSV_RAW: write_raw_csv,
    Format.XLSX: write_xlsx,
}


@dataclass(frozen=True)
class DoorParts:
    """What the door is made of, as long as its pools are open."""

    authenticator: Authenticator
    desk: Desk
    store: ReportStore


@asynccontextmanager
async def open_door_parts(settings: Settings, readiness: Readiness) -> AsyncGenerator[DoorParts]:
    """Open what the door needs, and close it in the end."""
    verifier = TokenVerifier(settings.jwks)
    store = ReportStore(settings.reports_dir)
    async with (
        await _pool(settings.reports_dsn) as reports,
        await _pool(settings.read_dsn) as reads,
        await _pool(settings.log_dsn) as log,
    ):
        for name, pool in (("reports", reports), ("read", reads), ("log", log)):
            readiness.add(name, _check_of(pool))
        desk = Desk(
            reads=PostgresReadSide(reads, log),
            orders=OrderBook(reports),
            files=store,
            new_id=new_id,
        )
        yield DoorParts(Authenticator(verifier, PostgresCallerDirectory(log)), desk, store)


def build_maker(settings: Settings) -> Maker:
    """Return what a worker makes reports with."""

    def job_book() -> JobBook:
        return JobBook(settings.reports_dsn, kept_s=KEPT_S)

    return Maker(
        jobs=job_book(),
        beats=job_book,
        rows=IntervalRows(
            settings.read_dsn,
            wait_s=settings.reports_wait_s,
            statement_timeout_s=_LONGEST_QUERY_S,
        ),
        store=ReportStore(settings.reports_dir),
        writers=WRITERS,
        heartbeat_s=settings.reports_dead_after_s / _BEATS_BEFORE_DEATH,
        max_attempts=_MAX_ATTEMPTS,
    )


@contextmanager
def open_rounds(settings: Settings, app: Celery) -> Generator[Rounds]:
    """Open what the scheduler runs, and close it in the end."""
    bell = OrderBell(settings.reports_dsn)
    with sweep_ledger(settings) as ledger:
        sweeper = Sweeper(
            ledger=ledger, broker=CeleryBroker(app), files=ReportStore(settings.reports_dir)
        )
        try:
            yield Rounds(
                sweeper,
                wait=bell.wait,
                round_s=_ROUND_S,
                rounds_between_tidying=_ROUNDS_BETWEEN_TIDYING,
            )
        finally:
            bell.close()


def sweep_ledger(settings: Settings) -> SweepLedger:
    """Return the rows of reports as the sweeper changes them."""
    return SweepLedger(
        settings.reports_dsn,
        dead_after_s=settings.reports_dead_after_s,
        lost_after_s=min(_LOST_AFTER_S, settings.reports_dead_after_s),
        repeat_after_s=_REPEAT_AFTER_S,
        max_attempts=_MAX_ATTEMPTS,
        remembered_s=REMEMBERED_S,
    )


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
