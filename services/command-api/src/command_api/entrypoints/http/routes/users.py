"""Commands on users."""

from typing import Final

from starlette.responses import Response

from command_api.domain.commands import EraseUser
from command_api.domain.user.decide import user_subject
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.intake import OnNone, OnOne
from command_api.entrypoints.http.models.users import UserChanges, UserToAdd
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from command_api.entrypoints.http.view_backing import MarkOf
from service_runtime.access import Action
from service_runtime.http.fields import Id

PATH: Final = "/v1/users"
ROUTER: Final = command_router(prefix=PATH, tag="people")


@ROUTER.post(
    "",
    operation_id="add_user",
    summary="Add a user",
    status_code=201,
    responses=answers(201),
    dependencies=[allow(Action.ADMINISTER_USERS)],
)
async def add_user(intake: OnNone, body: UserToAdd) -> Response:
    """Add a user, active from the start."""
    return await intake.submit(body.command(), location=PATH)


@ROUTER.patch(
    "/{user}",
    operation_id="edit_user",
    summary="Edit a user",
    responses=answers(problems=("version-conflict", "already-deleted")),
    dependencies=[allow(Action.ADMINISTER_USERS)],
)
async def edit_user(user: Id, intake: OnOne, body: UserChanges) -> Response:
    """Change name, e-mail, role or team, or whether somebody is active."""
    return await intake.submit(body.command(user))


@ROUTER.delete(
    "/{user}",
    operation_id="erase_user",
    summary="Erase an inactive user",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.ERASE_PERSON), NO_BODY],
)
async def erase_user(user: Id, intake: OnOne, mark: MarkOf) -> Response:
    """Make an inactive user's personal data unreadable; it cannot be undone."""
    await mark(intake.named.stream, user_subject(user))
    return await intake.submit(EraseUser(user))
