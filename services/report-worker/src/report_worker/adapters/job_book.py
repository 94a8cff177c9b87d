"""The rows of reports, as a worker and the sweeper change them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from report_worker.adapters.connections import connect_as_keeper, translated
from report_worker.adapters.criteria import read_criteria
from report_worker.adapters.report_metrics import Stopwatch
from report_worker.application.making import DatabaseUnavailable, Made
from report_worker.application.sweeping import Due, Erased, Wanted
from report_worker.domain.report import Attempt, Failure, Format, Order, Queue
from service_runtime.sql import load_sql_folder

_JOBS: Final = "report_worker.adapters.job_statements"
_SWEEPS: Final = "report_worker.adapters.sweep_statements"
_STATEMENT_TIMEOUT_S: Final = 15.0
_Row = dict[str, Any]


class _Session:
    """A connection that is opened when it is needed, and again after it broke."""

    def __init__(self, dsn: str, application: str) -> None:
        self._dsn = dsn
        self._application = application
        self._connection: psycopg.Connection | None = None

    def rows(self, statement: str, parameters: Mapping[str, Any]) -> list[_Row]:
        """Run one statement in a transaction of its own and return its rows."""
        if self._connection is None or self._connection.closed:
            self._connection = connect_as_keeper(
                self._dsn,
                application=self._application,
                statement_timeout_s=_STATEMENT_TIMEOUT_S,
            )
        try:
            with translated(), self._connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(statement.encode(), parameters)
                return cursor.fetchall() if cursor.description else []
        except DatabaseUnavailable:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class JobBook(_Session):
    """What a worker says about the attempt that it makes."""

    def __init__(self, dsn: str, *, kept_s: float) -> None:
        super().__init__(dsn, "report-worker")
        self._kept_s = kept_s
        self._sql = load_sql_folder(_JOBS)
        self._watch = Stopwatch()

    def claim(self, report: UUID, number: int) -> Attempt | None:
        """Take a queued report; None where it is not to be had under this token."""
        rows = self.rows(self._sql["claim"], {"id": report, "attempt": number})
        self._watch.begin()
        return Attempt(_order(report, rows[0]), number) if rows else None

    def beat(self, attempt: Attempt, rows: int, progress: float) -> bool:
        """Write a heartbeat; False where the attempt is no longer wanted."""
        return self._change(attempt, "beat", {"rows": rows, "progress": progress})

    def finish(self, attempt: Attempt, made: Made) -> bool:
        """Point the report to its file; False where the attempt is no longer wanted."""
        outcome = {
            "rows": made.rows,
            "bytes": made.file.bytes,
            "sha256": made.file.sha256,
            "file": made.file.name,
            "erasures": made.erasures,
            "log_erasures": made.log_erasures,
            "kept_s": self._kept_s,
        }
        finished = self._change(attempt, "finish", outcome)
        if finished:
            self._watch.end(attempt, "done", rows=made.rows, size=made.file.bytes)
        return finished

    def fail(self, attempt: Attempt, failure: Failure) -> bool:
        """End the report without a file."""
        self._watch.end(attempt, failure.value)
        return self._change(attempt, "fail", {"error": failure.value})

    def release(self, attempt: Attempt, *, delay_s: float) -> bool:
        """Give the report back, to be tried again under the next token."""
        self._watch.end(attempt, "released")
        return self._change(attempt, "release", {"delay_s": delay_s})

    def _change(self, attempt: Attempt, statement: str, values: Mapping[str, Any]) -> bool:
        token = {"id": attempt.order.id, "attempt": attempt.number}
        return bool(self.rows(self._sql[statement], {**values, **token}))


class SweepLedger(_Session):
    """What the sweeper changes."""

    def __init__(
        self,
        dsn: str,
        *,
        dead_after_s: float,
        lost_after_s: float,
        repeat_after_s: float,
        max_attempts: int,
        remembered_s: float,
    ) -> None:
        super().__init__(dsn, "report-scheduler")
        self._sql = load_sql_folder(_SWEEPS)
        self._death = {
            "dead_after_s": dead_after_s,
            "max_attempts": max_attempts,
            "error": Failure.WORKER_LOST.value,
        }
        self._repeats = {"lost_after_s": lost_after_s, "repeat_after_s": repeat_after_s}
        self._remembered_s = remembered_s

    def revive(self) -> int:
        """Queue again what runs without a heartbeat; return how many."""
        return len(self.rows(self._sql["revive"], self._death))

    def give_up(self) -> int:
        """Fail what died on its last attempt too; return how many."""
        return len(self.rows(self._sql["give_up"], self._death))

    def take_due(self, empty: Sequence[Queue], limit: int) -> list[Due]:
        """Return what has to be enqueued now, marked as such."""
        queues = [queue.value for queue in empty]
        values = {**self._repeats, "empty_queues": queues, "limit": limit}
        rows = self.rows(self._sql["take_due"], values)
        found = [Due(row["id"], row["attempt"], Queue(row["queue"])) for row in rows]
        return sorted(found, key=lambda due: due.report)

    def return_due(self, due: Sequence[Due]) -> None:
        """Take the mark back from what could not be enqueued."""
        self.rows(self._sql["return_due"], {"ids": [each.report for each in due]})

    def expire(self) -> int:
        """Expire files that were kept long enough; return how many."""
        return len(self.rows(self._sql["expire"], {}))

    def expire_erased(self, erased: Sequence[Erased]) -> int:
        """Expire files and forget searches from before these erasures; return how many."""
        values = {
            "orgs": [one.org for one in erased],
            "counts": [one.erasures for one in erased],
            "erased": [one.erased_at for one in erased],
        }
        statements = ("forget_searches", "forget_answers", "expire_erased")
        return sum(len(self.rows(self._sql[name], values)) for name in statements)

    def forget(self) -> None:
        """Forget old rows and receipts."""
        self.rows(self._sql["forget"], {"remembered_s": self._remembered_s})
        self.rows(self._sql["forget_receipts"], {"kept_s": self._remembered_s})

    def wanted(self, reports: Sequence[UUID]) -> Mapping[UUID, Wanted]:
        """Return what is wanted of the files of these reports; unknown ones are left out."""
        rows = self.rows(self._sql["wanted_files"], {"ids": list(reports)})
        return {row["id"]: Wanted(row["file"], row["running"]) for row in rows}


def _order(report: UUID, row: _Row) -> Order:
    return Order(
        org=row["org"],
        id=report,
        kind=row["kind"],
        format=Format(row["format"]),
        filters=row["filters"],
        criteria=read_criteria(row["criteria"]),
        position=row["position"],
        clock=row["clock"],
        time_zone=row["time_zone"],
        language=row["language"],
        expected_rows=row["expected_rows"],
    )
