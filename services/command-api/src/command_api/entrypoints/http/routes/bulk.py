"""One command on many opportunities."""

from typing import Final

from starlette.responses import Response

from command_api.entrypoints.http.command_route import command_router
from command_api.entrypoints.http.intake import OnNone
from command_api.entrypoints.http.models.answers import BulkAnswer
from command_api.entrypoints.http.models.bulk import Bulk
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from service_runtime.access import Action

ROUTER: Final = command_router(prefix="/v1/opportunities/bulk", tag="opportunities")


@ROUTER.post(
    "",
    operation_id="change_opportunities",
    summary="One command on many opportunities",
    responses=answers(model=BulkAnswer, versioned=False),
    dependencies=[allow(Action.BULK)],
)
async def change_opportunities(intake: OnNone, body: Bulk) -> Response:
    """Do one command on each of up to 1,000 opportunities, each decided on its own.

    What is refused stands in the results with its problem document; the rest is done all the
    same. With `dry_run` nothing is done, and the answer says what would be.
    """
    return await intake.submit(body.bulk())
