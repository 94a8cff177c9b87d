"""A sentence for every fact that is not an opportunity's, in Vietnamese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from opportunity_history.entries import Entry
from service_runtime.languages import Language, Words

_FORMS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "organization_created": Words("{actor} tạo tổ chức", "{actor} created the organization"),
        "organization_edited": Words(
            "{actor} sửa thiết lập của tổ chức", "{actor} changed the organization's settings"
        ),
        "team_added": Words("{actor} thêm nhóm “{name}”", "{actor} added the team “{name}”"),
        "team_renamed": Words(
            "{actor} đổi tên nhóm từ “{from_}” thành “{to}”",
            "{actor} renamed the team from “{from_}” to “{to}”",
        ),
        "user_added": Words("{actor} thêm người dùng", "{actor} added the user"),
        "user_edited": Words("{actor} sửa người dùng", "{actor} changed the user"),
        "user_erased": Words(
            "{actor} xóa thông tin cá nhân của người dùng", "{actor} erased the user's data"
        ),
        "board_created": Words("{actor} tạo bảng “{name}”", "{actor} created the board “{name}”"),
        "board_renamed": Words(
            "{actor} đổi tên bảng từ “{from_}” thành “{to}”",
            "{actor} renamed the board from “{from_}” to “{to}”",
        ),
        "board_archived": Words("{actor} lưu trữ bảng", "{actor} archived the board"),
        "status_added": Words(
            "{actor} thêm trạng thái “{status}”", "{actor} added the status “{status}”"
        ),
        "status_renamed": Words(
            "{actor} đổi tên trạng thái từ “{from_}” thành “{to}”",
            "{actor} renamed the status from “{from_}” to “{to}”",
        ),
        "status_recolored": Words(
            "{actor} đổi màu trạng thái", "{actor} changed the colour of a status"
        ),
        "status_confidence_set": Words(
            "{actor} đổi tỉ lệ chốt mặc định của trạng thái",
            "{actor} changed the default confidence of a status",
        ),
        "statuses_reordered": Words(
            "{actor} sắp xếp lại các trạng thái", "{actor} reordered the statuses"
        ),
        "status_type_changed": Words(
            "{actor} đổi loại của trạng thái", "{actor} changed the type of a status"
        ),
        "status_deletion_started": Words(
            "{actor} bắt đầu xóa trạng thái “{status}”",
            "{actor} began to delete the status “{status}”",
        ),
        "status_deleted": Words(
            "{actor} xóa trạng thái “{status}”", "{actor} deleted the status “{status}”"
        ),
        "customer_added": Words("{actor} thêm khách hàng", "{actor} added the customer"),
        "customer_edited": Words("{actor} sửa khách hàng", "{actor} changed the customer"),
        "customer_archived": Words("{actor} lưu trữ khách hàng", "{actor} archived the customer"),
        "customer_erased": Words(
            "{actor} xóa thông tin cá nhân của khách hàng", "{actor} erased the customer's data"
        ),
        "contact_added": Words("{actor} thêm một liên hệ", "{actor} added a contact"),
        "contact_edited": Words("{actor} sửa một liên hệ", "{actor} changed a contact"),
        "contact_erased": Words(
            "{actor} xóa thông tin cá nhân của một liên hệ", "{actor} erased a contact's data"
        ),
    }
)


def plain_sentence(entry: Entry, actor: str, language: Language) -> str:
    """Say what happened to something that is no opportunity; names of people stay out of it."""
    data: Mapping[str, Any] = entry.data
    status: Any = data.get("status")
    return (
        _FORMS[entry.kind]
        .in_language(language)
        .format(
            actor=actor,
            name=data.get("name"),
            from_=data.get("from"),
            to=data.get("to"),
            status=status.get("name") if isinstance(status, Mapping) else "",
        )
    )
