"""Commands on teams."""

from typing import Final

from starlette.responses import Response

from command_api.entrypoints.http.command_route import command_router
from command_api.entrypoints.http.intake import OnNone, OnOne
from command_api.entrypoints.http.models.teams import TeamChanges, TeamToAdd
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from service_runtime.access import Action
from service_runtime.http.fields import Id

PATH: Final = "/v1/teams"
ROUTER: Final = command_router(prefix=PATH, tag="people")


@ROUTER.post(
    "",
    operation_id="add_team",
    summary="Add a team",
    status_code=201,
    responses=answers(201),
    dependencies=[allow(Action.ADMINISTER_TEAMS)],
)
async def add_team(intake: OnNone, body: TeamToAdd) -> Response:
    """Add a team."""
    return await intake.submit(body.command(), location=PATH)


@ROUTER.patch(
    "/{team}",
    operation_id="edit_team",
    summary="Rename a team",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.ADMINISTER_TEAMS)],
)
async def edit_team(team: Id, intake: OnOne, body: TeamChanges) -> Response:
    """Give a team another name."""
    return await intake.submit(body.command(team))
