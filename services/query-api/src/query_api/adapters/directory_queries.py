"""Customers, people, teams and the organization asked from the read schema."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from opportunity_filters.conditions import Condition, Conditions
from opportunity_filters.filters import SearchWords
from opportunity_filters.local_time import LocalClock
from opportunity_filters.past_rows import as_of
from opportunity_filters.sql_conditions import values_of
from query_api.adapters.asking import ask, page_of, raw, single_of, standing_of, totals_of
from query_api.adapters.composing import (
    CUSTOMERS,
    OPPORTUNITIES,
    TEAMS,
    USERS,
    Listing,
    clock_values,
    item,
    page,
    place_values,
    scope_values,
    single,
    statement,
    totals,
)
from query_api.adapters.fragments import load_fragments
from query_api.application.answers import (
    Answer,
    CustomerPage,
    Me,
    OpportunityPage,
    Page,
    Single,
)
from query_api.domain.scope import Scope
from query_api.domain.windows import Window
from service_runtime.fragments import Statement
from service_runtime.read_schema import ReadSchema

_NOTHING: Final = Conditions(())


class DirectoryQueries:
    """A DirectoryModel on PostgreSQL."""

    def __init__(self, reads: ReadSchema) -> None:
        self._reads = reads

    async def customers(
        self, scope: Scope, searches: Sequence[SearchWords], window: Window
    ) -> Answer[Page]:
        """Find a page of customers whose names fulfil one of the searches."""
        return await self._page(CUSTOMERS, scope, Conditions((), tuple(searches)), window)

    async def customer(
        self, scope: Scope, customer_id: UUID, window: Window, clock: LocalClock
    ) -> Answer[CustomerPage | None]:
        """Find a customer with a page of its live opportunities and their sums."""
        conditions = Conditions((Condition("live"), Condition("customer", [customer_id])))
        text = statement(
            "customer",
            single=single(CUSTOMERS, scope),
            page=page(OPPORTUNITIES, window.sort, window.place, conditions, scope),
            totals=totals(conditions, scope, by_status=False),
        )
        values = {
            **scope_values(scope),
            "id": customer_id,
            "limit": window.limit,
            **values_of(conditions),
            **place_values(window.place),
            **clock_values(clock),
        }
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        customer = single_of(row)
        if customer is None:
            return Answer(standing_of(row), None)
        opportunities = OpportunityPage(page_of(row), totals_of(row["totals"]))
        return Answer(standing_of(row), CustomerPage(customer, opportunities))

    async def users(
        self, scope: Scope, searches: Sequence[SearchWords], window: Window
    ) -> Answer[Page]:
        """Find a page of users whose names fulfil one of the searches."""
        return await self._page(USERS, scope, Conditions((), tuple(searches)), window)

    async def user(self, scope: Scope, user_id: UUID) -> Answer[Single | None]:
        """Find one user."""
        return await self._single(USERS, scope, user_id)

    async def teams(self, scope: Scope, window: Window) -> Answer[Page]:
        """Find a page of teams."""
        return await self._page(TEAMS, scope, _NOTHING, window)

    async def team(self, scope: Scope, team_id: UUID) -> Answer[Single | None]:
        """Find one team."""
        return await self._single(TEAMS, scope, team_id)

    async def organization(self, scope: Scope) -> Answer[Single | None]:
        """Find the organization itself."""
        text = statement("organization", item=load_fragments("organizations")["item"])
        row = await ask(self._reads, Statement(text, {"org": scope.org}))
        return Answer(standing_of(row), single_of(row))

    async def me(self, scope: Scope, user_id: UUID | None) -> Answer[Me | None]:
        """Find the organization and the user that asks."""
        organization = load_fragments("organizations")["item"]
        text = statement("me", organization=organization, user=item(USERS))
        row = await ask(self._reads, Statement(text, {"org": scope.org, "user_id": user_id}))
        if row["organization"] is None:
            return Answer(standing_of(row), None)
        user = None if row["caller"] is None else raw(row["caller"])
        return Answer(standing_of(row), Me(raw(row["organization"]), user))

    async def _page(
        self, listing: Listing, scope: Scope, conditions: Conditions, window: Window
    ) -> Answer[Page]:
        text = statement("list", page=page(listing, window.sort, window.place, conditions, scope))
        values: Mapping[str, Any] = {
            **scope_values(scope),
            "limit": window.limit,
            **values_of(conditions),
            **place_values(window.place),
        }
        row = await ask(self._reads, as_of(Statement(text, dict(values)), scope.moment))
        return Answer(standing_of(row), page_of(row))

    async def _single(self, listing: Listing, scope: Scope, row_id: UUID) -> Answer[Single | None]:
        text = statement("single", single=single(listing, scope))
        values = {"org": scope.org, "id": row_id}
        row = await ask(self._reads, as_of(Statement(text, values), scope.moment))
        return Answer(standing_of(row), single_of(row))
