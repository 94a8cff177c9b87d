"""A file from its bytes to its rows: what each cell became, and what was assumed."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest

from command_api.domain.importing.assumptions import Assumed, Assumption, AssumptionTally
from command_api.domain.importing.identity import Identity
from command_api.domain.importing.plan import Plan
from command_api.domain.importing.reasons import Reason
from command_api.domain.importing.rows import Refused, Row
from command_api.domain.importing.statuses import FoundStatus
from command_api.domain.importing.survey import MAX_ROWS
from support.import_files import good, only, planned, why, why_file

FULL = (
    "ID;Tiêu đề;Khách hàng;Người phụ trách;Trạng thái;Doanh thu;Loại tiền;Kỳ;Tỉ lệ chốt;"
    "Ngày chốt dự kiến;Ngày tạo;Ngày chốt;Ghi chú;Mã tham chiếu;Sản phẩm;Lý do thất bại\r\n"
    'A-1; Máy  chủ ;Công ty An Phát;Trần Hùng;Thất bại;"1.234.567,50";EUR;tháng;75%;'
    '31/12/2026;05/01/2026 08:30;20/02/2026;"dòng một\r\ndòng hai";HD-7;Máy;Giá cao\r\n'
)


def assumed_by(outcome: Plan) -> dict[str, int]:
    """Count the assumptions of all rows of a file."""
    tally = AssumptionTally(outcome.assumptions)
    for row in outcome.rows():
        if isinstance(row, Row):
            tally.add(row.assumed)
    return {one.code: one.rows for one in tally.assumptions()}


def amounts(outcome: Plan) -> list[int | str | None]:
    """Return the amount of every row, or why it is refused."""
    return [row.amount_minor if isinstance(row, Row) else row.reason.code for row in outcome.rows()]


def test_every_field_of_a_full_row_is_read() -> None:
    row = good(planned(FULL))
    assert row.cells[0] == "A-1"
    assert row == Row(
        line=2,
        cells=row.cells,
        identity=Identity("id", "A-1"),
        title="Máy chủ",
        status=FoundStatus("Thất bại", "lost", "type"),
        customer="Công ty An Phát",
        owner="Trần Hùng",
        amount_minor=123_456_750,
        currency="EUR",
        period="monthly",
        confidence=75,
        expected_close_date=date(2026, 12, 31),
        created_at=datetime(2026, 1, 5, 1, 30, tzinfo=UTC),
        closed_at=datetime(2026, 2, 19, 17, tzinfo=UTC),
        closed_on=date(2026, 2, 20),
        note="dòng một\ndòng hai",
        external_ref="HD-7",
        product="Máy",
        lost_reason="Giá cao",
        assumed=(
            Assumed("status-by-type", {"name": "Thất bại", "type": "lost"}),
            Assumed("date-order-shown", {"column": "Ngày tạo", "order": "dd/MM"}),
        ),
    )


def test_a_row_that_says_nothing_but_a_note_is_an_opportunity_all_the_same() -> None:
    outcome = planned("note,customer\nhello,\n", language="vi", currency="VND")
    row = good(outcome)
    assert (row.title, row.customer, row.owner) == ("Cơ hội", None, None)
    assert (row.amount_minor, row.currency, row.period) == (None, "VND", None)
    assert (row.status.match, row.created_at) == ("none", None)
    assert set(assumed_by(outcome)) == {
        *("title-default", "no-status", "no-amount", "no-customer", "no-owner", "no-period"),
        *("created-now", "ids-from-content"),
    }


def test_a_missing_title_is_the_product_and_never_a_name() -> None:
    outcome = planned("title,product,customer\n,Server,An\n,,Binh\nGiven,Server,An\n")
    titles = [row.title for row in outcome.rows() if isinstance(row, Row)]
    assert titles == ["Server", "Opportunity", "Given"]


def test_a_lost_deal_of_zero_stays_zero_and_a_blank_one_stays_unknown() -> None:
    assert amounts(planned("stage,close_value\nLost,0\nLost,\nEngaging,\n")) == [0, None, None]


def test_the_amounts_of_a_column_decide_together() -> None:
    assert amounts(planned("title,amount\na,1.234\nb,5\n")) == [123_400, 500]
    assert amounts(planned('title;amount\na;1.234\nb;"5,5"\n')) == [123_400, 550]
    assert amounts(planned("title,amount\na,1.230\nb,5.5\n")) == [123, 550]
    assert amounts(planned("title;amount\na;1.234\nb;5.5\n")) == ["too-many-decimals", 550]


def test_an_assumed_mark_is_told_with_its_count() -> None:
    outcome = planned("title,amount\na,1.234\nb,2.345\nc,5\n", currency="VND")
    assert assumed_by(outcome)["mark-thousands"] == 2


def test_the_dates_of_a_file_decide_together() -> None:
    outcome = planned("title,stage,created,close date\na,Won,03/04/2026,04/30/2026\n")
    row = good(outcome)
    assert (row.created_at, row.closed_on) == (
        datetime(2026, 3, 3, 17, tzinfo=UTC),
        date(2026, 4, 30),
    )
    assert assumed_by(outcome)["date-order-shown"] == 1


def test_day_first_is_assumed_and_told_where_nothing_shows_it() -> None:
    outcome = planned("title,created\na,03/04/2026\n")
    assert good(outcome).created_at == datetime(2026, 4, 2, 17, tzinfo=UTC)
    assert assumed_by(outcome)["date-order-default"] == 1


def test_a_currency_is_the_cells_then_the_columns_then_the_headers_then_the_files() -> None:
    def currencies(text: str) -> list[str]:
        return [
            row.currency if isinstance(row, Row) else row.reason.code
            for row in planned(text).rows()
        ]

    assert currencies("title,amount,currency\na,5 €,\nb,5,vnd\nc,5 €,USD\n") == [
        *("EUR", "VND", "currency-conflict"),
    ]
    assert currencies("title,Amount (EUR)\na,5\nb,\nc,5 USD\n") == ["EUR", "EUR", "USD"]
    assert currencies("title,amount\na,$5\nb,5\n") == ["USD", "USD"]


def test_a_headers_currency_is_told() -> None:
    assert planned("title,Amount (EUR)\na,5\n").assumptions == (
        Assumption("currency-from-header", {"column": "Amount (EUR)", "currency": "EUR"}, 1),
    )
    assert planned("title,Amount (USD)\na,5\n").assumptions == ()


def test_a_column_of_fractions_is_confidence_to_one() -> None:
    outcome = planned("title,probability\na,0.75\nb,1\nc,\n")
    assert [row.confidence for row in outcome.rows() if isinstance(row, Row)] == [75, 100, None]
    assert assumed_by(outcome)["confidence-fraction"] == 2


def test_the_reason_for_losing_is_of_lost_rows_alone() -> None:
    outcome = planned("title,stage,lost reason\na,Won,price\nb,Lost,price\n")
    reasons = [row.lost_reason for row in outcome.rows() if isinstance(row, Row)]
    assert reasons == [None, "price"]
    assert assumed_by(outcome)["lost-reason-ignored"] == 1


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("title,note\na\n", "too-few-cells"),
        ("title,note\na,b,c\n", "too-many-cells"),
        ('title,note\n"a,b\n', "unclosed-quote"),
        ('title,note\n"a"b,c\n', "stray-quote"),
        (f"title,note\na,{'x' * 10_001}\n", "cell-too-long"),
        (f"title,note\n{'x' * 301},b\n", "text-too-long"),
        (f"title,customer\na,{'x' * 101}\n", "text-too-long"),
        (f"title,owner\na,{'x' * 101}\n", "text-too-long"),
        (f"title,owner\na,{'x' * 250}@x.vn\n", "text-too-long"),
        ("title,note\na\x07,b\n", "control-character"),
        ("title,note\na,b\x85c\n", "control-character"),
        ("title,amount\na,-1\n", "negative-amount"),
        ("title,currency\na,DOGE\n", "unknown-currency"),
        ("title,created\na,1/2/26\n", "two-digit-year"),
        ("title,created\na,2027-01-01\n", "date-in-future"),
        ("title,period\na,weekly\n", "unknown-period"),
        ("title,probability\na,175\n", "confidence-out-of-range"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_reason(file: str, code: str) -> None:
    outcome = planned(file)
    assert why(outcome) == code
    assert outcome.total == 1


def test_a_refused_row_has_its_line_its_reason_and_its_cells() -> None:
    file = 'title,amount\n"x\ny",1\n\nb,abc\n'
    (_, refused) = planned(file).rows()
    assert refused == Refused(5, Reason("not-a-number", {"column": "amount"}), ("b", "abc"))


def test_blank_cells_beyond_the_header_are_nothing() -> None:
    assert good(planned("title,note,,\na,b,,,,\n")).cells == ("a", "b")
    wide = "title,note" + "," * 16_000
    assert good(planned(f"{wide}\na,b{',' * 16_000}\n")).note == "b"


def test_an_id_used_twice_is_refused_and_says_where() -> None:
    rows = list(planned("id,title,amount\nA,x,1\nB,y,zzz\nA,z,2\nB,y,3\n").rows())
    assert [type(row) for row in rows] == [Row, Refused, Refused, Row]
    assert isinstance(rows[2], Refused)
    assert rows[2].reason == Reason("duplicate-id", {"column": "id", "first_line": 2})


def test_rows_are_the_same_each_time_they_are_asked_for() -> None:
    outcome = planned("id,title\nA,x\n,y\n,y\nA,z\n")
    assert list(outcome.rows()) == list(outcome.rows())
    assert len(list(outcome.rows())) == outcome.total == 4


def test_rows_come_one_by_one() -> None:
    outcome = planned("title\n" + "x\n" * 100)
    first = list(islice(outcome.rows(), 2))
    assert [row.line for row in first] == [2, 3]


def test_the_status_of_a_board_goes_before_the_words_of_a_type() -> None:
    file = "title,status\na,Ký  hợp đồng\n"
    assert good(planned(file, statuses={"ký hợp đồng": "won"})).status.type == "won"
    assert good(planned(file)).status == FoundStatus("Ký hợp đồng", "active", "new")


def test_a_mapping_overrides_what_is_guessed() -> None:
    file = "Name,Owner,Sum\nDeal,An,5\n"
    row = good(planned(file, mapping={"Sum": "amount", "Owner": "customer"}))
    assert (row.title, row.customer, row.owner, row.amount_minor) == ("Deal", "An", None, 500)


def test_a_file_of_too_many_rows_is_refused() -> None:
    assert planned("title\n" + "x\n" * MAX_ROWS).total == MAX_ROWS
    for line in ("x\n", '""\n'):
        (reason,) = why_file("title\n" + line * (MAX_ROWS + 1))
        assert reason == Reason("too-many-rows", {"limit": MAX_ROWS})


def test_a_header_alone_has_no_rows() -> None:
    outcome = planned("title,amount\n\n , \n")
    assert (outcome.total, list(outcome.rows())) == (0, [])


def test_an_unknown_currency_of_the_file_is_refused() -> None:
    with pytest.raises(Exception, match="unknown-file-currency"):
        planned("title\na", currency="usd")


def test_how_a_file_is_written_changes_nothing_but_the_cells() -> None:
    text = "title,customer,amount\nMáy chủ,Công ty An Phát,1000\n"
    utf16 = b"\xff\xfe" + text.replace(",", "\t").replace("\n", "\r\n").encode("utf-16-le")
    quoted = '"title";"customer";"amount"\r"Máy chủ";"Công ty An Phát";"1000"'
    assert only(planned(text)) == only(planned(utf16)) == only(planned(quoted))
