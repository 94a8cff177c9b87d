"""Writing CSV: one kind for people, one for programs."""

import csv
import io
from zoneinfo import ZoneInfo

from report_worker.application.making import Draft, OpportunityRows
from report_worker.application.pulse import Pulse
from report_worker.domain.cells import (
    decimals,
    disarm,
    local_instant,
    shown_name,
    whole_units,
)
from report_worker.domain.columns import COLUMNS, PERIODS, STATUS_TYPES, OpportunityRow
from report_worker.domain.report import Order
from service_runtime.languages import Language


def write_csv(order: Order, rows: OpportunityRows, draft: Draft, pulse: Pulse) -> int:
    """Write CSV for people: a byte order mark, so that spreadsheets read it as UTF-8, and CRLF.

    Position and count of erasures stand in the file's name: a line of their own would be taken
    for a row by whatever reads the table.
    """
    count = 0
    line = _LineOf(order)
    text = io.TextIOWrapper(draft.file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.heading.in_language(order.language) for column in COLUMNS])
    for batch in rows.batches():
        writer.writerows(map(line, batch))
        count += len(batch)
        pulse.advance(len(batch))
    text.flush()
    text.detach()
    return count


def write_raw_csv(_order: Order, rows: OpportunityRows, draft: Draft, pulse: Pulse) -> int:
    """Write CSV for programs, as PostgreSQL renders it."""
    count = 0
    for part, lines in rows.raw_csv():
        draft.file.write(part)
        count += lines
        pulse.advance(lines)
    return count


class _LineOf:
    """Turns a row into the cells of a line."""

    def __init__(self, order: Order) -> None:
        self._language: Language = order.language
        self._zone = ZoneInfo(order.time_zone)

    def __call__(self, row: OpportunityRow) -> list[object]:
        """Return the cells of a row; text that a spreadsheet might run is disarmed."""
        language, digits = self._language, decimals(row.currency)
        return [
            row.id,
            disarm(row.title),
            disarm(row.external_ref or ""),
            disarm(shown_name(row.customer, language)),
            disarm(row.board or ""),
            disarm(row.status or ""),
            STATUS_TYPES[row.status_type].in_language(language),
            disarm(shown_name(row.owner, language)),
            _money(row.amount_minor, digits),
            row.currency,
            PERIODS[row.period].in_language(language),
            _money(row.annualized_minor, digits),
            row.confidence,
            _money(row.expected_value_minor, digits),
            row.expected_close_date,
            row.closed_on,
            local_instant(row.created_at, self._zone),
            local_instant(row.updated_at, self._zone),
        ]


def _money(minor: int | None, digits: int) -> str | None:
    return None if minor is None else whole_units(minor, digits)
