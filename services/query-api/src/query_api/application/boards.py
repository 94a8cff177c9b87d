"""Reading boards: all of them, one, its view with columns and cards, more cards, totals."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec

from opportunity_filters.conditions import conditions_of
from opportunity_filters.filters import Filter, read_filter
from opportunity_filters.local_time import LocalClock
from opportunity_filters.parameters import Values
from query_api.application.answers import (
    Answer,
    BoardTotals,
    BoardView,
    Column,
    Page,
    Single,
    WithId,
)
from query_api.application.asking import Asking
from query_api.application.ports import BoardModel
from query_api.application.results import Result, binding, known, next_cursor, position_of
from query_api.domain.moments import read_moment
from query_api.domain.requests import read_limit, read_position, read_window
from query_api.domain.scope import Viewer
from query_api.domain.sorting import (
    BOARD_ORDERS,
    OPPORTUNITY_ORDERS,
    Sort,
    default_sort,
    read_sort,
)
from query_api.domain.totals import TotalsRow, status_totals, whole_totals
from query_api.domain.windows import DEFAULT_CARDS, MAX_CARDS, Window

_status_decoder = msgspec.json.Decoder(WithId)
T = TypeVar("T")


class BoardReads:
    """The use cases of reading boards."""

    def __init__(self, asking: Asking, model: BoardModel) -> None:
        self._asking = asking
        self._model = model

    async def page(self, viewer: Viewer, values: Values) -> Result:
        """Answer a page of boards, the oldest first."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        sort = default_sort(BOARD_ORDERS)
        bound = binding(viewer, "boards", {}, sort)
        window = read_window(values, sort, bound)

        async def question(_: LocalClock) -> Answer[Page]:
            return await self._model.page(viewer.scope, window)

        answer = await self._asking.answer(viewer.scope, least, question)
        return page_result(answer, bound)

    async def single(self, viewer: Viewer, board_id: UUID, values: Values) -> Result:
        """Answer one board."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))

        async def question(_: LocalClock) -> Answer[Single | None]:
            return await self._model.single(viewer.scope, board_id)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        return Result(position_of(answer), found.item, found.version)

    async def totals(self, viewer: Viewer, board_id: UUID, values: Values) -> Result:
        """Answer the totals of a board's statuses, and of the whole board, under a filter."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        chosen = read_filter(values, viewer)

        async def question(clock: LocalClock) -> Answer[BoardTotals | None]:
            return await self._model.totals(viewer.scope, board_id, conditions_of(chosen, clock))

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        statuses = [
            {"status_id": status, "totals": status_totals(found.totals, status)}
            for status in found.status_ids
        ]
        position = position_of(answer)
        whole = whole_totals(found.totals)
        return Result(position, {"position": position, "statuses": statuses, "totals": whole})

    async def view(self, viewer: Viewer, board_id: UUID, values: Values) -> Result:
        """Answer a board with its columns: totals under the filter and first cards."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        chosen = read_filter(values, viewer)
        sort = read_sort(values, OPPORTUNITY_ORDERS)
        window = Window(sort, None, read_limit(values, "cards", DEFAULT_CARDS, MAX_CARDS))

        async def question(clock: LocalClock) -> Answer[BoardView | None]:
            conditions = conditions_of(chosen, clock)
            return await self._model.view(viewer.scope, board_id, conditions, window, clock)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        columns: list[dict[str, Any]] = []
        for column in found.columns:
            status = _status_decoder.decode(column.status).id
            bound = cards_binding(viewer, (board_id, status), chosen, sort)
            columns.append(_shown_column(column, status, found.totals, bound))
        position = position_of(answer)
        body = {
            "position": position,
            "board": found.board,
            "totals": whole_totals(found.totals),
            "columns": columns,
        }
        return Result(position, body)

    async def cards(self, viewer: Viewer, column: tuple[UUID, UUID], values: Values) -> Result:
        """Answer the next cards of a column (board, status)."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        chosen = read_filter(values, viewer)
        sort = read_sort(values, OPPORTUNITY_ORDERS)
        bound = cards_binding(viewer, column, chosen, sort)
        window = read_window(values, sort, bound)

        async def question(clock: LocalClock) -> Answer[Page | None]:
            conditions = conditions_of(chosen, clock)
            return await self._model.cards(viewer.scope, column, conditions, window, clock)

        return page_result(await self._asking.answer(viewer.scope, least, question), bound)


def cards_binding(
    viewer: Viewer, column: tuple[UUID, UUID], chosen: Filter, sort: Sort
) -> dict[str, Any]:
    """Return what cursors of a column's cards are bound to."""
    board, status = column
    return binding(viewer, f"cards/{board}/{status}", chosen.normalized(), sort)


def page_result(answer: Answer[Page] | Answer[Page | None], bound: dict[str, Any]) -> Result:
    """Return a page of a list as the API shows it."""
    found = known(answer)
    position = position_of(answer)
    cursor = next_cursor(found.last, bound)
    return Result(position, {"items": found.items, "next_cursor": cursor, "position": position})


def _shown_column(
    column: Column, status: UUID, totals: tuple[TotalsRow, ...], bound: dict[str, Any]
) -> dict[str, Any]:
    return {
        "status": column.status,
        "totals": status_totals(totals, status),
        "cards": column.cards,
        "next_cursor": next_cursor(column.last, bound),
    }
