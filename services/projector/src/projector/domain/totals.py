"""What live opportunities add up to, by board, status and currency, and the same by owner."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import msgspec

from opportunity_events.v1 import Cell
from projector.domain.opportunities import Opportunity, weighted_minor

SUM_COLUMNS: Final = (
    "count",
    "not_estimated",
    "value_one_time",
    "value_monthly",
    "value_annual",
    "weighted_one_time",
    "weighted_monthly",
    "weighted_annual",
)
COLUMNS: Final = ("org", "board_id", "status_id", "currency", *SUM_COLUMNS)
OWNER_COLUMNS: Final = ("org", "board_id", "status_id", "currency", "owner_id", *SUM_COLUMNS)
StatusKey = tuple[UUID, UUID, UUID, str]
OwnerKey = tuple[UUID, UUID, UUID, str, UUID]


class Counted(msgspec.Struct, frozen=True, gc=False):
    """What one opportunity adds to the totals, and where."""

    org: UUID
    board_id: UUID
    status_id: UUID
    currency: str
    owner_id: UUID
    amount_minor: int | None
    weighted_minor: int | None
    period: str


class Sums(msgspec.Struct):
    """Exact sums; weighted ones are in hundredths of a minor unit."""

    count: int = 0
    not_estimated: int = 0
    value_one_time: int = 0
    value_monthly: int = 0
    value_annual: int = 0
    weighted_one_time: int = 0
    weighted_monthly: int = 0
    weighted_annual: int = 0

    def add(self, counted: Counted, sign: int) -> None:
        """Add one opportunity (sign 1) or take it away (sign -1)."""
        self.count += sign
        if counted.amount_minor is None or counted.weighted_minor is None:
            self.not_estimated += sign
            return
        value, weighted = sign * counted.amount_minor, sign * counted.weighted_minor
        if counted.period == "one_time":
            self.value_one_time += value
            self.weighted_one_time += weighted
        elif counted.period == "monthly":
            self.value_monthly += value
            self.weighted_monthly += weighted
        else:
            self.value_annual += value
            self.weighted_annual += weighted

    def include(self, other: "Sums") -> None:
        """Add other sums."""
        for column in SUM_COLUMNS:
            setattr(self, column, getattr(self, column) + getattr(other, column))

    def __bool__(self) -> bool:
        return any(msgspec.structs.astuple(self))


class Totals:
    """Sums, or what a batch of facts adds to the sums that are stored."""

    def __init__(self) -> None:
        self._by_owner: dict[OwnerKey, Sums] = {}

    def shift(self, org: UUID, board_id: UUID, before: Cell | None, after: Cell) -> None:
        """Let one opportunity be counted as `after` instead of as `before`."""
        old = None if before is None else _of_cell(org, board_id, before)
        new = _of_cell(org, board_id, after)
        if old == new:
            return
        if old is not None:
            self._add(old, -1)
        if new is not None:
            self._add(new, 1)

    def include(self, state: Opportunity) -> None:
        """Count an opportunity as it is now, unless it is deleted."""
        if state.deleted_at is None:
            weighted = weighted_minor(state.amount_minor, state.status_type, state.confidence)
            counted = Counted(
                state.org,
                state.board_id,
                state.status_id,
                state.currency,
                state.owner_id,
                state.amount_minor,
                weighted,
                state.period,
            )
            self._add(counted, 1)

    def _add(self, counted: Counted, sign: int) -> None:
        key: OwnerKey = (
            counted.org,
            counted.board_id,
            counted.status_id,
            counted.currency,
            counted.owner_id,
        )
        sums = self._by_owner.get(key)
        if sums is None:
            sums = self._by_owner[key] = Sums()
        sums.add(counted, sign)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of `totals` that are not nothing, in the order of COLUMNS."""
        by_status: dict[StatusKey, Sums] = {}
        for (org, board_id, status_id, currency, _), sums in self._by_owner.items():
            key = (org, board_id, status_id, currency)
            by_status.setdefault(key, Sums()).include(sums)
        return ((*key, *msgspec.structs.astuple(sums)) for key, sums in by_status.items() if sums)

    def owner_rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of `owner_totals` that are not nothing, in the order of OWNER_COLUMNS."""
        return (
            (*key, *msgspec.structs.astuple(sums)) for key, sums in self._by_owner.items() if sums
        )


def _of_cell(org: UUID, board_id: UUID, cell: Cell) -> Counted | None:
    if cell.deleted:
        return None
    return Counted(
        org,
        board_id,
        cell.status.id,
        cell.currency,
        cell.owner_id,
        cell.amount_minor,
        weighted_minor(cell.amount_minor, cell.status.type, cell.confidence),
        cell.period,
    )
