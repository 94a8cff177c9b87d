"""What /readyz says of a check that failed: what it means and which page helps, for people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from service_runtime.languages import Words

_SENTENCES: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "service": Words(
            "Dịch vụ đang khởi động hoặc đang dừng. Hãy chờ vài giây rồi thử lại.",
            "The service is starting or stopping. Wait some seconds and try again.",
        ),
        "log": Words(
            "Cơ sở dữ liệu của nhật ký không trả lời, nên các lệnh nhận 503 log-unavailable. "
            "Xem docs/runbooks/database-away.md.",
            "The log's database does not answer, so commands get 503 log-unavailable. "
            "See docs/runbooks/database-away.md.",
        ),
        "read": Words(
            "Cơ sở dữ liệu của mô hình đọc không trả lời, nên các lần đọc nhận 503. "
            "Xem docs/runbooks/database-away.md.",
            "The database of the read models does not answer, so reads get 503. "
            "See docs/runbooks/database-away.md.",
        ),
        "reports": Words(
            "Cơ sở dữ liệu của báo cáo không trả lời, nên /v1/reports nhận 503. "
            "Xem docs/runbooks/database-away.md.",
            "The database of the reports does not answer, so /v1/reports gets 503. "
            "See docs/runbooks/database-away.md.",
        ),
        "relays": Words(
            "Không xem được topic đã nhận đến đâu. Xem docs/runbooks/database-away.md.",
            "How far the lanes are published cannot be seen. See docs/runbooks/database-away.md.",
        ),
        "lanes": Words(
            "Không xem được tiến độ của các làn. Xem docs/runbooks/database-away.md.",
            "How far the lanes are cannot be seen. See docs/runbooks/database-away.md.",
        ),
    }
)
_OTHER: Final = Words(
    "Một phần mà dịch vụ cần không trả lời. Hãy xem log của dịch vụ và docs/runbooks/index.md.",
    "A part that the service needs does not answer. Look into its log and docs/runbooks/index.md.",
)


def sentence_of(name: str) -> Words:
    """Return the sentence for a check by its name; a service's prefix is passed over."""
    return _SENTENCES.get(name.rpartition(".")[2], _OTHER)
