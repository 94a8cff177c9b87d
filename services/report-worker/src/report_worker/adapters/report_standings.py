"""The queues of reports in numbers for Prometheus."""

from typing import Final

import asyncpg
from prometheus_client import Gauge

from service_runtime.metrics import REGISTRY
from service_runtime.sql import load_sql_folder

_TIMEOUT_S: Final = 1.5

_open: Final = Gauge(
    "cohoi_reports_open",
    "Reports that wait or are being made, by queue and state",
    ["queue", "state"],
    registry=REGISTRY,
)
_oldest: Final = Gauge(
    "cohoi_reports_oldest_seconds",
    "Age of the oldest report that waits or is being made, by queue and state",
    ["queue", "state"],
    registry=REGISTRY,
)
REPORT_GAUGES: Final = (_open, _oldest)


class ReportStandings:
    """How many reports are open, over a pool of the door."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def publish(self) -> None:
        """Set the gauges; a queue without an open report has none."""
        sql = load_sql_folder("report_worker.adapters.door_statements")["standings"]
        async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
            rows = await connection.fetch(sql, timeout=_TIMEOUT_S)
        for gauge in REPORT_GAUGES:
            gauge.clear()
        for row in rows:
            _open.labels(row["queue"], row["state"]).set(row["reports"])
            _oldest.labels(row["queue"], row["state"]).set(row["oldest_s"])
