"""`python -m cohoi_bench.export_once`: one export in a process of its own: its memory shows.

Reads one JSON order from standard input; writes rows, seconds, bytes and peak memory as JSON.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

import msgspec
import psycopg
import xlsxwriter

from report_worker.adapters.csv_files import write_csv, write_raw_csv
from report_worker.adapters.interval_rows import IntervalRows
from report_worker.adapters.xlsx_files import write_xlsx
from report_worker.application.pulse import Pulse
from report_worker.domain.filters import OpportunityFilter
from report_worker.domain.report import Attempt, Format, Order
from service_runtime.clock import utc_now

_WRITERS: Final[dict[str, Any]] = {
    "csv": write_csv,
    "csv-raw": write_raw_csv,
    "xlsx": write_xlsx,
}


class Export(msgspec.Struct):
    """What to write where: `way` is a format of ours, `copy` or `xlsxwriter`."""

    way: str
    dsn: str
    schema: str
    org: UUID
    position: int
    expected_rows: int
    folder: str


class _Beats:
    def beat(self, attempt: Attempt, rows: int, progress: float) -> bool:
        del attempt, rows, progress
        return True

    def close(self) -> None:
        """Hold nothing."""


class _Draft:
    """A file that nobody keeps."""

    def __init__(self, file: BinaryIO, scratch: Path) -> None:
        self.file = file
        self.scratch = scratch


def _ours(export: Export, file: BinaryIO) -> int:
    now = utc_now()
    order = Order(
        org=export.org,
        id=export.org,
        kind="opportunities",
        format=Format(export.way),
        filters={},
        criteria=OpportunityFilter(today=now.date()),
        position=export.position,
        clock=now,
        time_zone="Asia/Ho_Chi_Minh",
        language="en",
        expected_rows=export.expected_rows,
    )
    rows = IntervalRows(export.dsn, wait_s=10, statement_timeout_s=1_200)
    pulse = Pulse(Attempt(order, 1), _Beats, interval_s=1, stopping=threading.Event())
    with pulse, rows.open(order, pulse, at_least=export.position) as opened:
        return _WRITERS[export.way](order, opened, _Draft(file, Path(export.folder)), pulse)


_COLUMNS: Final = (
    "id, title, external_ref, customer_id, board_id, status_id, status_type, owner_id, "
    "amount_minor, currency, period, annualized_minor, confidence, weighted_minor, "
    "expected_close_date, closed_on, created_at, updated_at"
)


def _select(export: Export) -> str:
    return (
        f"select {_COLUMNS} from {export.schema}.opportunity_versions "  # noqa: S608 - our own words
        f"where org = '{export.org}' and from_position <= {export.position} "
        f"and (to_position is null or to_position > {export.position}) and deleted_at is null"
    )


def _copy(export: Export, file: BinaryIO) -> int:
    statement = f"copy ({_select(export)}) to stdout with (format csv, header)"
    rows = -1
    with (
        psycopg.connect(export.dsn) as connection,
        connection.cursor() as cursor,
        cursor.copy(statement.encode()) as copy,
    ):
        for part in copy:
            file.write(part)
            rows += 1
    return rows


def _xlsxwriter(export: Export, path: Path) -> int:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    count = 0
    for count, row in enumerate(_rows(export), start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(count, column, value.astimezone(UTC).replace(tzinfo=None))
            elif value is not None:
                sheet.write(count, column, value if isinstance(value, int) else str(value))
    book.close()
    return count


def _rows(export: Export) -> Iterator[tuple[Any, ...]]:
    with psycopg.connect(export.dsn) as connection, connection.cursor("bench") as cursor:
        cursor.itersize = 2_000
        cursor.execute(_select(export).encode())
        yield from cursor


def _peak_mb() -> float:
    """Return the peak of this program alone: `ru_maxrss` begins with that of its parent."""
    status = Path("/proc/self/status")
    if not status.exists():
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def main() -> None:
    """Write one file and say how it went."""
    export = msgspec.json.decode(sys.stdin.buffer.read(), type=Export)
    path = Path(export.folder) / f"export.{export.way}"
    began = time.perf_counter()
    if export.way == "xlsxwriter":
        rows = _xlsxwriter(export, path)
    else:
        with path.open("wb") as file:
            rows = _copy(export, file) if export.way == "copy" else _ours(export, file)
    seconds = time.perf_counter() - began
    size = path.stat().st_size
    path.unlink()
    said = {"rows": rows, "seconds": seconds, "bytes": size, "peak_mb": _peak_mb()}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
