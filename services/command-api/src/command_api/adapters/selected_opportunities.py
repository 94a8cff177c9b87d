"""Whom a filter finds in the read models, at the position of an order."""

from typing import Any, Final
from uuid import UUID

from command_api.application.bulk.order import BulkOrder
from opportunity_filters.conditions import conditions_of
from opportunity_filters.filters import read_filter
from opportunity_filters.local_time import LocalClock
from opportunity_filters.moments import Moment
from opportunity_filters.past_rows import as_of
from opportunity_filters.sql_conditions import opportunity_conditions, shape_of, values_of
from service_runtime.fragments import Statement, fill, load_fragments
from service_runtime.read_schema import ReadSchema

_PACKAGE: Final = "command_api.adapters.selection_sql"


class SelectedOpportunities:
    """The Selection of one order: the same ids whenever it is asked, so nothing is kept of them."""

    def __init__(self, reads: ReadSchema, order: BulkOrder, time_zone: str) -> None:
        self._reads = reads
        self._org = order.org
        self._moment = Moment(order.place.position, None)
        chosen = read_filter(order.ordered.filter, order.ordered)
        self._conditions = conditions_of(chosen, LocalClock(order.ordered_at, time_zone))
        self._owners = order.ordered.owners

    async def count(self) -> int:
        """Return how many there are."""
        return int(await self._reads.fetchval(self._org, *self._statement("count")))

    async def page(self, after: UUID, limit: int) -> list[UUID]:
        """Return the next ones behind an id, in order."""
        rows = await self._reads.fetch(
            self._org, *self._statement("page", after=after, limit=limit)
        )
        return [row["id"] for row in rows]

    def _statement(self, name: str, **values: object) -> tuple[str, *tuple[Any, ...]]:
        pieces = load_fragments(_PACKAGE, "selected")
        text = fill(
            pieces[name],
            scope=pieces["everybody" if self._owners is None else "owned"],
            conditions=opportunity_conditions(shape_of(self._conditions)),
        )
        given = {
            "org": self._org,
            "owners": list(self._owners or ()),
            **values_of(self._conditions),
            **values,
        }
        numbered, arguments = as_of(Statement(text, given), self._moment).numbered()
        return numbered, *arguments
