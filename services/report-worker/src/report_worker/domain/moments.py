"""As of when a report is ordered: a position, or an instant."""

import re
from typing import Final

from opportunity_filters.moments import Moment, parse_instant
from opportunity_filters.parameters import MAX_INTEGER
from opportunity_filters.refusals import BadFilter
from service_runtime.languages import Words

_DIGITS: Final = re.compile(r"[0-9]{1,16}", re.ASCII)
_NEITHER: Final = Words(
    "`as_of` phải là một vị trí (số nguyên) hoặc một thời điểm theo RFC 3339 từ năm 1900 đến 2199, "
    "ví dụ 2026-05-31T17:00:00Z.",
    "`as_of` must be a position (a whole number) or an instant of RFC 3339 from 1900 to 2199, such "
    "as 2026-05-31T17:00:00Z.",
)


def read_moment(given: object) -> Moment | None:
    """Read the moment of an order; None for now."""
    if given is None:
        return None
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if isinstance(text, str):
        if _DIGITS.fullmatch(text) and int(text) <= MAX_INTEGER:
            return Moment(int(text), None)
        if (instant := parse_instant(text)) is not None:
            return Moment(None, instant)
    raise BadFilter("as_of", _NEITHER)
