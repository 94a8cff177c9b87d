"""Opportunities asked from the read schema: lists, sums, one."""

from uuid import UUID

from opportunity_filters.conditions import Conditions
from opportunity_filters.local_time import LocalClock
from opportunity_filters.past_rows import as_of
from opportunity_filters.sql_conditions import shape_of, values_of
from query_api.adapters.asking import ask, page_of, single_of, standing_of, totals_of
from query_api.adapters.composing import (
    OPPORTUNITIES,
    clock_values,
    page,
    place_values,
    scope_values,
    single,
    statement,
    totals,
    unknown_ids,
)
from query_api.application.answers import Answer, OpportunityPage, Single
from query_api.domain.scope import Scope
from query_api.domain.totals import TotalsRow
from query_api.domain.windows import Window
from service_runtime.fragments import Statement
from service_runtime.read_schema import ReadSchema


class OpportunityQueries:
    """An OpportunityModel on PostgreSQL."""

    def __init__(self, reads: ReadSchema) -> None:
        self._reads = reads

    async def page(
        self, scope: Scope, conditions: Conditions, window: Window, clock: LocalClock
    ) -> Answer[OpportunityPage]:
        """Find a page of opportunities, and the sums of all that fulfil the conditions."""
        text = statement(
            "list_with_totals",
            unknown=unknown_ids(shape_of(conditions)),
            page=page(OPPORTUNITIES, window.sort, window.place, conditions, scope),
            totals=totals(conditions, scope, by_status=False),
        )
        values = {
            **scope_values(scope),
            "limit": window.limit,
            **values_of(conditions),
            **place_values(window.place),
            **clock_values(clock),
        }
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), OpportunityPage(page_of(row), totals_of(row["totals"])))

    async def totals(self, scope: Scope, conditions: Conditions) -> Answer[tuple[TotalsRow, ...]]:
        """Sum all that fulfil the conditions."""
        text = statement(
            "totals",
            unknown=unknown_ids(shape_of(conditions)),
            totals=totals(conditions, scope, by_status=False),
        )
        values = {**scope_values(scope), **values_of(conditions)}
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), totals_of(row["totals"]))

    async def single(
        self, scope: Scope, opportunity_id: UUID, clock: LocalClock
    ) -> Answer[Single | None]:
        """Find one, deleted ones too."""
        text = statement("single", single=single(OPPORTUNITIES, scope))
        values = {**scope_values(scope), "id": opportunity_id, **clock_values(clock)}
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), single_of(row))
