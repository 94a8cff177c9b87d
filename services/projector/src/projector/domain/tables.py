"""The tables of the read models: their keys, their columns, and the rows that a fold came to."""

from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import msgspec

from projector.domain import boards, customers, opportunities, organizations, teams, totals, users
from projector.domain.erasures import COLUMNS as ERASURE_COLUMNS
from projector.domain.fold import APPLIED_COLUMNS, Fold
from projector.domain.timeline import Interval, State, Timeline

Row = tuple[Any, ...]
S = TypeVar("S", bound=State)


class Table(msgspec.Struct, frozen=True):
    """A table; its key is its first columns."""

    name: str
    columns: tuple[str, ...]
    key_width: int

    def key(self, row: Sequence[Any]) -> Row:
        """Return what names a row."""
        return tuple(row[: self.key_width])


class Expected:
    """The rows that a table should have, each made only when it is asked for."""

    def __init__(self, sources: Mapping[Row, Any], row: Callable[[Any], Row] = tuple) -> None:
        self._sources = sources
        self._row = row

    def row(self, key: Row) -> Row | None:
        """Return the row under a key."""
        source = self._sources.get(key)
        return None if source is None else self._row(source)

    def keys(self) -> KeysView[Row]:
        """Return every key."""
        return self._sources.keys()

    def rows(self) -> Iterator[Row]:
        """Yield every row."""
        return map(self._row, self._sources.values())


class PresentTable(msgspec.Struct, frozen=True):
    """A table of what is now."""

    table: Table
    expected: Callable[[Fold], Expected]


class HistoryTable(msgspec.Struct, Generic[S], frozen=True):
    """A table of every version of the streams of a kind."""

    table: Table
    timeline: Callable[[Fold], Timeline[S]]
    version_row: Callable[[S, Interval], Row]


def _keyed(width: int, rows: Iterable[Row]) -> Expected:
    return Expected({row[:width]: row for row in rows})


TOTALS: Final = Table("totals", totals.COLUMNS, 4)
OWNER_TOTALS: Final = Table("owner_totals", totals.OWNER_COLUMNS, 5)


def total_rows(sums: totals.Totals) -> Expected:
    """Return the rows of `totals`."""
    return _keyed(TOTALS.key_width, sums.rows())


def owner_total_rows(sums: totals.Totals) -> Expected:
    """Return the rows of `owner_totals`."""
    return _keyed(OWNER_TOTALS.key_width, sums.owner_rows())


PRESENT: Final = (
    PresentTable(
        Table("organizations", organizations.COLUMNS, 1),
        lambda fold: _keyed(1, map(organizations.row, fold.organizations.states().values())),
    ),
    PresentTable(
        Table("teams", teams.COLUMNS, 2),
        lambda fold: Expected(fold.teams.states(), teams.row),
    ),
    PresentTable(
        Table("users", users.COLUMNS, 2),
        lambda fold: Expected(fold.users.states(), users.row),
    ),
    PresentTable(
        Table("boards", boards.COLUMNS, 2),
        lambda fold: Expected(fold.boards.states(), boards.row),
    ),
    PresentTable(
        Table("statuses", boards.STATUS_COLUMNS, 3),
        lambda fold: _keyed(
            3, (row for board in fold.boards.states().values() for row in boards.status_rows(board))
        ),
    ),
    PresentTable(
        Table("customers", customers.COLUMNS, 2),
        lambda fold: Expected(fold.customers.states(), customers.row),
    ),
    PresentTable(
        Table("contacts", customers.CONTACT_COLUMNS, 3),
        lambda fold: _keyed(
            3,
            (
                row
                for customer in fold.customers.states().values()
                for row in customers.contact_rows(customer)
            ),
        ),
    ),
    PresentTable(
        Table("opportunities", opportunities.COLUMNS, 2),
        lambda fold: Expected(fold.opportunities.states(), opportunities.row),
    ),
    PresentTable(TOTALS, lambda fold: total_rows(fold.totals)),
    PresentTable(OWNER_TOTALS, lambda fold: owner_total_rows(fold.totals)),
    PresentTable(
        Table("erasures", ERASURE_COLUMNS, 1),
        lambda fold: _keyed(1, fold.erasures.rows()),
    ),
    PresentTable(
        Table("applied", APPLIED_COLUMNS, 1),
        lambda fold: _keyed(1, fold.applied_rows()),
    ),
)
HISTORY: Final[tuple[HistoryTable[Any], ...]] = (
    HistoryTable(
        Table("organization_versions", organizations.VERSION_COLUMNS, 3),
        lambda fold: fold.organizations,
        organizations.version_row,
    ),
    HistoryTable(
        Table("user_versions", users.VERSION_COLUMNS, 3),
        lambda fold: fold.users,
        users.version_row,
    ),
    HistoryTable(
        Table("board_versions", boards.VERSION_COLUMNS, 3),
        lambda fold: fold.boards,
        boards.version_row,
    ),
    HistoryTable(
        Table("customer_versions", customers.VERSION_COLUMNS, 3),
        lambda fold: fold.customers,
        customers.version_row,
    ),
    HistoryTable(
        Table("opportunity_versions", opportunities.VERSION_COLUMNS, 3),
        lambda fold: fold.opportunities,
        opportunities.version_row,
    ),
)
