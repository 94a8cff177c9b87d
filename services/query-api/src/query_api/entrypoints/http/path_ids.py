"""Ids in paths: one that names nothing is 404, whatever else is wrong with the request."""

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request

from query_api.entrypoints.http.backing import SideOf, ViewerOf
from service_runtime.http.fields import Id

BoardId = Annotated[Id, Path(description="The id of a board.")]
StatusId = Annotated[Id, Path(description="The id of a live status of the board.")]
OpportunityId = Annotated[Id, Path(description="The id of an opportunity.")]
CustomerId = Annotated[Id, Path(description="The id of a customer.")]
UserId = Annotated[Id, Path(description="The id of a user.")]
TeamId = Annotated[Id, Path(description="The id of a team.")]


def _refused(request: Request) -> bool:
    """Say whether something is wrong with the request, so that the path must be looked at first."""
    return getattr(request.state, "refusal", None) is not None


async def _board(request: Request, side: SideOf, viewer: ViewerOf, board: BoardId) -> None:
    if _refused(request):
        await side.boards.single(viewer, board, {})


async def _column(
    request: Request, side: SideOf, viewer: ViewerOf, board: BoardId, status: StatusId
) -> None:
    if _refused(request):
        await side.boards.cards(viewer, (board, status), {"limit": ["1"]})


async def _opportunity(
    request: Request, side: SideOf, viewer: ViewerOf, opportunity: OpportunityId
) -> None:
    if _refused(request):
        await side.opportunities.single(viewer, opportunity, {})


async def _customer(request: Request, side: SideOf, viewer: ViewerOf, customer: CustomerId) -> None:
    if _refused(request):
        await side.directory.customer(viewer, customer, {})


async def _user(request: Request, side: SideOf, viewer: ViewerOf, user: UserId) -> None:
    if _refused(request):
        await side.directory.user(viewer, user, {})


async def _team(request: Request, side: SideOf, viewer: ViewerOf, team: TeamId) -> None:
    if _refused(request):
        await side.directory.team(viewer, team, {})


KNOWN_BOARD = Depends(_board)
KNOWN_COLUMN = Depends(_column)
KNOWN_OPPORTUNITY = Depends(_opportunity)
KNOWN_CUSTOMER = Depends(_customer)
KNOWN_USER = Depends(_user)
KNOWN_TEAM = Depends(_team)
