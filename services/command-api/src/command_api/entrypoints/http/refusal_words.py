"""What business refusals say to people, in both languages: what is so, and how to mend it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from opportunity_events.v1 import StatusType
from service_runtime.languages import Words

TYPE_WORDS: Final[Mapping[StatusType, Words]] = MappingProxyType(
    {
        "active": Words("đang hoạt động", "active"),
        "won": Words("hoàn thành", "won"),
        "lost": Words("thất bại", "lost"),
    }
)

NEEDED_ROLE: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "rep": Words(
            "Vai trò của bạn chỉ được xem. Hãy nhờ một nhân viên kinh doanh hoặc người quản lý "
            "thực hiện.",
            "Your role only reads. Ask a sales representative or a manager to do this.",
        ),
        "manager": Words(
            "Thao tác này cần vai trò quản lý. Hãy nhờ người quản lý của bạn thực hiện.",
            "This needs the manager role. Ask your manager to do it.",
        ),
        "admin": Words(
            "Thao tác này cần vai trò quản trị. Hãy nhờ quản trị viên của tổ chức thực hiện.",
            "This needs the admin role. Ask an administrator of your organization to do it.",
        ),
    }
)
"""By the least role that may do it."""

NAME_TAKEN: Final = Words(
    "Bảng này đã có một trạng thái mang tên đó. Hãy chọn tên khác, hoặc dùng trạng thái có sẵn.",
    "This board already has a status of that name. Choose another name, or use that status.",
)
BOARD_ARCHIVED: Final = Words(
    "Bảng cơ hội này đã được lưu trữ và không nhận thay đổi nữa. Hãy dùng một bảng khác.",
    "This board is archived and takes no more changes. Use another board.",
)
CUSTOMER_ARCHIVED: Final = Words(
    "Khách hàng này đã được lưu trữ và không nhận thay đổi nữa. Hãy dùng hoặc tạo khách hàng khác.",
    "This customer is archived and takes no more changes. Use another customer, or add one.",
)
ALREADY_DELETED: Final = Words(
    "Mục này đã bị xóa nên không nhận lệnh này. Cơ hội đã xóa có thể khôi phục trước rồi làm lại; "
    "dữ liệu cá nhân đã xóa thì không khôi phục được.",
    "This was deleted and does not take the command. Restore a deleted opportunity first, then "
    "do it again; erased personal data cannot be brought back.",
)
VERSION_CONFLICT: Final = Words(
    "Dữ liệu đã thay đổi kể từ phiên bản bạn dựa vào. Hãy xem `current` và `events_since`, rồi "
    "gửi lại với If-Match là phiên bản nêu trong `version`.",
    "This has changed since the version that you started from. Look at `current` and "
    "`events_since`, then send it again with the `version` given here in If-Match.",
)
VERSION_AHEAD: Final = Words(
    "Phiên bản trong If-Match mới hơn phiên bản hiện có. Hãy đọc lại dữ liệu rồi gửi lại với "
    "phiên bản nêu trong `version`.",
    "The version in If-Match is newer than the one there is. Read it again, and send the command "
    "with the `version` given here.",
)
NOT_A_PERMUTATION: Final = Words(
    "Danh sách phải gồm đúng các trạng thái hiện có của bảng, mỗi trạng thái một lần. Hãy tải lại "
    "bảng rồi gửi lại; `missing`, `unknown` và `repeated` cho biết chỗ khác biệt.",
    "The list must be exactly the board's present statuses, each of them once. Load the board "
    "again and send the order anew; `missing`, `unknown` and `repeated` say what differs.",
)
STATUS_RECEIVING: Final = Words(
    "Trạng thái này đang nhận các cơ hội từ một trạng thái đang bị xóa nên chưa xóa được. Hãy đợi "
    "việc xóa đó kết thúc.",
    "This status takes the opportunities of one that is being deleted, so it stays. Wait until "
    "that deletion has ended.",
)


def last_of_type(status_type: StatusType) -> Words:
    """Say that a type needs a status."""
    kind = TYPE_WORDS[status_type]
    return Words(
        f"Đây là trạng thái {kind.vi} cuối cùng của bảng; mỗi loại phải còn ít nhất một. Hãy thêm "
        f"một trạng thái {kind.vi} khác trước.",
        f"This is the board's last {kind.en} status, and each type needs one. Add another "
        f"{kind.en} status first.",
    )


def status_in_use(count: int) -> Words:
    """Say that a status cannot go without a place for what stands in it."""
    return Words(
        f"Trạng thái này còn {count} cơ hội. Hãy chọn trạng thái thay thế bằng `?replacement=`.",
        f"{_live(count)} in this status. Name the status that takes them with `?replacement=`.",
    )


def type_in_use(count: int) -> Words:
    """Say that a status keeps its type while it is in use."""
    if count == 0:
        return Words(
            "Trạng thái này đang nhận các cơ hội từ một trạng thái đang bị xóa nên chưa đổi loại "
            "được. Hãy đợi việc xóa kết thúc.",
            "This status takes the opportunities of one that is being deleted, so its type stays. "
            "Wait until that deletion has ended.",
        )
    return Words(
        f"Trạng thái này còn {count} cơ hội nên không đổi loại được. Hãy chuyển chúng sang trạng "
        "thái khác trước.",
        f"{_live(count)} in this status, so its type stays. Move them to another status first.",
    )


def board_in_use(count: int) -> Words:
    """Say that a board cannot be archived while it is in use."""
    return Words(
        f"Bảng này còn {count} cơ hội nên chưa lưu trữ được. Hãy xóa các cơ hội đó trước.",
        f"{_live(count)} on this board, so it cannot be archived. Delete them first.",
    )


def type_change(before: StatusType, after: StatusType, count: int) -> Words:
    """Say that a deletion would win, lose or reopen opportunities."""
    was, becomes = TYPE_WORDS[before], TYPE_WORDS[after]
    return Words(
        f"Việc xóa sẽ chuyển {count} cơ hội từ {was.vi} sang {becomes.vi}. Nếu đúng ý bạn, hãy gửi "
        "lại với `allow_type_change=true`; nếu không, hãy chọn trạng thái thay thế cùng loại.",
        f"This would take {count} {_noun(count)} from {was.en} to {becomes.en}. If you mean that, "
        "send it again with `allow_type_change=true`; else name a replacement of the same type.",
    )


def status_gone(*, replaced: bool) -> Words:
    """Say that a status was deleted, and whether another took its place."""
    if replaced:
        return Words(
            "Trạng thái này đã bị xóa. Hãy dùng trạng thái thay thế nêu trong `replacement`.",
            "This status was deleted. Use the one in `replacement`, which took its place.",
        )
    return Words(
        "Trạng thái này đã bị xóa. Hãy tải lại bảng và chọn một trạng thái khác.",
        "This status was deleted. Load the board again and choose another one.",
    )


def _live(count: int) -> str:
    verb = "stands" if count == 1 else "stand"
    return f"{count} live {_noun(count)} {verb}"


def _noun(count: int) -> str:
    return "opportunity" if count == 1 else "opportunities"
