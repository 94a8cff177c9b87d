"""What workers and the scheduler are made of."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from celery import Celery

from report_worker.adapters.audit_files import (
    write_audit_csv,
    write_audit_raw_csv,
    write_audit_xlsx,
)
from report_worker.adapters.audit_rows import AuditSource
from report_worker.adapters.celery_queues import CeleryBroker
from report_worker.adapters.csv_files import write_csv, write_raw_csv
from report_worker.adapters.interval_rows import IntervalRows
from report_worker.adapters.job_book import JobBook, SweepLedger
from report_worker.adapters.log_standings import LogErasures, LogStandings
from report_worker.adapters.order_bell import OrderBell
from report_worker.adapters.report_store import ReportStore
from report_worker.adapters.xlsx_files import write_xlsx
from report_worker.application.making import Maker, OpportunityRows, Recipe, Rows, Writer
from report_worker.application.rounds import Rounds
from report_worker.application.sweeping import Broker, Sweeper
from report_worker.domain.audit import AuditRow
from report_worker.domain.report import Format
from report_worker.settings import Settings
from service_runtime.vault import MasterKey

_DAY_S: Final = 86_400
KEPT_S: Final = 7 * _DAY_S
"""How long a file is kept."""
REMEMBERED_S: Final = 30 * _DAY_S
"""How long a report's row and a command's receipt are kept."""
_MAX_ATTEMPTS: Final = 10
_LONGEST_QUERY_S: Final = 1_800
_BEATS_BEFORE_DEATH: Final = 5
_ROUND_S: Final = 1.0
_ROUNDS_BETWEEN_TIDYING: Final = 60
_LOST_AFTER_S: Final = 10
_REPEAT_AFTER_S: Final = 600
WRITERS: Final[dict[Format, Writer[OpportunityRows]]] = {
    Format.CSV: write_csv,
    Format.CSV_RAW: write_raw_csv,
    Format.XLSX: write_xlsx,
}
AUDIT_WRITERS: Final[dict[Format, Writer[Rows[AuditRow]]]] = {
    Format.CSV: write_audit_csv,
    Format.CSV_RAW: write_audit_raw_csv,
    Format.XLSX: write_audit_xlsx,
}


def build_maker(settings: Settings) -> Maker:
    """Return what a worker makes reports with."""

    def job_book() -> JobBook:
        return JobBook(settings.reports_dsn, kept_s=KEPT_S)

    rows = IntervalRows(
        settings.read_dsn,
        wait_s=settings.reports_wait_s,
        statement_timeout_s=_LONGEST_QUERY_S,
    )
    facts = AuditSource(
        rows,
        settings.log_dsn,
        MasterKey.from_file(settings.master_key_file),
        statement_timeout_s=_LONGEST_QUERY_S,
    )
    return Maker(
        jobs=job_book,
        beats=job_book,
        recipes={
            "opportunities": Recipe(rows, WRITERS),
            "audit": Recipe(facts, AUDIT_WRITERS),
        },
        standings=LogStandings(settings.log_dsn),
        store=ReportStore(settings.reports_dir),
        heartbeat_s=settings.reports_dead_after_s / _BEATS_BEFORE_DEATH,
        max_attempts=_MAX_ATTEMPTS,
    )


@contextmanager
def open_rounds(settings: Settings, app: Celery) -> Generator[Rounds]:
    """Open what the scheduler runs, and close it in the end."""
    bell = OrderBell(settings.reports_dsn)
    with open_sweeper(settings, CeleryBroker(app)) as sweeper:
        try:
            yield Rounds(
                sweeper,
                wait=bell.wait,
                round_s=_ROUND_S,
                rounds_between_tidying=_ROUNDS_BETWEEN_TIDYING,
            )
        finally:
            bell.close()


@contextmanager
def open_sweeper(settings: Settings, broker: Broker) -> Generator[Sweeper]:
    """Open a sweeper over rows, files and the log's erasures, and close it in the end."""
    erasures = LogErasures(settings.log_dsn)
    with sweep_ledger(settings) as ledger:
        try:
            yield Sweeper(
                ledger=ledger,
                broker=broker,
                files=ReportStore(settings.reports_dir),
                erasures=erasures,
                remembered_s=REMEMBERED_S,
            )
        finally:
            erasures.close()


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
