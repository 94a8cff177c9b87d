"""The report service in tests: its settings, its parts in this process, and its processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from cohoi.adapters.redis_server import celery_broker_url
from report_worker.adapters.criteria import criteria_json
from report_worker.domain.filters import Viewpoint, parse_filter
from report_worker.domain.report import Format, Kind, queue_for
from report_worker.settings import Settings
from service_runtime.ids import new_id
from support.deadlines import eventually
from support.generations import ReadRowsConnection
from support.office import MASTER_KEY
from support.read_tables import ReadTables

WORKER = (
    "-m", "celery", "-A", "report_worker.entrypoints.celery_app", "worker", "--pool", "solo",
    "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO",
    "-Q", "reports.fast,reports.slow",
)  # fmt: skip
SCHEDULER = ("-m", "report_worker.entrypoints.scheduler")


class Orderer(Protocol):
    """Who orders reports in a test: somebody of an organization at a position."""

    @property
    def org(self) -> UUID: ...
    @property
    def owner(self) -> UUID: ...
    @property
    def position(self) -> int: ...
    @property
    def clock(self) -> datetime: ...


@dataclass(frozen=True)
class ReportService:
    """Where the service's parts are, and what stands in its rows and its folder."""

    settings: Settings

    @classmethod
    def over(cls, database: str, redis_url: str, folder: Path) -> Self:
        """Return a service whose dead workers are noticed within two seconds."""
        return cls(
            Settings(
                reports_dsn=database,
                read_dsn=database,
                log_dsn=database,
                redis_url=celery_broker_url(redis_url),
                reports_dir=folder / "reports",
                master_key_file=_master_key(folder),
                jwks=folder / "jwks.json",
                reports_dead_after_s=2,
                reports_wait_s=1,
            )
        )

    def order(
        self,
        world: Orderer,
        written: Format,
        filters: Mapping[str, object] | None = None,
        *,
        language: str = "en",
        expected_rows: int = 0,
        kind: Kind = "opportunities",
        time_zone: str = "Asia/Ho_Chi_Minh",
    ) -> UUID:
        """Add a queued report of the world's present position."""
        report = new_id()
        view = Viewpoint(
            clock=world.clock,
            time_zone=time_zone,
            user_id=world.owner,
            team_id=None,
            sees=None,
        )
        criteria = parse_filter(filters or {}, view)
        if kind == "audit":
            criteria = replace(criteria, deleted=None, whole_log=not filters)
        values = {
            "id": report,
            "org": world.org,
            "ordered_by": f"user/{world.owner}",
            "kind": kind,
            "format": written.value,
            "filters": Jsonb(dict(filters or {})),
            "criteria": criteria_json(criteria),
            "position": world.position,
            "clock": world.clock,
            "time_zone": time_zone,
            "language": language,
            "expected_rows": expected_rows,
            "queue": queue_for(expected_rows).value,
            "erasures": 0,
        }
        names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        self.change(f"insert into reports.reports ({names}) values ({places})", values)  # noqa: S608 - names of our own
        return report

    def row(self, report: UUID) -> dict[str, Any]:
        """Return a report's row."""
        with self._connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("select * from reports.reports where id = %s", [report])
            found = cursor.fetchone()
        assert found is not None
        return found

    def change(self, statement: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> None:
        """Change rows behind the service's back."""
        with self._connection() as connection:
            connection.execute(statement.encode(), values)

    def wait_for(
        self, report: UUID, what: Callable[[dict[str, Any]], bool], *, within_s: float = 90
    ) -> dict[str, Any]:
        """Wait until a report's row is so."""
        eventually(lambda: what(self.row(report)), f"report {report}", within_s=within_s)
        return self.row(report)

    def wait_until_done(self, report: UUID, *, within_s: float = 90) -> dict[str, Any]:
        """Wait until a report is made."""
        return self.wait_for(report, lambda row: row["state"] == "done", within_s=within_s)

    def files(self, world: ReadTables) -> list[Path]:
        """Return everything that lies in the folder of a world's organization."""
        return self.files_of(world.org)

    def files_of(self, org: UUID) -> list[Path]:
        """Return everything that lies in an organization's folder."""
        home = self.settings.reports_dir / str(org)
        return sorted(home.iterdir()) if home.is_dir() else []

    def content(self, report: UUID) -> bytes:
        """Return the bytes of a report's file."""
        row = self.row(report)
        return (self.settings.reports_dir / str(row["org"]) / row["file"]).read_bytes()

    def start(self, arguments: Sequence[str], log: Path) -> "ServiceProcess":
        """Start one of the service's processes."""
        return ServiceProcess(arguments, self.settings, log)

    def _connection(self) -> ReadRowsConnection:
        return ReadRowsConnection.to(self.settings.reports_dsn)


def _master_key(folder: Path) -> Path:
    """Write the tests' master key where a process can read it."""
    path = folder / "master.key"
    path.write_bytes(MASTER_KEY)
    return path


class ServiceProcess:
    """A worker or scheduler as a process; use it as a context, which leaves nothing running."""

    def __init__(self, arguments: Sequence[str], settings: Settings, log: Path) -> None:
        self._log = log
        values = settings.model_dump(mode="json", exclude_none=True)
        inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}  # noqa: TID251 - what a shell would give
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, "-W", "ignore", *arguments],
                env={**inherited, **{f"COHOI_{key.upper()}": str(values[key]) for key in values}},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=30)

    def stop(self, *, within_s: float = 30) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=within_s)
