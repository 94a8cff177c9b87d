"""Reading customers, people, teams, the organization, and who is asking."""

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from opportunity_filters.filters import Filter, SearchWords, read_search
from opportunity_filters.local_time import LocalClock
from opportunity_filters.parameters import Values
from query_api.application.answers import Answer, CustomerPage, Me, Page, Single
from query_api.application.asking import Asking
from query_api.application.boards import page_result
from query_api.application.opportunities import list_binding, shown_page
from query_api.application.ports import DirectoryModel
from query_api.application.results import Result, binding, known, position_of
from query_api.domain.moments import read_moment
from query_api.domain.requests import read_position, read_window
from query_api.domain.scope import Scope, Viewer
from query_api.domain.sorting import (
    CUSTOMER_ORDERS,
    OPPORTUNITY_ORDERS,
    PEOPLE_ORDERS,
    TEAM_ORDERS,
    Order,
    default_sort,
    read_sort,
)
from query_api.domain.windows import DEFAULT_LIMIT, Window

_FindPage = Callable[[Scope, tuple[SearchWords, ...], Window], Awaitable[Answer[Page]]]
_FindOne = Callable[[Scope, UUID], Awaitable[Answer[Single | None]]]
_json = msgspec.json.Decoder(dict[str, Any])


class DirectoryReads:
    """The use cases of reading what opportunities refer to."""

    def __init__(self, asking: Asking, model: DirectoryModel) -> None:
        self._asking = asking
        self._model = model

    async def customers(self, viewer: Viewer, values: Values) -> Result:
        """Answer a page of customers with their contacts."""
        return await self._page(viewer, values, CUSTOMER_ORDERS, "customers", self._model.customers)

    async def customer(self, viewer: Viewer, customer_id: UUID, values: Values) -> Result:
        """Answer one customer with its contacts and the first of its opportunities."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        sort = default_sort(OPPORTUNITY_ORDERS)
        bound = list_binding(viewer, Filter(customer=(customer_id,)), sort)
        window = Window(sort, None, DEFAULT_LIMIT)

        async def question(clock: LocalClock) -> Answer[CustomerPage | None]:
            return await self._model.customer(viewer.scope, customer_id, window, clock)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        body = _json.decode(found.customer.item)
        body["opportunities"] = shown_page(found.opportunities, bound)
        return Result(position_of(answer), body, found.customer.version)

    async def users(self, viewer: Viewer, values: Values) -> Result:
        """Answer a page of users."""
        return await self._page(viewer, values, PEOPLE_ORDERS, "users", self._model.users)

    async def user(self, viewer: Viewer, user_id: UUID, values: Values) -> Result:
        """Answer one user."""
        return await self._single(viewer, user_id, values, self._model.user)

    async def teams(self, viewer: Viewer, values: Values) -> Result:
        """Answer a page of teams."""

        async def find(scope: Scope, _: tuple[SearchWords, ...], window: Window) -> Answer[Page]:
            return await self._model.teams(scope, window)

        return await self._page(viewer, values, TEAM_ORDERS, "teams", find)

    async def team(self, viewer: Viewer, team_id: UUID, values: Values) -> Result:
        """Answer one team."""
        return await self._single(viewer, team_id, values, self._model.team)

    async def organization(self, viewer: Viewer, values: Values) -> Result:
        """Answer the caller's organization."""

        async def find(scope: Scope, _: UUID) -> Answer[Single | None]:
            return await self._model.organization(scope)

        return await self._single(viewer, viewer.scope.org, values, find)

    async def me(self, viewer: Viewer, values: Values) -> Result:
        """Answer who asks, and what day it is in the organization."""
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        clocks: list[LocalClock] = []

        async def question(clock: LocalClock) -> Answer[Me | None]:
            clocks.append(clock)
            return await self._model.me(viewer.scope, viewer.user_id)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        organization = _json.decode(found.organization)
        del organization["version"]
        organization["today"] = clocks[-1].today
        return Result(position_of(answer), {"user": found.user, "organization": organization})

    async def _page(
        self,
        viewer: Viewer,
        values: Values,
        orders: MappingProxyType[str, Order],
        rows: str,
        find: _FindPage,
    ) -> Result:
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))
        searches = read_search(values)
        sort = read_sort(values, orders)
        bound = binding(viewer, rows, Filter(q=searches).normalized(), sort)
        window = read_window(values, sort, bound)

        async def question(_: LocalClock) -> Answer[Page]:
            return await find(viewer.scope, searches or (), window)

        return page_result(await self._asking.answer(viewer.scope, least, question), bound)

    async def _single(self, viewer: Viewer, row_id: UUID, values: Values, find: _FindOne) -> Result:
        least = read_position(values, "min_position")
        viewer = viewer.as_of(read_moment(values))

        async def question(_: LocalClock) -> Answer[Single | None]:
            return await find(viewer.scope, row_id)

        answer = await self._asking.answer(viewer.scope, least, question)
        found = known(answer)
        return Result(position_of(answer), found.item, found.version)
