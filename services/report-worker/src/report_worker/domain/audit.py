"""The rows and columns of an audit: one fact a row, told for people and given for programs."""

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from report_worker.domain.columns import Column
from service_runtime.languages import Words


class AuditRow(NamedTuple):
    """One fact: when, who, about what, what changed, why, and how it came."""

    position: int
    recorded_at: datetime
    occurred_at: datetime
    actor_id: str
    actor: str | None
    """Its name at the report's position; None where it was erased."""
    client: str
    type: str
    subject: str
    subject_id: UUID
    version: int
    title: str | None
    """The opportunity's title as this fact leaves it; None for anything else."""
    before: str
    after: str
    reason: str | None
    text: str
    command_id: UUID
    causation_id: UUID
    event_id: UUID
    data: Any
    """The fact's data as plain JSON, opened; what was erased is null and says so."""


AUDIT_TITLE: Final = Words("Nhật ký", "Audit")
AUDIT_COLUMNS: Final = (
    Column("position", Words("Vị trí", "Position"), 10),
    Column("recorded_at", Words("Ghi nhận lúc", "Recorded at"), 19),
    Column("occurred_at", Words("Xảy ra lúc", "Happened at"), 19),
    Column("actor", Words("Người thực hiện", "Who"), 26),
    Column("client", Words("Qua", "Client"), 9),
    Column("text", Words("Nội dung", "What"), 60),
    Column("title", Words("Tên cơ hội", "Opportunity"), 40),
    Column("before", Words("Từ", "From"), 40),
    Column("after", Words("Thành", "To"), 40),
    Column("reason", Words("Lý do", "Why"), 30),
    Column("subject", Words("Đối tượng", "About"), 14),
    Column("subject_id", Words("Mã đối tượng", "Id"), 38),
    Column("version", Words("Phiên bản", "Version"), 9),
    Column("type", Words("Loại sự kiện", "Type"), 24),
    Column("command_id", Words("Mã lệnh", "Command"), 38),
    Column("causation_id", Words("Mã nguyên nhân", "Cause"), 38),
    Column("event_id", Words("Mã sự kiện", "Fact"), 38),
)
RAW_COLUMNS: Final = (
    "position",
    "recorded_at",
    "occurred_at",
    "actor_id",
    "actor",
    "client",
    "type",
    "subject",
    "subject_id",
    "version",
    "title",
    "from",
    "to",
    "reason",
    "text",
    "command_id",
    "causation_id",
    "event_id",
    "data",
)
"""What stands in an audit for programs, in order; `data` is JSON."""

SUBJECTS: Final = {
    "organization": Words("Tổ chức", "Organization"),
    "team": Words("Nhóm", "Team"),
    "user": Words("Người dùng", "User"),
    "board": Words("Bảng cơ hội", "Board"),
    "customer": Words("Khách hàng", "Customer"),
    "opportunity": Words("Cơ hội", "Opportunity"),
}
