"""Which rows of a list are wanted: in what order, behind which place, how many."""

from dataclasses import dataclass
from typing import Final

from query_api.domain.cursors import Place
from query_api.domain.sorting import Sort

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200
DEFAULT_CARDS: Final = 30
MAX_CARDS: Final = 100
DEFAULT_FACTS: Final = 100
MAX_FACTS: Final = 1000


@dataclass(frozen=True)
class Window:
    """The first `limit` rows of an order behind a place, or from its beginning."""

    sort: Sort
    place: Place | None
    limit: int
