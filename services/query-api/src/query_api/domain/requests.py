"""What every read may be asked beside its filter: how many rows, where from, how new."""

from collections.abc import Sequence
from typing import Any, Final

from opportunity_filters.parameters import MAX_INTEGER, Values, read_integer
from opportunity_filters.refusals import BadFilter
from query_api.domain.cursors import read_cursor
from query_api.domain.refusals import BadPosition, MalformedHeader
from query_api.domain.sorting import Sort
from query_api.domain.windows import DEFAULT_LIMIT, MAX_LIMIT, Window

LAST_EVENT_ID: Final = "Last-Event-ID"
_MOST: Final = MAX_INTEGER


def read_window(values: Values, sort: Sort, binding: dict[str, Any]) -> Window:
    """Read `limit` and `cursor` of a list."""
    cursor = _one(values, "cursor")
    place = None if cursor is None else read_cursor(cursor, sort.order, binding)
    return Window(sort, place, read_limit(values, "limit", DEFAULT_LIMIT, MAX_LIMIT))


def read_limit(values: Values, key: str, default: int, most: int) -> int:
    """Read how many rows are wanted."""
    text = _one(values, key)
    return default if text is None else read_integer(key, text, least=1, most=most)


def read_position(values: Values, key: str) -> int:
    """Read a position; 0 where none is given."""
    text = _one(values, key)
    if text is None:
        return 0
    try:
        return read_integer(key, text, most=_MOST)
    except BadFilter as error:
        raise BadPosition(key) from error


def read_last_event_id(given: Sequence[str]) -> int | None:
    """Read the header of a stream that resumes; None where it does not."""
    if not given:
        return None
    try:
        [text] = given
        return read_integer(LAST_EVENT_ID, text, most=_MOST)
    except (ValueError, BadFilter) as error:
        raise MalformedHeader(LAST_EVENT_ID) from error


def _one(values: Values, key: str) -> str | None:
    given = values.get(key)
    return given[0] if given else None
