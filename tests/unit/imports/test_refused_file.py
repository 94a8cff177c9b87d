"""The file of refused rows: readable, in the caller's language, and with nothing that could run."""

import csv
import io

from command_api.application.imports.ports import RefusedRow
from command_api.application.imports.refused_file import heading, lines
from command_api.domain.importing.reasons import Reason

ROW = RefusedRow(7, Reason("needs-admin-user"), ("=HYPERLINK(1)", 'a "b", c', "x\ny"))


def read(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_it_begins_with_a_mark_and_ends_its_lines_as_spreadsheets_do() -> None:
    raw = heading(("Deal", "=Sum"), "en")
    assert raw.startswith("\ufeff".encode())
    assert raw.endswith(b"\r\n")
    assert read(raw) == [["line", "reason", "Deal", "'=Sum"]]
    assert read(heading((), "vi")) == [["dòng", "lý do"]]


def test_a_row_stands_with_line_and_reason_and_its_cells_as_they_were() -> None:
    (row,) = read(lines([ROW], "en"))
    assert row[0] == "7"
    assert row[1] == "There is no such owner yet; only an admin may add users."
    assert row[2:] == ["'=HYPERLINK(1)", 'a "b", c', "x\ny"]
    (vietnamese,) = read(lines([ROW], "vi"))
    assert vietnamese[1].startswith("Chưa có người phụ trách này")
