"""Commands on the caller's organization."""

from typing import Final

from starlette.responses import Response

from command_api.entrypoints.http.command_route import command_router
from command_api.entrypoints.http.intake import OnOne
from command_api.entrypoints.http.models.organization import OrganizationChanges
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from service_runtime.access import Action

ROUTER: Final = command_router(prefix="/v1/organization", tag="organization")


@ROUTER.patch(
    "",
    operation_id="edit_organization",
    summary="Edit the organization",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.ADMINISTER_ORGANIZATION)],
)
async def edit_organization(intake: OnOne, body: OrganizationChanges) -> Response:
    """Change name, currency, time zone, language or visibility."""
    return await intake.submit(body.command())
