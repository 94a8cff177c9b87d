"""GET of customers, users, teams, the organization, and who is asking."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from query_api.entrypoints.http import queries
from query_api.entrypoints.http.answers import answer, documented, path_first
from query_api.entrypoints.http.backing import SideOf, ViewerOf
from query_api.entrypoints.http.models import directory as shapes
from query_api.entrypoints.http.path_ids import (
    KNOWN_CUSTOMER,
    KNOWN_TEAM,
    KNOWN_USER,
    CustomerId,
    TeamId,
    UserId,
)
from service_runtime.http.routes import new_router

ROUTER = new_router(prefix="/v1", tags=["people and customers"])


@ROUTER.get(
    "/customers",
    summary="List customers",
    response_model=shapes.CustomerList,
    responses=documented("bad-cursor"),
)
async def list_customers(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.CustomerQuery, Query()]
) -> Response:
    """Answer a page of customers with their contacts, archived ones too."""
    return answer(await side.directory.customers(viewer, query.values()))


@ROUTER.get(
    "/customers/{customer}",
    summary="One customer",
    response_model=shapes.CustomerWithOpportunities,
    responses=documented("not-found", single=True),
    dependencies=[KNOWN_CUSTOMER],
)
async def read_customer(
    side: SideOf,
    viewer: ViewerOf,
    customer: CustomerId,
    query: Annotated[queries.PastQuery, Query()],
) -> Response:
    """Answer a customer with its contacts and the first of its live opportunities."""
    result = await path_first(
        side.directory.customer(viewer, customer, query.values()),
        lambda: side.directory.customer(viewer, customer, {}),
    )
    return answer(result)


@ROUTER.get(
    "/users",
    summary="List users",
    response_model=shapes.UserList,
    responses=documented("bad-cursor"),
)
async def list_users(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.UserQuery, Query()]
) -> Response:
    """Answer a page of users by name, inactive ones too."""
    return answer(await side.directory.users(viewer, query.values()))


@ROUTER.get(
    "/users/{user}",
    summary="One user",
    response_model=shapes.User,
    responses=documented("not-found", single=True),
    dependencies=[KNOWN_USER],
)
async def read_user(
    side: SideOf, viewer: ViewerOf, user: UserId, query: Annotated[queries.Query, Query()]
) -> Response:
    """Answer one user."""
    result = await path_first(
        side.directory.user(viewer, user, query.values()),
        lambda: side.directory.user(viewer, user, {}),
    )
    return answer(result)


@ROUTER.get(
    "/teams",
    summary="List teams",
    response_model=shapes.TeamList,
    responses=documented("bad-cursor"),
)
async def list_teams(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.PageQuery, Query()]
) -> Response:
    """Answer a page of teams by name."""
    return answer(await side.directory.teams(viewer, query.values()))


@ROUTER.get(
    "/teams/{team}",
    summary="One team",
    response_model=shapes.Team,
    responses=documented("not-found", single=True),
    dependencies=[KNOWN_TEAM],
)
async def read_team(
    side: SideOf, viewer: ViewerOf, team: TeamId, query: Annotated[queries.Query, Query()]
) -> Response:
    """Answer one team."""
    result = await path_first(
        side.directory.team(viewer, team, query.values()),
        lambda: side.directory.team(viewer, team, {}),
    )
    return answer(result)


@ROUTER.get("/me", summary="Who is asking", response_model=shapes.Me, responses=documented())
async def read_me(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.Query, Query()]
) -> Response:
    """Answer the caller's user and organization, and what day it is there."""
    return answer(await side.directory.me(viewer, query.values()))


@ROUTER.get(
    "/organization",
    summary="The caller's organization",
    response_model=shapes.Organization,
    responses=documented(single=True),
)
async def read_organization(
    side: SideOf, viewer: ViewerOf, query: Annotated[queries.Query, Query()]
) -> Response:
    """Answer the caller's organization."""
    return answer(await side.directory.organization(viewer, query.values()))
