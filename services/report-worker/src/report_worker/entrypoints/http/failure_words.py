"""What is said of a report that failed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from report_worker.domain.report import Failure
from service_runtime.languages import Words

FAILURES: Final[Mapping[Failure, Words]] = MappingProxyType(
    {
        Failure.DISK_FULL: Words(
            "Ổ đĩa lưu báo cáo đã đầy. Hãy báo quản trị hệ thống giải phóng dung lượng rồi yêu "
            "cầu lại.",
            "The disk that keeps reports is full. Ask the operator to make room, then order it "
            "again.",
        ),
        Failure.TOO_SLOW: Words(
            "Truy vấn chạy quá lâu nên đã bị dừng. Hãy thu hẹp bộ lọc rồi yêu cầu lại.",
            "The query took too long and was ended. Narrow the filters and order it again.",
        ),
        Failure.WORKER_LOST: Words(
            "Tiến trình tạo báo cáo liên tục bị ngắt. Hãy thử lại; nếu vẫn vậy, hãy báo quản trị "
            "hệ thống.",
            "The process that makes reports kept dying. Order it again; if it stays so, tell the "
            "operator.",
        ),
        Failure.READ_MODEL_BEHIND: Words(
            "Dữ liệu đọc mãi chưa tới vị trí của báo cáo. Hãy yêu cầu lại sau ít phút.",
            "What can be read did not reach the report's position. Order it again in some minutes.",
        ),
        Failure.DATABASE_UNAVAILABLE: Words(
            "Cơ sở dữ liệu không phản hồi. Hãy yêu cầu lại sau ít phút.",
            "The database did not answer. Order it again in some minutes.",
        ),
        Failure.DEFECT: Words(
            "Hệ thống gặp lỗi ngoài dự kiến khi tạo báo cáo, lỗi đã được ghi lại. Hãy báo quản trị "
            "hệ thống kèm mã của báo cáo.",
            "Something unexpected went wrong while the report was made, and was logged. Tell the "
            "operator, with the report's id.",
        ),
    }
)
