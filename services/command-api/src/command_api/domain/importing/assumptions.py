"""What reading took for granted: codes with parameters, their sentences, and how often."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from command_api.domain.importing.reasons import Param, shown
from opportunity_events.v1 import Language

AssumptionCode = Literal[
    "encoding-guessed",
    "column-named",
    "ids-from-content",
    "mark-thousands",
    "mark-decimals",
    "date-order-shown",
    "date-order-default",
    "spreadsheet-date",
    "confidence-fraction",
    "confidence-rounded",
    "currency-from-header",
    "currency-from-cell",
    "created-now",
    "created-from-close",
    "closed-now",
    "close-expected",
    "close-ignored",
    "close-time-from-creation",
    "title-from-product",
    "title-default",
    "no-customer",
    "no-owner",
    "no-amount",
    "no-period",
    "status-by-type",
    "no-status",
    "lost-reason-ignored",
    "reference-from-id",
]

SENTENCES: Final[dict[AssumptionCode, tuple[str, str]]] = {
    "encoding-guessed": (
        "Tệp không phải UTF-8 nên được đọc theo bảng mã {encoding}",
        "The file is not UTF-8, so it was read as {encoding}",
    ),
    "column-named": (
        "Cột không có tên, hoặc trùng tên, được gọi là “{column}”",
        "A column without a name, or with one already taken, is called “{column}”",
    ),
    "ids-from-content": (
        "Không có mã: cơ hội được nhận ra theo nội dung của dòng",
        "No id: the opportunity is recognized by the content of its row",
    ),
    "mark-thousands": (
        "“{column}”: dấu “{mark}” trước ba chữ số được hiểu là hàng nghìn",
        "“{column}”: “{mark}” before three digits was read as thousands",
    ),
    "mark-decimals": (
        "“{column}”: dấu “{mark}” trước ba chữ số được hiểu là phần lẻ",
        "“{column}”: “{mark}” before three digits was read as decimals",
    ),
    "date-order-shown": (
        "“{column}”: ngày được đọc theo {order}, như các ngày khác trong tệp cho thấy",
        "“{column}”: dates were read as {order}, as others in the file show",
    ),
    "date-order-default": (
        "“{column}”: không có gì cho biết thứ tự ngày và tháng; được đọc theo {order}",
        "“{column}”: nothing shows the order of day and month; read as {order}",
    ),
    "spreadsheet-date": (
        "“{column}”: số được đọc là ngày của bảng tính (Excel)",
        "“{column}”: a number was read as a spreadsheet's date (Excel)",
    ),
    "confidence-fraction": (
        "“{column}”: tỉ lệ được đọc theo thang từ 0 đến 1 (0,75 là 75 %)",
        "“{column}”: figures were read on a scale of 0 to 1 (0.75 is 75 %)",
    ),
    "confidence-rounded": (
        "“{column}”: tỉ lệ được làm tròn đến phần trăm",
        "“{column}”: rounded to whole per cent",
    ),
    "currency-from-header": (
        "Số tiền tính bằng {currency}, như tên cột “{column}” cho biết",
        "Amounts are in {currency}, as the name of the column “{column}” says",
    ),
    "currency-from-cell": (
        "“{column}”: số tiền tính bằng {currency}, như ô cho biết",
        "“{column}”: the amount is in {currency}, as the cell says",
    ),
    "created-now": (
        "Không có ngày tạo: ghi nhận vào lúc nhập",
        "No creation date: recorded as of the import",
    ),
    "created-from-close": (
        "Không có ngày tạo: lấy ngày chốt",
        "No creation date: the close date was taken",
    ),
    "closed-now": (
        "Đã kết thúc nhưng không có ngày chốt: lấy ngày nhập",
        "Closed, but without a close date: the day of the import was taken",
    ),
    "close-expected": (
        "Ngày chốt của cơ hội đang mở được hiểu là ngày chốt dự kiến",
        "The close date of an open opportunity was read as its expected close date",
    ),
    "close-ignored": (
        "Ngày chốt của cơ hội đang mở bị bỏ qua vì đã có ngày chốt dự kiến",
        "The close date of an open opportunity was left out: it has an expected close date",
    ),
    "close-time-from-creation": (
        "Chốt cùng ngày tạo và không có giờ: lấy giờ tạo",
        "Closed on the day of creation, without a time: the time of creation was taken",
    ),
    "title-from-product": (
        "Không có tiêu đề: lấy tên sản phẩm",
        "No title: the product was taken",
    ),
    "title-default": (
        "Không có tiêu đề: đặt là “{title}”",
        "No title: called “{title}”",
    ),
    "no-customer": (
        "Không có khách hàng: ghi vào “{customer}”",
        "No customer: put under “{customer}”",
    ),
    "no-owner": (
        "Không có người phụ trách: giao cho người nhập",
        "No owner: given to whoever imports",
    ),
    "no-amount": (
        "Không có số tiền: chưa ước tính",
        "No amount: not estimated",
    ),
    "no-period": (
        "Không có kỳ doanh thu: tính một lần",
        "No period: one-time",
    ),
    "status-by-type": (
        "“{name}” là trạng thái kết thúc đầu tiên của bảng thuộc loại {type}",
        "“{name}” is the board's first status of the type {type}",
    ),
    "no-status": (
        "Không có trạng thái: đặt vào trạng thái đang hoạt động đầu tiên",
        "No status: put into the first active one",
    ),
    "lost-reason-ignored": (
        "Lý do thất bại bị bỏ qua vì cơ hội không thất bại",
        "The reason for losing was left out: the opportunity is not lost",
    ),
    "reference-from-id": (
        "Không có mã tham chiếu: lấy mã của tệp",
        "No external reference: the file's id was taken",
    ),
}


class Assumed(msgspec.Struct, frozen=True):
    """One thing taken for granted, as data."""

    code: AssumptionCode
    params: dict[str, Param] = {}


class Assumption(msgspec.Struct, frozen=True):
    """One thing taken for granted, and how many rows it touched."""

    code: AssumptionCode
    params: dict[str, Param]
    rows: int


class AssumptionTally:
    """Counts what rows took for granted; starts with what is true of the whole file."""

    def __init__(self, whole_file: Iterable[Assumption] = ()) -> None:
        self._counts: dict[tuple[AssumptionCode, tuple[tuple[str, Param], ...]], int] = {}
        for assumption in whole_file:
            self._count(assumption.code, assumption.params, assumption.rows)

    def add(self, assumed: Iterable[Assumed]) -> None:
        """Count the assumptions of one row that went in."""
        for one in assumed:
            self._count(one.code, one.params, 1)

    def _count(self, code: AssumptionCode, params: dict[str, Param], rows: int) -> None:
        key = (code, tuple(params.items()))
        self._counts[key] = self._counts.get(key, 0) + rows

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return what was counted, in the order in which it first came up."""
        return tuple(
            Assumption(code, dict(params), rows) for (code, params), rows in self._counts.items()
        )


def sentence(assumption: Assumption | Assumed, language: Language) -> str:
    """Say an assumption to people."""
    vietnamese, english = SENTENCES[assumption.code]
    template = vietnamese if language == "vi" else english
    return template.format_map({key: shown(value) for key, value in assumption.params.items()})
