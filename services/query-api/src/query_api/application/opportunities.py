"""Reading opportunities: lists with the totals of the whole filter, totals alone, one."""

from typing import Any, Final
from uuid import UUID

import msgspec

from opportunity_filters.conditions import conditions_of
from opportunity_filters.filters import Filter, read_filter
from opportunity_filters.local_time import LocalClock
from opportunity_filters.parameters import Values
from query_api.application.answers import Answer, OpportunityPage, Single
from query_api.application.asking import Asking
from query_api.application.notes import PastNotes
from query_api.application.ports import OpportunityModel
from query_api.application.results import Result, binding, known, next_cursor, position_of
from query_api.domain.moments import read_moment
from query_api.domain.requests import read_position, read_window
from query_api.domain.scope import Viewer
from query_api.domain.sorting import OPPORTUNITY_ORDERS, Sort, read_sort
from query_api.domain.totals import TotalsRow, whole_totals

LIST: Final = "opportunities"
_json: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class OpportunityReads:
    """The use cases of reading opportunities."""

    def __init__(self, asking: Asking, model: OpportunityModel, notes: PastNotes) -> None:
        self._asking = asking
        self._model = model
        self._notes = notes

    async def page(self, viewer: Viewer, values: Values) -> Result:
        """Answer a page of a filtered and sorted list."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        chosen = read_filter(values, viewer)
        sort = read_sort(values, OPPORTUNITY_ORDERS)
        bound = list_binding(viewer, chosen, sort)
        window = read_window(values, sort, bound)

        async def question(clock: LocalClock) -> Answer[OpportunityPage]:
            conditions = conditions_of(chosen, clock)
            return await self._model.page(viewer.scope, conditions, window, clock)

        answer = await self._asking.answer(viewer.scope, least, question)
        position = position_of(answer)
        body = {**shown_page(known(answer), bound), "position": position}
        return Result(position, body)

    async def totals(self, viewer: Viewer, values: Values) -> Result:
        """Answer the totals of a filter."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        chosen = read_filter(values, viewer)

        async def question(clock: LocalClock) -> Answer[tuple[TotalsRow, ...]]:
            return await self._model.totals(viewer.scope, conditions_of(chosen, clock))

        answer = await self._asking.answer(viewer.scope, least, question)
        position = position_of(answer)
        return Result(position, {"position": position, "totals": whole_totals(known(answer))})

    async def single(self, viewer: Viewer, opportunity_id: UUID, values: Values) -> Result:
        """Answer one opportunity, deleted ones too."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))

        async def question(clock: LocalClock) -> Answer[Single | None]:
            return await self._model.single(viewer.scope, opportunity_id, clock)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        body = found.item
        if viewer.scope.moment is not None:
            note = await self._notes.note(
                viewer.scope.org, opportunity_id, found.version, position_of(answer)
            )
            body = {**_json.decode(found.item), "note": note}
        return Result(position_of(answer), body, found.version)


def list_binding(viewer: Viewer, chosen: Filter, sort: Sort) -> dict[str, Any]:
    """Return what cursors of the list of opportunities are bound to."""
    return binding(viewer, LIST, chosen.normalized(), sort)


def shown_page(found: OpportunityPage, bound: dict[str, Any]) -> dict[str, Any]:
    """Return a page with the totals of its whole filter, as the API shows it."""
    return {
        "items": found.page.items,
        "next_cursor": next_cursor(found.page.last, bound),
        "totals": whole_totals(found.totals),
    }
