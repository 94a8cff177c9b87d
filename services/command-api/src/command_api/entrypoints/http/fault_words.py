"""What is said of each thing that a decision finds wrong with a body or a query, by its code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from service_runtime.languages import Words

UNKNOWN: Final = Words(
    "Không có mục nào mang mã này ở đây. Hãy kiểm tra lại mã.",
    "There is nothing with this id here. Check the id.",
)
"""Unknown, foreign and invisible ids: one wording, so that nobody learns which it is."""

FAULT_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "unknown": UNKNOWN,
        "required": Words(
            "Trường này là bắt buộc, vì lời gọi bằng khóa API không phải là người dùng.",
            "This is required, since the caller is an API key and no user.",
        ),
        "archived": Words(
            "Khách hàng này đã được lưu trữ hoặc xóa. Hãy chọn khách hàng khác.",
            "This customer is archived or erased. Choose another one.",
        ),
        "inactive": Words(
            "Người dùng này đã ngừng hoạt động. Hãy chọn người khác.",
            "This user is inactive. Choose somebody else.",
        ),
        "repeated": Words(
            "Giá trị này bị lặp lại. Mỗi giá trị chỉ được có một lần.",
            "This stands more than once. Each may stand only once.",
        ),
        "of-the-old-customer": Words(
            "Các liên hệ hiện có thuộc khách hàng cũ. Hãy gửi kèm `contact_ids` của khách hàng "
            "mới, hoặc một danh sách rỗng.",
            "The present contacts belong to the old customer. Send `contact_ids` of the new one "
            "too, or an empty list.",
        ),
        "customer-erased": Words(
            "Dữ liệu của khách hàng này đã bị xóa nên không ghi chú thêm được. Hãy bỏ `note`, hoặc "
            "để null.",
            "This customer's data was erased, so no note can be kept. Leave `note` out, or null.",
        ),
        "wrong-type": Words(
            "Trạng thái này không thuộc loại mà lệnh cần. Hãy chọn trạng thái đúng loại, hoặc dùng "
            "`move`.",
            "This status is not of the type that the command leads to. Choose one that is, or use "
            "`move`.",
        ),
        "in-the-future": Words(
            "Ngày này còn ở tương lai. Hãy dùng hôm nay hoặc một ngày đã qua.",
            "This lies in the future. Use today or a past date.",
        ),
        "before-creation": Words(
            "Ngày này sớm hơn ngày tạo cơ hội. Hãy dùng ngày tạo hoặc muộn hơn.",
            "This is before the opportunity was created. Use that day or a later one.",
        ),
        "before-the-last": Words(
            "Thời điểm này sớm hơn sự kiện gần nhất của mục. Hãy dùng thời điểm muộn hơn.",
            "This is before the last thing that happened here. Use a later time.",
        ),
        "closes-nothing": Words(
            "Lệnh này không đóng cơ hội nên không có ngày đóng. Hãy bỏ `closed_on`.",
            "This does not close the opportunity, so there is no closing date. Leave out "
            "`closed_on`.",
        ),
        "not-active": Words(
            "Chỉ trạng thái đang hoạt động mới có tỉ lệ chốt mặc định. Hãy bỏ trường này, hoặc để "
            "null.",
            "Only an active status has a default confidence. Leave it out, or null.",
        ),
        "too-many": Words(
            "Một bảng có tối đa 100 trạng thái, kể cả các trạng thái mặc định được thêm vào.",
            "A board has at most 100 statuses, the defaults that are added included.",
        ),
        "too-many-statuses": Words(
            "Bảng này đã có đủ 100 trạng thái. Hãy xóa một trạng thái trước.",
            "This board has its 100 statuses already. Delete one first.",
        ),
        "too-many-contacts": Words(
            "Khách hàng này đã có đủ 500 liên hệ. Hãy dùng một liên hệ có sẵn.",
            "This customer has its 500 contacts already. Use one of them.",
        ),
        "beyond-the-end": Words(
            "Vị trí này vượt quá số trạng thái của bảng. Hãy bỏ `index`, hoặc dùng số nhỏ hơn.",
            "This lies beyond the board's last status. Leave out `index`, or use a smaller one.",
        ),
        "itself": Words(
            "Trạng thái thay thế phải là một trạng thái khác của bảng.",
            "The replacement must be another status of the board.",
        ),
        "not-a-person": Words(
            "Chỉ xóa được dữ liệu của khách hàng là cá nhân. Hãy bỏ `erase` để lưu trữ khách hàng "
            "này.",
            "Only a natural person can be erased. Leave out `erase` to archive this customer.",
        ),
        "still-active": Words(
            "Người dùng này còn hoạt động. Hãy đặt `active` thành false trước khi xóa.",
            "This user is still active. Set `active` to false before erasing.",
        ),
        "your-own": Words(
            "Không thể tự đổi vai trò hay tự ngừng hoạt động. Hãy nhờ một quản trị viên khác.",
            "Nobody changes the own role or ends the own access. Ask another admin to do it.",
        ),
        "too-much-at-once": Words(
            "Ghi chú nhân với số cơ hội vượt quá 1.000.000 ký tự. Hãy chia thành nhiều lần.",
            "The note times the opportunities is over 1,000,000 characters. Send them in parts.",
        ),
        "no-board": Words(
            "Tổ chức chưa có bảng cơ hội nào đang dùng. Hãy tạo một bảng trước.",
            "The organization has no live board yet. Create one first.",
        ),
    }
)

OTHER: Final = Words(
    "Giá trị này không dùng được ở đây. Hãy sửa hoặc bỏ nó.",
    "This value cannot be used here. Mend it, or leave it out.",
)
"""For a code without words of its own; a test asks for words for every code of the domain."""
