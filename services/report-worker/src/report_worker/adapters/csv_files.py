"""Writing CSV: one kind for people, one for programs; PostgreSQL renders both."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator

from report_worker.application.making import Draft, OpportunityRows
from report_worker.application.pulse import Pulse
from report_worker.domain.columns import COLUMNS
from report_worker.domain.report import Order
from service_runtime.languages import Language


def write_csv(order: Order, rows: OpportunityRows, draft: Draft, pulse: Pulse) -> int:
    """Write CSV for people: a byte order mark, so that spreadsheets read it as UTF-8, and CRLF.

    Position and count of erasures stand in the file's name: a line of their own would be taken
    for a row by whatever reads the table.
    """
    draft.file.write(BOM_UTF8 + _heading(order.language))
    return _write(rows.people_csv(order), draft, pulse)


def write_raw_csv(_order: Order, rows: OpportunityRows, draft: Draft, pulse: Pulse) -> int:
    """Write CSV for programs."""
    return _write(rows.raw_csv(), draft, pulse)


def _write(parts: Iterator[tuple[bytes, int]], draft: Draft, pulse: Pulse) -> int:
    count = 0
    for part, lines in parts:
        draft.file.write(part)
        count += lines
        pulse.advance(lines)
    return count


def _heading(language: Language) -> bytes:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow([column.heading.in_language(language) for column in COLUMNS])
    return line.getvalue().encode()
