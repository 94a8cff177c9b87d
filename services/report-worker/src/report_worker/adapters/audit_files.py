"""Writing audits: CSV for people and for programs, and workbooks, a batch of facts at a time."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from opportunity_events.codec import canonical_json
from report_worker.adapters.xlsx_files import SHEET_ROWS, open_workbook, write_about
from report_worker.application.making import Draft, Rows
from report_worker.application.pulse import Pulse
from report_worker.domain.audit import (
    AUDIT_COLUMNS,
    AUDIT_TITLE,
    RAW_COLUMNS,
    SUBJECTS,
    AuditRow,
)
from report_worker.domain.cells import local_instant, shown_name
from report_worker.domain.report import Order
from service_runtime.spreadsheets import disarm

_LONGEST_CELL: Final = 32_767
"""What a spreadsheet holds in one cell; the rest of a longer one stands in the raw CSV."""


def write_audit_csv(order: Order, rows: Rows[AuditRow], draft: Draft, pulse: Pulse) -> int:
    """Write CSV for people: a byte order mark, headings in their language, formulas disarmed."""
    heading = [column.heading.in_language(order.language) for column in AUDIT_COLUMNS]
    zone = ZoneInfo(order.time_zone)

    def line(row: AuditRow) -> list[object]:
        return [
            disarm(cell) if isinstance(cell, str) else cell for cell in _cells(row, order, zone)
        ]

    return _write(draft, "utf-8-sig", heading, line, rows, pulse)


def write_audit_raw_csv(_order: Order, rows: Rows[AuditRow], draft: Draft, pulse: Pulse) -> int:
    """Write CSV for programs (RFC 4180): ids, RFC 3339 instants in UTC, data as canonical JSON."""
    return _write(draft, "utf-8", RAW_COLUMNS, _raw_line, rows, pulse)


def write_audit_xlsx(
    order: Order,
    rows: Rows[AuditRow],
    draft: Draft,
    pulse: Pulse,
    *,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write a workbook: the facts, on as many sheets as they need, and a sheet about them."""
    zone = ZoneInfo(order.time_zone)
    count = 0
    with open_workbook(order, AUDIT_TITLE, draft, pulse) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet, at, sheets = None, 0, 0
        for batch in rows.batches():
            for row in batch:
                if sheet is None or at == sheet_rows:
                    sheets += 1
                    sheet, at = _begin_sheet(book, order, sheets, bold), 1
                _write_row(sheet, at, _cells(row, order, zone), instant)
                at += 1
                count += 1
            pulse.advance(len(batch))
        if sheet is None:
            _begin_sheet(book, order, 1, bold)
        write_about(book, order, rows.erasures, count)
    return count


def _write(
    draft: Draft,
    encoding: str,
    heading: Sequence[str],
    line: Callable[[AuditRow], list[object]],
    rows: Rows[AuditRow],
    pulse: Pulse,
) -> int:
    count = 0
    text = io.TextIOWrapper(draft.file, encoding=encoding, newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    for batch in rows.batches():
        writer.writerows(map(line, batch))
        count += len(batch)
        pulse.advance(len(batch))
    text.flush()
    text.detach()
    return count


def _cells(row: AuditRow, order: Order, zone: ZoneInfo) -> list[object]:
    """Return the cells of a row as people read them, in the order of the columns."""
    language = order.language
    return [
        row.position,
        local_instant(row.recorded_at, zone),
        local_instant(row.occurred_at, zone),
        shown_name(row.actor, language),
        row.client,
        row.text,
        row.title or "",
        row.before,
        row.after,
        row.reason or "",
        SUBJECTS[row.subject].in_language(language),
        str(row.subject_id),
        row.version,
        row.type,
        str(row.command_id),
        str(row.causation_id),
        str(row.event_id),
    ]


def _raw_line(row: AuditRow) -> list[object]:
    return [
        row.position,
        _instant(row.recorded_at),
        _instant(row.occurred_at),
        row.actor_id,
        "(erased)" if row.actor is None else row.actor,
        row.client,
        row.type,
        row.subject,
        row.subject_id,
        row.version,
        row.title,
        row.before,
        row.after,
        row.reason,
        row.text,
        row.command_id,
        row.causation_id,
        row.event_id,
        canonical_json(row.data).decode(),
    ]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _begin_sheet(book: Any, order: Order, number: int, bold: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
    title = AUDIT_TITLE.in_language(order.language)
    sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(AUDIT_COLUMNS):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.heading.in_language(order.language), bold)
    return sheet


def _write_row(sheet: Any, at: int, cells: Sequence[object], instant: Any) -> None:  # noqa: ANN401 - XlsxWriter's
    for index, cell in enumerate(cells):
        match cell:
            case datetime():
                sheet.write_datetime(at, index, cell, instant)
            case int():
                sheet.write_number(at, index, cell)
            case str() if cell:
                sheet.write_string(at, index, cell[:_LONGEST_CELL])
            case _:
                pass
