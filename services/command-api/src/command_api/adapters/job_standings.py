"""The queue of jobs in numbers for Prometheus."""

from typing import Final

import asyncpg
from prometheus_client import Gauge

from service_runtime.metrics import REGISTRY
from service_runtime.sql import load_sql

_TIMEOUT_S: Final = 1.5

_open: Final = Gauge(
    "cohoi_jobs_open",
    "Jobs that wait or run, by kind and state",
    ["kind", "state"],
    registry=REGISTRY,
)
_oldest: Final = Gauge(
    "cohoi_jobs_oldest_seconds",
    "Age of the oldest job that waits or runs, by kind and state",
    ["kind", "state"],
    registry=REGISTRY,
)
JOB_GAUGES: Final = (_open, _oldest)


class JobStandings:
    """How many jobs are open, over a pool of command-api."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def publish(self) -> None:
        """Set the gauges; a kind without an open job has none."""
        sql = load_sql("command_api.adapters.job_sql", "job_standings")
        async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
            rows = await connection.fetch(sql, timeout=_TIMEOUT_S)
        for gauge in JOB_GAUGES:
            gauge.clear()
        for row in rows:
            _open.labels(row["kind"], row["state"]).set(row["jobs"])
            _oldest.labels(row["kind"], row["state"]).set(row["oldest_s"])
