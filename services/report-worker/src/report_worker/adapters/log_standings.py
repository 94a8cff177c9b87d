"""Where organizations stand in the log, and who of them was erased."""

from typing import Any, Final
from uuid import UUID

import psycopg

from report_worker.adapters.connections import connect_as_keeper, connect_to, translated
from report_worker.application.making import DatabaseUnavailable, Standing
from report_worker.application.sweeping import Erased
from service_runtime.sql import load_sql_folder

_HEADS: Final = "report_worker.adapters.head_queries"
_ERASURES: Final = "report_worker.adapters.erasure_queries"
_TIMEOUT_S: Final = 15.0


class LogStandings:
    """Asks the log where one organization stands."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._statement = load_sql_folder(_HEADS)["log_standing"].encode()

    def standing(self, org: UUID) -> Standing:
        """Return the head and the count of erasures, of one moment."""
        connection = connect_to(
            self._dsn, org, application="report-worker", statement_timeout_s=_TIMEOUT_S
        )
        try:
            with translated():
                row = connection.execute(self._statement, {"org": org}).fetchone()
        finally:
            connection.close()
        return Standing(0, 0) if row is None else Standing(*row)


class LogErasures:
    """Asks the log who was erased lately, of all organizations; one connection, kept open."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._sql = {name: text.encode() for name, text in load_sql_folder(_ERASURES).items()}
        self._connection: psycopg.Connection | None = None

    def newest(self) -> int:
        """Return the ordinal of the newest erasure."""
        return self._rows("newest", {})[0][0]

    def lately(self, within_s: float) -> list[Erased]:
        """Return the organizations in which somebody was erased within so many seconds."""
        rows = self._rows("counts", {"within_s": within_s})
        return [Erased(*row) for row in rows]

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, name: str, values: dict[str, float]) -> list[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = connect_as_keeper(
                self._dsn, application="report-scheduler", statement_timeout_s=_TIMEOUT_S
            )
        try:
            with translated():
                return self._connection.execute(self._sql[name], values).fetchall()
        except DatabaseUnavailable:
            self.close()
            raise
