"""Commands on opportunities, one by one."""

from typing import Final

from starlette.responses import Response

from command_api.domain.commands import DeleteOpportunity
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.intake import OnNone, OnOne
from command_api.entrypoints.http.models.opportunities import (
    Lose,
    Move,
    Nothing,
    OpportunityChanges,
    OpportunityToCreate,
    Reopen,
    Win,
)
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from service_runtime.access import Action
from service_runtime.http.fields import Id

PATH: Final = "/v1/opportunities"
ROUTER: Final = command_router(prefix=PATH, tag="opportunities")
HOT: Final = (
    "create_opportunity",
    "edit_opportunity",
    "move_opportunity",
    "win_opportunity",
    "lose_opportunity",
    "reopen_opportunity",
)
"""The endpoints whose plain good requests take the fast lane."""

_TRANSITION: Final = ("version-conflict", "already-deleted", "status-gone", "board-archived")


@ROUTER.post(
    "",
    operation_id="create_opportunity",
    summary="Create an opportunity",
    status_code=201,
    responses=answers(201, problems=("status-gone", "board-archived")),
    dependencies=[allow(Action.EDIT_OPPORTUNITIES)],
)
async def create_opportunity(intake: OnNone, body: OpportunityToCreate) -> Response:
    """Begin an opportunity; its owner is the caller, where nobody is named."""
    return await intake.submit(body.command(), location=PATH)


@ROUTER.patch(
    "/{opportunity}",
    operation_id="edit_opportunity",
    summary="Edit an opportunity",
    responses=answers(problems=("version-conflict", "already-deleted", "board-archived")),
    dependencies=[allow(Action.EDIT_OPPORTUNITIES)],
)
async def edit_opportunity(opportunity: Id, intake: OnOne, body: OpportunityChanges) -> Response:
    """Change any field but board and status."""
    return await intake.submit(body.command(opportunity))


@ROUTER.post(
    "/{opportunity}/move",
    operation_id="move_opportunity",
    summary="Move an opportunity",
    responses=answers(problems=_TRANSITION),
    dependencies=[allow(Action.EDIT_OPPORTUNITIES)],
)
async def move_opportunity(opportunity: Id, intake: OnOne, body: Move) -> Response:
    """Move to a status of the same board; onto a won or lost one is a win or a loss."""
    return await intake.submit(body.command(opportunity))


@ROUTER.post(
    "/{opportunity}/win",
    operation_id="win_opportunity",
    summary="Win an opportunity",
    responses=answers(problems=_TRANSITION),
    dependencies=[allow(Action.EDIT_OPPORTUNITIES)],
)
async def win_opportunity(opportunity: Id, intake: OnOne, body: Win | None = None) -> Response:
    """Win; without a status in the board's first won one."""
    return await intake.submit((body or Win()).command(opportunity))


@ROUTER.post(
    "/{opportunity}/lose",
    operation_id="lose_opportunity",
    summary="Lose an opportunity",
    responses=answers(problems=_TRANSITION),
    dependencies=[allow(Action.EDIT_OPPORTUNITIES)],
)
async def lose_opportunity(opportunity: Id, intake: OnOne, body: Lose | None = None) -> Response:
    """Lose; without a status in the board's first lost one."""
    return await intake.submit((body or Lose()).command(opportunity))


@ROUTER.post(
    "/{opportunity}/reopen",
    operation_id="reopen_opportunity",
    summary="Reopen an opportunity",
    responses=answers(problems=_TRANSITION),
    dependencies=[allow(Action.UNDO_OWN)],
)
async def reopen_opportunity(
    opportunity: Id, intake: OnOne, body: Reopen | None = None
) -> Response:
    """Reopen; without a status in the last active one that it stood in, if that is live."""
    return await intake.submit((body or Reopen()).command(opportunity))


@ROUTER.delete(
    "/{opportunity}",
    operation_id="delete_opportunity",
    summary="Delete an opportunity",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.EDIT_OPPORTUNITIES), NO_BODY],
)
async def delete_opportunity(opportunity: Id, intake: OnOne) -> Response:
    """Take it off list, board and totals; it can be read and restored."""
    return await intake.submit(DeleteOpportunity(opportunity))


@ROUTER.post(
    "/{opportunity}/restore",
    operation_id="restore_opportunity",
    summary="Restore an opportunity",
    responses=answers(problems=("version-conflict", "board-archived")),
    dependencies=[allow(Action.UNDO_OWN)],
)
async def restore_opportunity(
    opportunity: Id, intake: OnOne, body: Nothing | None = None
) -> Response:
    """Bring a deleted one back into its status, or where that one went."""
    return await intake.submit((body or Nothing()).command(opportunity))
