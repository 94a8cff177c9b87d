"""What is said of views that cannot be kept or changed, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from command_api.application.views.view import MOST_OWN, MOST_SHARED
from service_runtime.languages import Words

STALE: Final = Words(
    "Khung nhìn này đã thay đổi kể từ phiên bản bạn dựa vào. Hãy xem `current`, rồi gửi lại với "
    "If-Match là phiên bản nêu trong `version`.",
    "This view has changed since the version that you started from. Look at `current`, then send "
    "it again with the `version` given here in If-Match.",
)
TOO_MANY: Final[Mapping[bool, Words]] = MappingProxyType(
    {
        False: Words(
            f"Mỗi người giữ được tối đa {MOST_OWN} khung nhìn riêng. Hãy xóa bớt trước.",
            f"Everybody keeps at most {MOST_OWN} private views. Delete some first.",
        ),
        True: Words(
            f"Tổ chức giữ được tối đa {MOST_SHARED} khung nhìn chung. Hãy xóa bớt trước.",
            f"An organization keeps at most {MOST_SHARED} shared views. Delete some first.",
        ),
    }
)
"""By whether the view would be shared."""
