"""Commands on the statuses of a board."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import WithJsonSchema
from starlette.responses import Response

from command_api.domain.commands import DeleteStatus
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.intake import OnOne
from command_api.entrypoints.http.models.answers import Changed, StatusRemoved
from command_api.entrypoints.http.models.boards import StatusChanges, StatusOrder, StatusToAdd
from command_api.entrypoints.http.models.flags import Flag
from command_api.entrypoints.http.models.jobs import JobOrdered
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from service_runtime.access import Action
from service_runtime.http.fields import Id

ROUTER: Final = command_router(prefix="/v1/boards/{board}/statuses", tag="statuses")


@ROUTER.post(
    "",
    operation_id="add_status",
    summary="Add a status",
    status_code=201,
    responses=answers(
        201, model=Changed, problems=("version-conflict", "name-taken", "board-archived")
    ),
    dependencies=[allow(Action.ADMINISTER_STATUSES)],
)
async def add_status(board: Id, intake: OnOne, body: StatusToAdd) -> Response:
    """Insert a status; without an index it stands behind the last one of its type."""
    return await intake.submit(body.command(board), location=f"/v1/boards/{board}/statuses")


# Before /{status}: a path is matched in the order in which the routes stand.
@ROUTER.put(
    "/order",
    operation_id="reorder_statuses",
    summary="Order the statuses",
    responses=answers(problems=("version-conflict", "not-a-permutation", "board-archived")),
    dependencies=[allow(Action.ADMINISTER_STATUSES)],
)
async def reorder_statuses(board: Id, intake: OnOne, body: StatusOrder) -> Response:
    """Put all present statuses of a board into this order."""
    return await intake.submit(body.command(board))


@ROUTER.patch(
    "/{status}",
    operation_id="edit_status",
    summary="Edit a status",
    responses=answers(
        problems=(
            "version-conflict",
            "name-taken",
            "last-of-type",
            "type-in-use",
            "status-gone",
            "board-archived",
        )
    ),
    dependencies=[allow(Action.ADMINISTER_STATUSES)],
)
async def edit_status(board: Id, status: Id, intake: OnOne, body: StatusChanges) -> Response:
    """Change name, colour, default confidence or type; each is a fact of its own."""
    return await intake.submit(body.command(board, status))


@ROUTER.delete(
    "/{status}",
    operation_id="delete_status",
    summary="Delete a status",
    responses=answers(
        model=StatusRemoved,
        queued=JobOrdered,
        problems=(
            "version-conflict",
            "last-of-type",
            "status-in-use",
            "type-change",
            "status-gone",
            "board-archived",
        ),
    ),
    dependencies=[allow(Action.ADMINISTER_STATUSES), NO_BODY],
)
async def delete_status(
    board: Id,
    status: Id,
    intake: OnOne,
    *,
    replacement: Annotated[
        Id | None,
        WithJsonSchema({"type": "string", "format": "uuid"}),
        Query(description="The status that takes the live opportunities."),
    ] = None,
    allow_type_change: Annotated[
        Flag, Query(description="Whether they may be won, lost or reopened by it.")
    ] = False,
) -> Response:
    """Delete a status; the live opportunities in it move to the replacement.

    Over 1,000 of them are moved by a job, beside everybody's work: from this answer on nothing
    enters the status, and it is shown as `deleting` until the job ends. Asking again answers the
    same job.
    """
    return await intake.submit(DeleteStatus(board, status, replacement, allow_type_change))
