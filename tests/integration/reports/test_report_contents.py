"""What stands in a report: the rows of its position, with the names of then, in three formats."""

import csv
import io
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from report_worker.adapters.xlsx_files import write_xlsx
from report_worker.bootstrap.background import WRITERS, build_maker
from report_worker.domain.report import Format
from support.read_tables import ReadTables, day
from support.report_service import ReportService

RAW_HEADING = (
    "id,title,external_ref,customer_id,customer,board_id,board,status_id,status,status_type,"
    "owner_id,owner,amount,currency,period,annualized,confidence,expected_value,"
    "expected_close_date,closed_on,created_at,updated_at"
)


def make(service: ReportService, report: UUID) -> bytes:
    build_maker(service.settings).make(report, service.row(report)["attempt"])
    row = service.row(report)
    assert row["state"] == "done", row["error"]
    return service.content(report)


def raw_rows(service: ReportService, world: ReadTables, **filters: object) -> list[dict[str, str]]:
    text = make(service, service.order(world, Format.CSV_RAW, filters)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def titles(service: ReportService, world: ReadTables, **filters: object) -> list[str]:
    return [row["title"] for row in raw_rows(service, world, **filters)]


def test_raw_csv_holds_minor_units_ids_and_instants(
    world: ReadTables, service: ReportService
) -> None:
    deal = world.add_opportunity(
        'Máy "A", đợt 2',
        amount_minor=125_001,
        currency="USD",
        period="monthly",
        confidence=75,
        expected_close_date=day("2026-06-30"),
    )
    text = make(service, service.order(world, Format.CSV_RAW)).decode()
    heading, line, end = text.split("\r\n")
    assert heading == RAW_HEADING
    assert end == ""
    at = world.clock.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    status = world.statuses["Tiềm năng"]
    assert line == (
        f'{deal},"Máy ""A"", đợt 2",,{world.customer},Công ty Đá Quý,{world.board},Bán hàng,'
        f"{status},Tiềm năng,active,{world.owner},Lan,125001,USD,monthly,1500012,75,93751,"
        f"2026-06-30,,{at},{at}"
    )


def test_csv_for_people_has_a_mark_words_of_theirs_and_whole_units(
    world: ReadTables, service: ReportService
) -> None:
    world.add_opportunity("Ghế", amount_minor=125_005, currency="USD", confidence=50)
    world.add_opportunity(
        "Bàn",
        amount_minor=900_000,
        status_id=world.statuses["Thắng"],
        status_type="won",
        period="annual",
        closed_on=day("2026-05-11"),
    )
    content = make(service, service.order(world, Format.CSV, language="vi"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    chairs, table = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert chairs["Tên cơ hội"] == "Ghế"
    assert chairs["Doanh thu"] == "1250.05"
    assert chairs["Giá trị kỳ vọng"] == "625.03"  # 62,502.5 hundredths, half away from zero
    assert chairs["Chu kỳ"] == "Một lần"
    assert chairs["Loại trạng thái"] == "Đang hoạt động"
    assert chairs["Ngày tạo"] == "2026-05-11 09:35:00"  # local to the organization
    assert table["Doanh thu"] == "900000"  # the đồng has no decimals
    assert table["Loại trạng thái"] == "Hoàn thành"
    assert table["Ngày chốt"] == "2026-05-11"


@pytest.mark.parametrize("report_format", [Format.CSV, Format.CSV_RAW])
def test_dates_do_not_depend_on_how_the_workers_account_likes_to_read_them(
    world: ReadTables,
    service: ReportService,
    monkeypatch: pytest.MonkeyPatch,
    report_format: Format,
) -> None:
    world.add_opportunity("Ghế", amount_minor=1, expected_close_date=day("2026-06-30"))
    usual = make(service, service.order(world, report_format))
    again = service.order(world, report_format)
    attempt = service.row(again)["attempt"]
    with monkeypatch.context() as account:
        account.setenv("PGDATESTYLE", "German, DMY")
        build_maker(service.settings).make(again, attempt)
    assert service.content(again) == usual
    assert b"2026-06-30" in usual


@pytest.mark.parametrize(
    ("currency", "minor", "text"),
    [
        ("VND", 125_000, "125000"),
        ("USD", 0, "0.00"),
        ("USD", 5, "0.05"),
        ("USD", 9_007_199_254_740_991, "90071992547409.91"),
        ("KWD", 1, "0.001"),
        ("CLF", 12_345, "1.2345"),
        ("XTS", 125, "1.25"),  # not one of ours: as most are
    ],
)
def test_money_is_written_in_whole_units_exactly(
    world: ReadTables, service: ReportService, currency: str, minor: int, text: str
) -> None:
    world.add_opportunity("Ghế", amount_minor=minor, currency=currency)
    content = make(service, service.order(world, Format.CSV)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert (row["Value"], row["Currency"]) == (text, currency)


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Asia/Ho_Chi_Minh", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
)
def test_both_formats_for_people_show_the_wall_clock_that_the_zone_had(
    world: ReadTables, service: ReportService, zone: str
) -> None:
    instants = [
        datetime.fromisoformat(text).replace(tzinfo=UTC)
        for text in (
            "1923-07-01T00:00:00",
            "1969-12-31T23:59:59.999999",
            "2011-12-30T09:59:59",  # Samoa is about to leave out a day
            "2011-12-30T10:00:00",
            "2026-03-08T06:59:59.5",  # the last moment of New York's winter
            "2026-03-08T07:00:00",
            "2026-11-01T05:30:00",  # an hour that New York has twice
            "2026-11-01T06:30:00",
        )
    ]
    for instant in instants:
        world.add_opportunity("Ghế", created_at=instant)
    content = make(service, service.order(world, Format.CSV, time_zone=zone)).decode("utf-8-sig")
    shown = [row["Created at"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    clocks = [instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for instant in instants]
    assert shown == [str(clock.replace(microsecond=0)) for clock in clocks]
    workbook = make(service, service.order(world, Format.XLSX, time_zone=zone))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["Opportunities"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Created at")
    cells = [sheet.cell(row, column).value for row in range(2, len(instants) + 2)]
    assert [str(cell) for cell in cells] == shown


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-5", "@sum", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a"]
)
def test_text_that_a_spreadsheet_would_run_is_disarmed(
    world: ReadTables, service: ReportService, text: str
) -> None:
    world.add_opportunity(text, external_ref=text, customer_id=world.add_customer(text))
    content = make(service, service.order(world, Format.CSV)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert row["Title"] == row["External reference"] == row["Customer"] == f"'{text}"
    book = openpyxl.load_workbook(io.BytesIO(make(service, service.order(world, Format.XLSX))))
    title = book["Opportunities"]["B2"]
    assert (title.value, title.data_type) == (text, "s")
    assert titles(service, world) == [text]  # raw stays raw


def test_xlsx_holds_numbers_dates_and_a_sheet_about_itself(
    world: ReadTables, service: ReportService
) -> None:
    world.add_opportunity(
        "https://example.org",
        external_ref="00123",
        amount_minor=125_005,
        currency="USD",
        confidence=50,
        expected_close_date=day("2026-06-30"),
    )
    world.add_opportunity("Chưa ước tính", expected_close_date=day("1890-01-02"))
    report = service.order(world, Format.XLSX, {"type": ["active"]}, language="vi")
    book = openpyxl.load_workbook(io.BytesIO(make(service, report)))
    assert book.sheetnames == ["Cơ hội", "About"]
    sheet = book["Cơ hội"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:R3")
    cells = {str(sheet.cell(1, column).value): sheet.cell(2, column) for column in range(1, 19)}
    assert cells["Tên cơ hội"].value == "https://example.org"
    assert cells["Tên cơ hội"].hyperlink is None
    assert cells["Mã ngoài"].value == "00123"
    assert cells["Doanh thu"].value == 1250.05
    assert cells["Doanh thu"].number_format == "#,##0.00"
    assert cells["Ngày chốt dự kiến"].value == datetime(2026, 6, 30)  # noqa: DTZ001 - as a cell has it
    assert cells["Ngày tạo"].value == datetime(2026, 5, 11, 9, 35)  # noqa: DTZ001 - likewise
    assert sheet["I3"].value is None
    assert sheet["O3"].value == "1890-01-02"  # spreadsheets have no dates before 1900
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Vị trí trong nhật ký"] == world.position
    assert about["Số người đã được xóa dữ liệu"] == 0
    assert about["Bộ lọc"] == '{"type": ["active"]}'
    assert about["Thời điểm của dữ liệu (UTC)"] == world.clock.isoformat(timespec="microseconds")
    assert about["Số dòng"] == 2


@pytest.mark.parametrize("written", list(Format))
def test_the_same_position_gives_the_same_bytes_whatever_was_written_between(
    world: ReadTables, service: ReportService, written: Format
) -> None:
    deals = [world.add_opportunity(f"Deal {n}", amount_minor=n) for n in range(50)]
    first, second = (service.order(world, written) for _ in range(2))
    before = make(service, first)
    for deal in deals[::3]:
        world.change_opportunity(deal, title="Khác", amount_minor=7)
    world.change_opportunity(deals[1], deleted_at=world.clock)
    world.add_opportunity("Mới")
    world.rename_customer(world.customer, "Tên mới")
    world.rename_user(world.owner, "Mai")
    world.change_board(world.board, name="Khác", statuses=[("Thắng", "won")])
    assert make(service, second) == before
    assert service.row(first)["sha256"] == service.row(second)["sha256"]
    assert make(service, service.order(world, written)) != before


def test_names_are_those_of_the_position_and_a_deleted_status_keeps_its_last(
    world: ReadTables, service: ReportService
) -> None:
    world.add_opportunity("Sống", status_id=world.statuses["Thắng"], status_type="won")
    world.add_opportunity("Xóa", deleted_at=world.clock)
    old = service.order(world, Format.CSV_RAW)
    world.rename_customer(world.customer, "Tên mới")
    world.rename_user(world.owner, "Mai")
    world.change_board(world.board, name="Bảng mới", statuses=[("Thắng", "won")])
    (row,) = csv.DictReader(io.StringIO(make(service, old).decode(), newline=""))
    assert (row["customer"], row["owner"], row["board"]) == ("Công ty Đá Quý", "Lan", "Bán hàng")
    (row,) = raw_rows(service, world)
    assert (row["customer"], row["owner"], row["board"]) == ("Tên mới", "Mai", "Bảng mới")
    (row,) = raw_rows(service, world, deleted=True)
    assert (row["title"], row["status"]) == ("Xóa", "Tiềm năng")


def test_an_erased_name_is_said_to_be_erased_at_any_position(
    world: ReadTables, service: ReportService
) -> None:
    world.add_opportunity("Ghế")
    before = service.order(world, Format.CSV)
    after = service.order(world, Format.CSV)
    assert "Công ty Đá Quý" in make(service, before).decode()
    world.erase_customer(world.customer)
    content = make(service, after).decode()
    assert "Công ty Đá Quý" not in content
    assert "(erased)" in content
    assert (service.row(before)["erasures"], service.row(after)["erasures"]) == (0, 1)


def test_rows_come_by_creation_then_by_id(world: ReadTables, service: ReportService) -> None:
    at = world.clock
    late = world.add_opportunity("Sau", created_at=at + timedelta(seconds=1))
    same = [world.add_opportunity(f"Cùng {n}", created_at=at) for n in range(5)]
    assert [row["id"] for row in raw_rows(service, world)] == [
        *sorted(str(deal) for deal in same),
        str(late),
    ]


def test_every_filter_chooses_what_it_says(world: ReadTables, service: ReportService) -> None:
    team = world.add_team("Miền Nam")
    mai = world.add_user("Mai", team=team)
    other = world.add_customer("Hòa Phát")
    board = world.add_board("Dịch vụ", [("Mới", "active"), ("Mất", "lost")])
    world.add_opportunity("A", amount_minor=100, expected_close_date=day("2026-05-01"))
    world.add_opportunity(
        "B", amount_minor=200, owner_id=mai, expected_close_date=day("2026-06-15"), period="annual"
    )
    world.add_opportunity("C", customer_id=other, external_ref="HD-77")
    lost = {"board_id": board, "status_id": world.statuses["Mất"], "status_type": "lost"}
    world.add_opportunity("D", closed_on=day("2026-04-30"), currency="USD", amount_minor=5, **lost)
    world.add_opportunity("E", deleted_at=world.clock)

    def found(**filters: object) -> str:
        return "".join(titles(service, world, **filters))

    assert found() == "ABCD"
    assert found(board=str(board)) == "D"
    assert found(board=[str(board), str(world.board)]) == "ABCD"
    assert found(status=str(world.statuses["Mất"])) == "D"
    assert found(type="lost") == "D"
    assert found(type=["active", "won"]) == "ABC"
    assert found(owner="me") == "ACD"
    assert found(owner=str(mai)) == "B"
    assert found(team=str(team)) == "B"
    assert found(team="mine") == ""  # the caller has no team
    assert found(customer=str(other)) == "C"
    assert found(value_min=150, currency="VND") == "B"
    assert found(value_max="100", currency=["VND", "USD"]) == "AD"
    assert found(currency="USD") == "D"
    assert found(period="annual") == "B"
    assert found(expected_close_from="next_month", expected_close_to="next_month") == "B"
    assert found(expected_close_to="2026-06-15") == "A"
    assert found(closed_from="last_month", closed_to="last_month") == "D"
    assert found(closed_from="today") == ""
    assert found(created_from="today", created_to="today") == "ABCD"
    assert found(created_to="2026-05-11") == ""
    assert found(updated_from="tomorrow") == ""
    assert found(overdue=True) == "A"
    assert found(overdue="false") == "BCD"
    assert found(deleted=True) == "E"
    assert found(deleted=[True, False]) == "ABCDE"


def test_words_are_looked_for_in_title_reference_and_the_customer_name_of_then(
    world: ReadTables, service: ReportService
) -> None:
    world.add_opportunity("Đàm phán hợp đồng", external_ref="HD-77")
    world.add_opportunity("Ghế", customer_id=world.add_customer("Hòa Phát"))

    def found(q: object) -> int:
        return len(titles(service, world, q=q))

    assert found("dam") == found("HỢP đ") == found("hd-7") == found("da qu dong") == 1
    assert found("phat") == 1
    assert found(["phat", "dam"]) == 2
    assert found("nothing") == 0
    assert found("?!") == 2
    then = service.order(world, Format.CSV_RAW, {"q": "quy"})
    later = service.order(world, Format.CSV_RAW, {"q": "moi"})
    world.rename_customer(world.customer, "Tên mới")
    assert make(service, then).count(b"\r\n") == 2
    assert make(service, later).count(b"\r\n") == 1
    assert found("moi") == 1
    assert found("quy") == 0


def test_a_report_never_holds_another_organizations_rows(
    database: str, world: ReadTables, service: ReportService
) -> None:
    world.add_opportunity("Của tôi")
    with ReadTables(database) as other:
        other.add_opportunity("Của họ")
        assert titles(service, world) == ["Của tôi"]
        assert titles(service, other) == ["Của họ"]
        assert titles(service, world, customer=str(other.customer)) == []


def test_rows_beyond_a_sheet_go_on_the_next(
    world: ReadTables, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_many(25)
    monkeypatch.setitem(WRITERS, Format.XLSX, partial(write_xlsx, sheet_rows=11))
    book = openpyxl.load_workbook(io.BytesIO(make(service, service.order(world, Format.XLSX))))
    assert book.sheetnames == ["Opportunities", "Opportunities 2", "Opportunities 3", "About"]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [11, 11, 6]
    assert [book[name]["A1"].value for name in book.sheetnames[:3]] == ["Id"] * 3
    assert book["Opportunities 3"].auto_filter.ref == "A1:R6"


# Not by getrusage: its maximum is inherited from whoever started the process.
MEASURE = """
import sys, uuid
from report_worker.adapters.xlsx_files import write_xlsx
from report_worker.bootstrap.background import WRITERS, build_maker
from report_worker.settings import load_settings
maker = build_maker(load_settings())
maker.make(uuid.UUID(sys.argv[1]), 1)
status = open("/proc/self/status").read()
print(status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.parametrize("written", list(Format))
def test_ten_times_the_rows_take_no_more_memory(
    database: str, service: ReportService, tmp_path: Path, written: Format
) -> None:
    peaks: list[int] = []
    for count in (2_000, 20_000):
        with ReadTables(database) as world:
            world.add_many(count)
            report = service.order(world, written, expected_rows=count)
        log = tmp_path / f"{count}.log"
        with service.start(("-c", MEASURE, str(report)), log) as process:
            assert process.process.wait(timeout=120) == 0, process.said
        assert service.row(report)["rows"] == count
        peaks.append(int(process.said.splitlines()[-1]))
    assert peaks[1] < peaks[0] + 8 * 1024  # KiB
