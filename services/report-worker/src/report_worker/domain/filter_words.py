"""What is said of filters that make no sense, and the limits that are named there."""

from collections.abc import Sequence
from typing import Final

from report_worker.domain.periods import WORDS
from service_runtime.languages import Words

MAX_VALUES: Final = 100
MAX_CHARACTERS: Final = 300
MAX_WORDS: Final = 16
MAX_AMOUNT_MINOR: Final = 9_007_199_254_740_991

UNKNOWN_KEY: Final = Words(
    "Bộ lọc này không được hỗ trợ; hãy bỏ nó đi.", "This filter is not known; leave it out."
)
FEW_VALUES: Final = Words(
    f"Cần từ 1 đến {MAX_VALUES} giá trị cho một bộ lọc.",
    f"One filter takes 1 to {MAX_VALUES} values.",
)
SCALAR: Final = Words(
    "Giá trị phải là chuỗi ký tự, số nguyên, true hoặc false, hoặc một danh sách các giá trị đó.",
    "This must be a string, a whole number, true or false, or a list of these.",
)
SHORTER: Final = Words(
    f"Tối đa {MAX_CHARACTERS} ký tự và {MAX_WORDS} từ.",
    f"At most {MAX_CHARACTERS} characters and {MAX_WORDS} words.",
)
ID: Final = Words("Giá trị phải là một mã UUID.", "This must be a UUID.")
NO_ME: Final = Words(
    "Khóa API không phải là người dùng nên `me` không có nghĩa; hãy nêu mã người dùng.",
    "An API key is no user, so `me` means nobody; give a user's id.",
)
NO_MINE: Final = Words(
    "Khóa API không thuộc nhóm nào nên `mine` không có nghĩa; hãy nêu mã nhóm.",
    "An API key has no team, so `mine` means none; give a team's id.",
)
AMOUNT: Final = Words(
    f"Giá trị phải là số nguyên từ 0 đến {MAX_AMOUNT_MINOR}.",
    f"This must be a whole number from 0 to {MAX_AMOUNT_MINOR}.",
)
CURRENCY: Final = Words(
    "Giá trị phải là mã tiền tệ ISO 4217, ví dụ VND.",
    "This must be a currency code of ISO 4217, such as VND.",
)
CURRENCY_BESIDE: Final = Words(
    "Lọc theo doanh thu cần kèm bộ lọc `currency`.",
    "A filter by value needs the filter `currency` beside it.",
)
DAY: Final = Words(
    f"Giá trị phải là ngày dạng YYYY-MM-DD hoặc một trong: {', '.join(WORDS)}.",
    f"This must be a date as YYYY-MM-DD, or one of: {', '.join(WORDS)}.",
)


def one_of(choices: Sequence[str]) -> Words:
    """Name the values that there are."""
    listed = ", ".join(choices)
    return Words(f"Giá trị phải là một trong: {listed}.", f"One of: {listed}.")
