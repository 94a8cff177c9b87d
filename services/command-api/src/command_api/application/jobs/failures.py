"""What is said of a job that failed as a whole."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from command_api.application.jobs.job import Failure
from command_api.domain.importing.reasons import REASON_CODES, Reason, ReasonCode, sentence
from service_runtime.languages import Language, Words

_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "asker-gone": Words(
            "Người yêu cầu không còn được làm việc này nên nó đã dừng. Phần đã làm vẫn còn.",
            "Whoever asked for it may no longer do this, so it stopped. What is done, stays.",
        ),
        "board-unknown": Words(
            "Không có bảng cơ hội này. Hãy chọn một bảng đang dùng rồi nhập lại.",
            "There is no such board. Choose a live one and import again.",
        ),
        "expired-job": Words(
            "Việc này chưa xong trong 24 giờ nên đã dừng. Hãy yêu cầu lại: những gì đã có được giữ "
            "nguyên.",
            "This did not end within 24 hours, so it was stopped. Ask for it again: what is done "
            "is left as it is.",
        ),
        "gave-up": Words(
            "Việc này đã bị ngắt nhiều lần ở cùng một chỗ. Hãy chia nhỏ rồi yêu cầu lại.",
            "This was cut off several times at the same place. Split it and ask for it again.",
        ),
        "file-gone": Words(
            "Tệp đã bị xóa trước khi được đọc. Hãy nhập lại.",
            "The file was deleted before it was read. Import it again.",
        ),
        "order-gone": Words(
            "Nội dung yêu cầu đã bị xóa trước khi được thực hiện. Hãy yêu cầu lại.",
            "What was ordered was deleted before it was done. Ask for it again.",
        ),
    }
)


def failure_sentence(failures: tuple[Failure, ...], language: Language) -> str | None:
    """Say why a job failed; None where it did not."""
    said = [_one(failure, language) for failure in failures]
    return " ".join(said) or None


def _one(failure: Failure, language: Language) -> str:
    if failure.code in REASON_CODES:
        return sentence(Reason(cast("ReasonCode", failure.code), failure.params), language)
    return _WORDS[failure.code].in_language(language)
