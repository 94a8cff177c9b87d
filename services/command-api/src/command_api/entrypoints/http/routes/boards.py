"""Commands on boards."""

from typing import Final

from starlette.responses import Response

from command_api.domain.commands import ArchiveBoard
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.intake import OnNone, OnOne
from command_api.entrypoints.http.models.boards import BoardChanges, BoardToCreate
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from service_runtime.access import Action
from service_runtime.http.fields import Id

PATH: Final = "/v1/boards"
ROUTER: Final = command_router(prefix=PATH, tag="boards")


@ROUTER.post(
    "",
    operation_id="create_board",
    summary="Create a board",
    status_code=201,
    responses=answers(201),
    dependencies=[allow(Action.ADMINISTER_BOARDS)],
)
async def create_board(intake: OnNone, body: BoardToCreate) -> Response:
    """Begin a board with its first statuses; a type that is missing gets its default appended."""
    return await intake.submit(body.command(), location=PATH)


@ROUTER.patch(
    "/{board}",
    operation_id="edit_board",
    summary="Rename a board",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.ADMINISTER_BOARDS)],
)
async def edit_board(board: Id, intake: OnOne, body: BoardChanges) -> Response:
    """Give a board another name."""
    return await intake.submit(body.command(board))


@ROUTER.delete(
    "/{board}",
    operation_id="archive_board",
    summary="Archive a board",
    responses=answers(problems=("version-conflict", "board-in-use")),
    dependencies=[allow(Action.ADMINISTER_BOARDS), NO_BODY],
)
async def archive_board(board: Id, intake: OnOne) -> Response:
    """Put a board away; refused while it holds live opportunities."""
    return await intake.submit(ArchiveBoard(board))
