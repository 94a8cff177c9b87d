"""The question of a view: read as strictly as a request's, kept as it was asked."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from command_api.application.views.view import ViewKind
from opportunity_filters.filters import FILTER_KEYS, read_filter
from opportunity_filters.orders import DIRECTIONS, OPPORTUNITY_ORDER_NAMES
from opportunity_filters.parameters import parse_uuid, read_choice, read_each, read_integer
from opportunity_filters.refusals import BadFilter
from service_runtime.languages import Words

VIEW_KEYS: Final = (*FILTER_KEYS, "sort", "order", "cards")
MOST_CARDS: Final = 100
"""How many cards a column of a board may begin with."""

_ONE_ONLY: Final = ("sort", "order", "cards")
_ONE_VALUE = Words("Chỉ được có một giá trị.", "This takes one value only.")
_NEEDS_BOARD = Words(
    "Khung nhìn bảng cần đúng một bảng: hãy nêu một mã bảng trong `board`.",
    "A view of a board is of one board: name it in `board`, with one id.",
)
_ONLY_BOARDS = Words(
    "`cards` chỉ có nghĩa với khung nhìn bảng.", "`cards` means something for a board's view only."
)


class _Anybody:
    """Whoever will ask: `me` and `mine` are good words, whoever that is."""

    user_id = UUID(int=0)
    team_id = UUID(int=0)


def normalize_query(
    kind: ViewKind, given: Mapping[str, Sequence[str]]
) -> Mapping[str, tuple[str, ...]]:
    """Return a question as it is kept: known keys in one order, each value once, ids in lower case.

    Relative words and `me` and `mine` stay as they are: they mean whoever asks, on the day.
    Raises BadFilter for the first value that makes no sense. Whether ids name anything is said
    when the view is used: what they name may go, and come back.
    """
    read_filter(given, _Anybody())
    read_each(given, "sort", partial(read_choice, choices=OPPORTUNITY_ORDER_NAMES))
    read_each(given, "order", partial(read_choice, choices=DIRECTIONS))
    read_each(given, "cards", partial(read_integer, least=1, most=MOST_CARDS))
    for key in _ONE_ONLY:
        if len(given.get(key, ())) > 1:
            raise BadFilter(key, _ONE_VALUE)
    if kind == "board" and len(set(given.get("board", ()))) != 1:
        raise BadFilter("board", _NEEDS_BOARD)
    if kind == "list" and given.get("cards"):
        raise BadFilter("cards", _ONLY_BOARDS)
    return {
        key: tuple(dict.fromkeys(_plain(value) for value in given[key]))
        for key in VIEW_KEYS
        if given.get(key)
    }


def _plain(value: str) -> str:
    return value.lower() if parse_uuid(value) else value
