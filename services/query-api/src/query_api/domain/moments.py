"""As of when a read is asked: `as_of`, and `known_at` beside it."""

import re
from typing import Final

from opportunity_filters.moments import Moment, parse_instant
from opportunity_filters.parameters import MAX_INTEGER, Values
from opportunity_filters.refusals import BadFilter
from query_api.domain.refusals import BadPosition
from service_runtime.languages import Words

_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_NEITHER: Final = Words(
    "Giá trị phải là một vị trí (số nguyên) hoặc một thời điểm theo RFC 3339 từ năm 1900 đến 2199, "
    "ví dụ 2026-05-31T17:00:00Z.",
    "This must be a position (a whole number) or an instant of RFC 3339 from 1900 to 2199, such as "
    "2026-05-31T17:00:00Z.",
)
_NO_INSTANT: Final = Words(
    "`known_at` chỉ có nghĩa khi `as_of` là một thời điểm; hãy thêm `as_of` hoặc bỏ `known_at`.",
    "`known_at` says by what is known of an instant: give an instant as `as_of`, or leave it out.",
)
_NO_POSITION: Final = Words(
    "Lịch sử chỉ nhận `as_of` là một vị trí (số nguyên).",
    "A history takes a position (a whole number) as `as_of`.",
)


def read_moment(values: Values) -> Moment | None:
    """Read the moment that a read is asked of; None for now."""
    as_of, known_at = _one(values, "as_of"), _one(values, "known_at")
    if as_of is None or _DIGITS.fullmatch(as_of):
        if known_at is not None:
            raise BadFilter("known_at", _NO_INSTANT)
        return None if as_of is None else Moment(_position("as_of", as_of), None)
    instant = parse_instant(as_of)
    if instant is None:
        raise BadFilter("as_of", _NEITHER)
    return Moment(None if known_at is None else _position("known_at", known_at), instant)


def read_past_position(values: Values) -> Moment | None:
    """Read the position that a history is asked of; None for now."""
    moment = read_moment(values)
    if moment is not None and moment.instant is not None:
        raise BadFilter("as_of", _NO_POSITION)
    return moment


def position_parameter(moment: Moment) -> str:
    """Name the parameter that gave a moment its position."""
    return "as_of" if moment.instant is None else "known_at"


def _position(key: str, text: str) -> int:
    if not _DIGITS.fullmatch(text) or int(text[:17]) > MAX_INTEGER:
        raise BadPosition(key)
    return int(text)


def _one(values: Values, key: str) -> str | None:
    given = values.get(key)
    return given[0] if given else None
