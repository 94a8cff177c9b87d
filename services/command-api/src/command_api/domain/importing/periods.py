"""The words for how often a value comes in."""

from functools import cache
from typing import Final

from command_api.domain.importing.reasons import refuse_row
from command_api.domain.text import fold_name
from opportunity_events.v1 import Period

_WORDS: Final[dict[Period, tuple[str, ...]]] = {
    "one_time": (
        *("one time", "one-off", "once", "single", "one-time payment", "non-recurring", "onetime"),
        *("một lần", "1 lần", "trọn gói", "không định kỳ", "thanh toán một lần", "none", "oneoff"),
    ),
    "monthly": (
        *("monthly", "month", "per month", "every month", "/month", "a month", "mrr", "1 month"),
        *("tháng", "hàng tháng", "hằng tháng", "theo tháng", "mỗi tháng", "/tháng", "1 tháng"),
    ),
    "annual": (
        *("annual", "annually", "yearly", "year", "per year", "every year", "/year", "a year"),
        *("arr", "per annum", "p.a.", "12 months", "năm", "hàng năm", "hằng năm", "theo năm"),
        *("mỗi năm", "/năm", "1 năm", "1 year"),
    ),
}


@cache
def _known() -> dict[str, Period]:
    known: dict[str, Period] = {}
    for period, words in _WORDS.items():
        known.update({fold_name(word): period for word in words})
    return known


def read_period(cell: str, column: str) -> Period | None:
    """Read a period in words; None for a blank cell."""
    if not cell.strip():
        return None
    period = _known().get(fold_name(cell))
    if period is None:
        raise refuse_row("unknown-period", column=column)
    return period
