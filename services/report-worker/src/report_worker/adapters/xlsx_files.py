"""Writing XLSX in constant memory: numbers as numbers, dates as dates, text as nothing but text."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO, Final, cast
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from report_worker.application.making import Draft, OpportunityRows
from report_worker.application.pulse import Pulse
from report_worker.domain.cells import decimals, local_instant, shown_name
from report_worker.domain.columns import COLUMNS, PERIODS, STATUS_TYPES, TITLE, OpportunityRow
from report_worker.domain.report import Order
from service_runtime.languages import Language, Words

SHEET_ROWS: Final = 1_048_576
"""How many rows a sheet holds, its heading included."""
_FIRST_YEAR: Final = 1900  # a spreadsheet has no dates before it
_ABOUT: Final = "About"
_ABOUT_LINES: Final = {
    "position": Words("Vị trí trong nhật ký", "Position in the log"),
    "erasures": Words("Số người đã được xóa dữ liệu", "Count of erasures"),
    "clock": Words("Thời điểm của dữ liệu (UTC)", "Time of the data (UTC)"),
    "time_zone": Words("Múi giờ", "Time zone"),
    "filters": Words("Bộ lọc", "Filters"),
    "rows": Words("Số dòng", "Rows"),
}


def write_xlsx(
    order: Order, rows: OpportunityRows, draft: Draft, pulse: Pulse, *, sheet_rows: int = SHEET_ROWS
) -> int:
    """Write a workbook: the rows, on as many sheets as they need, and a sheet about them."""
    with open_workbook(order, TITLE, draft, pulse) as book:
        table = _Table(book, order, sheet_rows)
        for batch in rows.batches():
            for row in batch:
                table.add(row)
            pulse.advance(len(batch))
        table.end()
        write_about(book, order, rows.erasures, table.count)
        return table.count


@contextmanager
def open_workbook(order: Order, title: Words, draft: Draft, pulse: Pulse) -> Generator[Workbook]:
    """Open a workbook whose bytes depend on nothing but what is written into it."""
    options = {
        "constant_memory": True,
        "tmpdir": str(draft.scratch),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    target = _Target(draft.file)
    book = xlsxwriter.Workbook(cast("Any", target), options)
    book.set_properties(
        {
            "title": title.in_language(order.language),
            "created": order.clock.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        }
    )
    book.use_zip64()  # a sheet's XML may pass 4 GB long before the rows run out
    try:
        yield book
        pulse.check()
        book.close()
    except FileCreateError as error:
        raise error.args[0] from error  # the OSError that it hides
    finally:
        target.given_up = True
        for sheet in book.worksheets():
            sheet._opt_close()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - XlsxWriter leaves a half-made sheet's file open


class _Target:
    """The file as a ZipFile has it, until it is given up.

    Where XlsxWriter fails it leaves its ZipFile open, which writes its end when it is collected:
    by then into nothing.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._place = 0
        self.given_up = False

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        """Write bytes."""
        if not self.given_up:
            return self._file.write(data)
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        if not self.given_up:
            return self._file.seek(offset, whence)
        self._place = offset
        return offset

    def tell(self) -> int:
        """Return the place."""
        return self._place if self.given_up else self._file.tell()

    def flush(self) -> None:
        """Pass on what was written."""
        if not self.given_up:
            self._file.flush()


class _Table:
    """The rows, from one sheet to the next."""

    def __init__(self, book: Workbook, order: Order, sheet_rows: int) -> None:
        self._book = book
        self._title = TITLE.in_language(order.language)
        self._language: Language = order.language
        self._zone = ZoneInfo(order.time_zone)
        self._sheet_rows = sheet_rows
        self._heading = book.add_format({"bold": True, "bottom": 1})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._money: dict[int, CellFormat] = {}
        self._sheets = 0
        self._next = 0
        self.count = 0
        self._sheet = self._begin_sheet()

    def add(self, row: OpportunityRow) -> None:
        """Write one row."""
        if self._next == self._sheet_rows:
            self._end_sheet()
            self._sheet = self._begin_sheet()
        self._write(self._sheet, self._next, row)
        self._next += 1
        self.count += 1

    def end(self) -> None:
        """Say that there are no more rows."""
        self._end_sheet()

    def _begin_sheet(self) -> Worksheet:
        self._sheets += 1
        name = self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(COLUMNS):
            sheet.set_column(index, index, column.width)
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, column.heading.in_language(self._language), self._heading)
        self._next = 1
        return sheet

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._next - 1, len(COLUMNS) - 1)

    def _write(self, sheet: Worksheet, at: int, row: OpportunityRow) -> None:
        language = self._language
        texts = (
            str(row.id),
            row.title,
            row.external_ref,
            shown_name(row.customer, language),
            row.board,
            row.status,
            STATUS_TYPES[row.status_type].in_language(language),
            shown_name(row.owner, language),
        )
        for index, text in enumerate(texts):
            if text:
                sheet.write_string(at, index, text)
        money, digits = self._money_format(row.currency)
        self._write_money(at, 8, row.amount_minor, money, digits)
        sheet.write_string(at, 9, row.currency)
        sheet.write_string(at, 10, PERIODS[row.period].in_language(language))
        self._write_money(at, 11, row.annualized_minor, money, digits)
        if row.confidence is not None:
            sheet.write_number(at, 12, row.confidence)
        self._write_money(at, 13, row.expected_value_minor, money, digits)
        self._write_date(at, 14, row.expected_close_date)
        self._write_date(at, 15, row.closed_on)
        self._write_instant(at, 16, row.created_at)
        self._write_instant(at, 17, row.updated_at)

    def _write_money(
        self, at: int, column: int, minor: int | None, money: CellFormat, digits: int
    ) -> None:
        if minor is not None:
            self._sheet.write_number(at, column, minor / 10**digits, money)

    def _write_date(self, at: int, column: int, day: date | None) -> None:
        if day is None:
            return
        if day.year < _FIRST_YEAR:
            self._sheet.write_string(at, column, day.isoformat())
        else:
            self._sheet.write_datetime(at, column, datetime.combine(day, time.min), self._date)

    def _write_instant(self, at: int, column: int, instant: datetime) -> None:
        local = local_instant(instant, self._zone)
        if local.year < _FIRST_YEAR:
            self._sheet.write_string(at, column, local.isoformat(" "))
        else:
            self._sheet.write_datetime(at, column, local, self._instant)

    def _money_format(self, currency: str) -> tuple[CellFormat, int]:
        digits = decimals(currency)
        if digits not in self._money:
            shape = f"#,##0.{'0' * digits}" if digits else "#,##0"
            self._money[digits] = self._book.add_format({"num_format": shape})
        return self._money[digits], digits


def write_about(book: Workbook, order: Order, erasures: int, count: int) -> None:
    """Write what fixes the file's bytes: the position, the erasures, the filters, the clock."""
    sheet = book.add_worksheet(_ABOUT)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 80)
    filters = json.dumps(order.filters, ensure_ascii=False, sort_keys=True)
    values = {
        "position": order.position,
        "erasures": erasures,
        "clock": order.clock.astimezone(UTC).isoformat(timespec="microseconds"),
        "time_zone": order.time_zone,
        "filters": filters,
        "rows": count,
    }
    for at, (key, words) in enumerate(_ABOUT_LINES.items()):
        sheet.write_string(at, 0, words.in_language(order.language))
        value = values[key]
        if isinstance(value, int):
            sheet.write_number(at, 1, value)
        else:
            sheet.write_string(at, 1, value)
