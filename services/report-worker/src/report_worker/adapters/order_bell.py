"""The bell that a new order rings, so that the scheduler need not wait for its next round."""

import time
from typing import Final

import psycopg

from report_worker.adapters.connections import connect_as_keeper
from report_worker.application.making import DatabaseUnavailable

CHANNEL: Final = "cohoi_reports"


class OrderBell:
    """Listens on a connection of its own; without one, waiting is all it does."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None

    def wait(self, seconds: float) -> None:
        """Wait until the bell rings, at most so many seconds."""
        began = time.monotonic()
        try:
            connection = self._connection or self._listen()
            for _ in connection.notifies(timeout=seconds, stop_after=1):
                return
        except (psycopg.Error, DatabaseUnavailable):
            self.close()
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection:
        connection = connect_as_keeper(
            self._dsn, application="report-scheduler", statement_timeout_s=15
        )
        connection.execute(f"listen {CHANNEL}")
        self._connection = connection
        return connection
