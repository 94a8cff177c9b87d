"""Boards asked from the read schema: one round trip for a whole view."""

from typing import Final
from uuid import UUID

import msgspec

from opportunity_filters.conditions import Condition, Conditions
from opportunity_filters.local_time import LocalClock
from opportunity_filters.past_rows import as_of
from opportunity_filters.sql_conditions import shape_of, values_of
from query_api.adapters.asking import (
    ask,
    page_of,
    raw,
    single_of,
    standing_of,
    totals_of,
)
from query_api.adapters.composing import (
    BOARDS,
    CARDS,
    clock_values,
    page,
    place_values,
    scope_values,
    single,
    statement,
    totals,
    unknown_ids,
)
from query_api.application.answers import (
    Answer,
    BoardTotals,
    BoardView,
    Column,
    Page,
    Single,
    WithId,
)
from query_api.domain.scope import Scope
from query_api.domain.windows import DEFAULT_CARDS, Window
from service_runtime.fragments import Statement
from service_runtime.read_schema import ReadSchema


class _StatusesOf(msgspec.Struct):
    statuses: tuple[WithId, ...]


_columns_decoder: Final = msgspec.json.Decoder(tuple[Column, ...])
_statuses_decoder: Final = msgspec.json.Decoder(_StatusesOf)
_NOTHING: Final = Conditions(())
_UNFILTERED: Final = Conditions((Condition("live"),))
_LIMIT: Final = ":limit::integer"


class BoardQueries:
    """A BoardModel on PostgreSQL."""

    def __init__(self, reads: ReadSchema, views: ReadSchema) -> None:
        """Ask over `reads`; over `views`, whose connections keep plans, what needs one alone."""
        self._reads = reads
        self._views = views

    async def page(self, scope: Scope, window: Window) -> Answer[Page]:
        """Find a page of boards."""
        text = statement("list", page=page(BOARDS, window.sort, window.place, _NOTHING, scope))
        values = {**scope_values(scope), "limit": window.limit, **place_values(window.place)}
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), page_of(row))

    async def single(self, scope: Scope, board_id: UUID) -> Answer[Single | None]:
        """Find one board."""
        text = statement("single", single=single(BOARDS, scope))
        values = {"org": scope.org, "id": board_id}
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), single_of(row))

    async def totals(
        self, scope: Scope, board_id: UUID, conditions: Conditions
    ) -> Answer[BoardTotals | None]:
        """Sum a board by its statuses."""
        text = statement(
            "board_totals",
            unknown=unknown_ids(shape_of(conditions)),
            single=single(BOARDS, scope),
            totals=totals(conditions, scope, by_status=True, board=True),
        )
        values = {
            **scope_values(scope),
            "id": board_id,
            "board_id": board_id,
            **values_of(conditions),
        }
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        if row["item"] is None:
            return Answer(standing_of(row), None)
        statuses = _statuses_decoder.decode(row["item"]).statuses
        ids = tuple(status.id for status in statuses)
        return Answer(standing_of(row), BoardTotals(ids, totals_of(row["totals"])))

    async def view(
        self,
        scope: Scope,
        board_id: UUID,
        conditions: Conditions,
        window: Window,
        clock: LocalClock,
    ) -> Answer[BoardView | None]:
        """Find a board with the first cards of each of its columns."""
        text = statement(
            "board_view",
            unknown=unknown_ids(shape_of(conditions)),
            single=single(BOARDS, scope),
            page=page(CARDS, window.sort, None, conditions, scope, "in_column"),
            totals=totals(conditions, scope, by_status=True, board=True),
        )
        values = {
            **scope_values(scope),
            "id": board_id,
            "board_id": board_id,
            "limit": window.limit,
            **values_of(conditions),
            **clock_values(clock),
        }
        reads = self._reads
        if conditions == _UNFILTERED and window.limit == DEFAULT_CARDS and scope.moment is None:
            # What boards are mostly asked for: one plan serves all, once it knows how many cards.
            reads, text = self._views, text.replace(_LIMIT, str(DEFAULT_CARDS))
        row = await ask(reads, as_of(Statement(text, values), scope.moment))
        if row["item"] is None:
            return Answer(standing_of(row), None)
        columns = _columns_decoder.decode(row["columns"])
        view = BoardView(raw(row["item"]), columns, totals_of(row["totals"]))
        return Answer(standing_of(row), view)

    async def cards(
        self,
        scope: Scope,
        column: tuple[UUID, UUID],
        conditions: Conditions,
        window: Window,
        clock: LocalClock,
    ) -> Answer[Page | None]:
        """Find a page of the cards of a column (board, status)."""
        text = statement(
            "cards",
            unknown=unknown_ids(shape_of(conditions)),
            page=page(CARDS, window.sort, window.place, conditions, scope, "in_status"),
        )
        values = {
            **scope_values(scope),
            "board_id": column[0],
            "status_id": column[1],
            "limit": window.limit,
            **values_of(conditions),
            **place_values(window.place),
            **clock_values(clock),
        }
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), page_of(row) if row["found"] else None)
