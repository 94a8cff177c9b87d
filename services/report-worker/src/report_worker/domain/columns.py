"""The columns of a report of opportunities, and what people call them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from service_runtime.languages import Words


class OpportunityRow(NamedTuple):
    """One opportunity at the report's position, with the names of then; an erased name is None."""

    id: UUID
    title: str
    external_ref: str | None
    customer: str | None
    board: str | None
    status: str | None
    status_type: str
    owner: str | None
    amount_minor: int | None
    currency: str
    period: str
    annualized_minor: int | None
    confidence: int | None
    expected_value_minor: int | None
    expected_close_date: date | None
    closed_on: date | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Column:
    """A column as a spreadsheet shows it; the width is in characters."""

    key: str
    heading: Words
    width: int


COLUMNS: Final = (
    Column("id", Words("Mã", "Id"), 38),
    Column("title", Words("Tên cơ hội", "Title"), 40),
    Column("external_ref", Words("Mã ngoài", "External reference"), 18),
    Column("customer", Words("Khách hàng", "Customer"), 30),
    Column("board", Words("Bảng cơ hội", "Board"), 20),
    Column("status", Words("Trạng thái", "Status"), 20),
    Column("status_type", Words("Loại trạng thái", "Status type"), 16),
    Column("owner", Words("Người phụ trách", "Owner"), 24),
    Column("amount", Words("Doanh thu", "Value"), 18),
    Column("currency", Words("Tiền tệ", "Currency"), 9),
    Column("period", Words("Chu kỳ", "Period"), 12),
    Column("annualized", Words("Giá trị hằng năm", "Annualized value"), 18),
    Column("confidence", Words("Tỉ lệ chốt (%)", "Confidence (%)"), 14),
    Column("expected_value", Words("Giá trị kỳ vọng", "Expected value"), 18),
    Column("expected_close_date", Words("Ngày chốt dự kiến", "Expected close date"), 18),
    Column("closed_on", Words("Ngày chốt", "Closed on"), 12),
    Column("created_at", Words("Ngày tạo", "Created at"), 17),
    Column("updated_at", Words("Cập nhật", "Updated at"), 17),
)

STATUS_TYPES: Final = {
    "active": Words("Đang hoạt động", "Active"),
    "won": Words("Hoàn thành", "Won"),
    "lost": Words("Thất bại", "Lost"),
}
PERIODS: Final = {
    "one_time": Words("Một lần", "One-time"),
    "monthly": Words("Hằng tháng", "Monthly"),
    "annual": Words("Hằng năm", "Annual"),
}
ERASED: Final = Words("(đã xóa)", "(erased)")
"""What stands for the name of a person that was erased."""
TITLE: Final = Words("Cơ hội", "Opportunities")
