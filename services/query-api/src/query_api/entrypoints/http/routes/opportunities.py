"""GET of opportunities: the list, its totals, one, its history."""

from typing import Annotated

from fastapi import Header, Query
from starlette.responses import Response

from query_api.entrypoints.http import queries
from query_api.entrypoints.http.answers import answer, documented, path_first
from query_api.entrypoints.http.backing import SideOf, ViewerOf
from query_api.entrypoints.http.models.facts import History
from query_api.entrypoints.http.models.opportunities import Opportunity, OpportunityList
from query_api.entrypoints.http.models.totals import FilterTotals
from query_api.entrypoints.http.path_ids import KNOWN_OPPORTUNITY, OpportunityId
from service_runtime.http.request_context import CallerOf
from service_runtime.http.routes import new_router

ROUTER = new_router(prefix="/v1/opportunities", tags=["opportunities"])


@ROUTER.get(
    "",
    summary="List opportunities",
    response_model=OpportunityList,
    responses=documented("bad-cursor", "invalid"),
)
async def list_opportunities(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.ListQuery, Query()]
) -> Response:
    """Answer a page under a filter, in an order, with the totals of the whole filter."""
    return answer(await side.opportunities.page(viewer, query.values()))


@ROUTER.get(
    "/totals",
    summary="Totals of a filter",
    response_model=FilterTotals,
    responses=documented("invalid"),
)
async def opportunity_totals(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.FilterQuery, Query()]
) -> Response:
    """Answer what all opportunities of a filter add up to, by currency and type."""
    return answer(await side.opportunities.totals(viewer, query.values()))


@ROUTER.get(
    "/{opportunity}",
    summary="One opportunity",
    response_model=Opportunity,
    responses=documented("not-found", single=True),
    dependencies=[KNOWN_OPPORTUNITY],
)
async def read_opportunity(
    side: SideOf,
    viewer: ViewerOf,
    opportunity: OpportunityId,
    query: Annotated[queries.PastQuery, Query()],
) -> Response:
    """Answer one opportunity; a deleted one is shown with `deleted_at`."""
    reads = side.opportunities
    result = await path_first(
        reads.single(viewer, opportunity, query.values()),
        lambda: reads.single(viewer, opportunity, {}),
    )
    return answer(result)


@ROUTER.get(
    "/{opportunity}/history",
    summary="The history of an opportunity",
    response_model=History,
    responses=documented("not-found", "bad-cursor"),
    dependencies=[KNOWN_OPPORTUNITY],
)
async def read_history(
    side: SideOf,
    viewer: ViewerOf,
    caller: CallerOf,
    opportunity: OpportunityId,
    query: Annotated[queries.HistoryQuery, Query()],
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Answer its facts, the newest first, in words and in data."""
    spoken = (accept_language, caller.language)
    result = await path_first(
        side.history.page(viewer, opportunity, query.values(), spoken),
        lambda: side.opportunities.single(viewer, opportunity, {}),
    )
    return answer(result)
