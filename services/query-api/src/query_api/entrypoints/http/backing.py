"""What the routes of the door find behind it, and who is reading."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from query_api.bootstrap import QuerySide
from query_api.domain.scope import Scope, Viewer
from service_runtime.access import Action, may
from service_runtime.http.request_context import CallerOf
from service_runtime.problems import Problem


async def _side(request: Request) -> QuerySide:
    side: QuerySide | None = getattr(request.app.state, "query_side", None)
    if side is None:
        raise Problem("log-unavailable")  # the service is still starting
    return side


SideOf = Annotated[QuerySide, Depends(_side)]
"""The type of an endpoint's parameter that wants what stands behind the door."""


async def _viewer(caller: CallerOf) -> Viewer:
    """Return who reads, and what it may see of its organization."""
    if not may(caller.role, Action.READ):
        raise Problem("forbidden")
    return Viewer(Scope(caller.org, caller.owners), caller.user_id, caller.team_id)


ViewerOf = Annotated[Viewer, Depends(_viewer)]
"""The type of an endpoint's parameter that wants the reader."""
