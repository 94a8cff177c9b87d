"""What the common refusals say, in both languages; business refusals bring their own words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from service_runtime.languages import Words

UNAUTHENTICATED: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "missing": Words(
            "Yêu cầu thiếu thông tin xác thực. Hãy gửi header `Authorization: Bearer <token>` với "
            "token hoặc khóa API của bạn.",
            "The request carries no credential. Send the header `Authorization: Bearer <token>` "
            "with your token or API key.",
        ),
        "invalid": Words(
            "Token hoặc khóa API không hợp lệ hoặc đã bị thu hồi. Hãy dùng token hoặc khóa khác.",
            "The token or API key is not valid or was revoked. Use another one.",
        ),
        "expired": Words(
            "Token đã hết hạn. Hãy lấy token mới.",
            "The token has expired. Get a new one.",
        ),
        "inactive": Words(
            "Người dùng của token này không tồn tại hoặc đã ngừng hoạt động. Hãy liên hệ quản trị "
            "viên.",
            "This token's user does not exist or is inactive. Ask an administrator.",
        ),
        "role_changed": Words(
            "Vai trò của bạn đã thay đổi từ khi token được cấp. Hãy lấy token mới.",
            "Your role has changed since the token was issued. Get a new one.",
        ),
    }
)
"""By `authentication.Doubt`."""

DETAILS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "malformed-json": Words(
            "Nội dung gửi lên không phải là JSON hợp lệ theo UTF-8. Hãy kiểm tra dấu ngoặc, dấu "
            "phẩy, khóa bị lặp và các số như NaN rồi gửi lại.",
            "The body is not valid JSON in UTF-8. Check brackets, commas, repeated keys and "
            "numbers such as NaN, then send it again.",
        ),
        "malformed-header": Words(
            "Một header của yêu cầu không đúng dạng. Hãy sửa header được nêu trong `header` rồi "
            "gửi lại.",
            "A header of the request does not have the right form. Mend the one named in "
            "`header` and send it again.",
        ),
        "bad-cursor": Words(
            "Con trỏ này không thuộc danh sách với bộ lọc và cách sắp xếp hiện tại. Hãy bỏ "
            "`cursor` để bắt đầu lại từ trang đầu.",
            "This cursor does not belong to the list under this filter and sort. Leave out "
            "`cursor` to begin again at the first page.",
        ),
        "bad-filter": Words(
            "Tham số nêu trong `parameter` không được hỗ trợ hoặc có giá trị không hợp lệ. Hãy "
            "sửa hoặc bỏ tham số đó.",
            "The parameter named in `parameter` is not supported, or its value is not valid. "
            "Mend it or leave it out.",
        ),
        "bad-position": Words(
            "Vị trí phải là số nguyên không âm và không vượt quá vị trí mới nhất của tổ chức.",
            "A position is a whole number, not negative and not beyond the organization's newest.",
        ),
        "unauthenticated": UNAUTHENTICATED["missing"],
        "forbidden": Words(
            "Vai trò của bạn không cho phép thao tác này. Hãy nhờ người quản lý hoặc quản trị "
            "viên của tổ chức.",
            "Your role does not allow this. Ask a manager or an administrator of your "
            "organization.",
        ),
        "not-found": Words(
            "Không có gì ở địa chỉ này, hoặc bạn không được xem. Hãy kiểm tra lại đường dẫn và mã.",
            "There is nothing at this address, or you may not see it. Check the path and the id.",
        ),
        "method-not-allowed": Words(
            "Địa chỉ này không nhận phương thức đó. Các phương thức được nhận nằm trong header "
            "`Allow`.",
            "This address does not take that method. The header `Allow` lists those it takes.",
        ),
        "not-acceptable": Words(
            "Địa chỉ này không trả về định dạng mà header `Accept` yêu cầu. Hãy chấp nhận "
            "application/json, hoặc bỏ header đó.",
            "This address does not answer in the format that `Accept` asks for. Accept "
            "application/json, or leave the header out.",
        ),
        "not-ready": Words(
            "Tệp chưa sẵn sàng vì báo cáo còn đang chạy. Hãy xem trạng thái của báo cáo rồi thử "
            "lại.",
            "The file is not ready, as the report is still running. Look at the report's state "
            "and try again.",
        ),
        "expired": Words(
            "Nội dung này đã hết hạn và không còn được lưu. Hãy yêu cầu tạo lại.",
            "This has expired and is not kept any longer. Order it again.",
        ),
        "too-large": Words(
            "Nội dung gửi lên vượt quá giới hạn kích thước. Hãy chia nhỏ rồi gửi lại.",
            "The body is larger than the limit. Send it in smaller parts.",
        ),
        "unsupported-media-type": Words(
            "Kiểu nội dung này không được hỗ trợ. Hãy gửi JSON với header `Content-Type: "
            "application/json`, hoặc multipart/form-data khi nhập tệp.",
            "This type of content is not supported. Send JSON with the header `Content-Type: "
            "application/json`, or multipart/form-data for an import.",
        ),
        "invalid": Words(
            "Một số trường không hợp lệ. Mỗi lỗi trong `errors` cho biết vị trí và cách sửa.",
            "Some fields are not valid. Each entry of `errors` says which, and how to mend it.",
        ),
        "idempotency-key-reused": Words(
            "Idempotency-Key này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới cho yêu cầu mới.",
            "This Idempotency-Key was used for another request. Use a new key for a new request.",
        ),
        "too-many-requests": Words(
            "Bạn gửi quá nhiều yêu cầu trong thời gian ngắn. Hãy đợi số giây nêu trong header "
            "`Retry-After`.",
            "Too many requests in a short time. Wait for the seconds that `Retry-After` names.",
        ),
        "internal": Words(
            "Hệ thống gặp lỗi ngoài dự kiến, lỗi đã được ghi lại. Khi báo lỗi, hãy gửi kèm giá "
            "trị của header `X-Request-Id`.",
            "Something unexpected went wrong, and was logged. Quote the header `X-Request-Id` "
            "when you report it.",
        ),
        "read-model-behind": Words(
            "Dữ liệu đọc chưa cập nhật tới vị trí bạn yêu cầu. Hãy thử lại sau số giây nêu trong "
            "header `Retry-After`.",
            "What can be read has not reached the position that you asked for. Try again after "
            "the seconds that `Retry-After` names.",
        ),
        "log-unavailable": Words(
            "Cơ sở dữ liệu tạm thời không phản hồi. Hãy thử lại sau số giây nêu trong header "
            "`Retry-After`; một lệnh có Idempotency-Key có thể gửi lại an toàn.",
            "The database does not answer at the moment. Try again after the seconds that "
            "`Retry-After` names; a command with an Idempotency-Key may safely be sent again.",
        ),
        "busy": Words(
            "Hệ thống đang xử lý quá nhiều lệnh. Hãy gửi lại sau số giây nêu trong header "
            "`Retry-After`, với cùng Idempotency-Key nếu có.",
            "Too many commands are under way. Send it again after the seconds that "
            "`Retry-After` names, with the same Idempotency-Key if it has one.",
        ),
    }
)
