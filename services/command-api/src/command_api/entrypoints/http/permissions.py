"""What of the role table can be said before anything is looked up."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends
from starlette.requests import Request

from command_api.entrypoints.http.backing import Backing, BackingOf
from command_api.entrypoints.http.refusal_words import NEEDED_ROLE
from command_api.entrypoints.http.resources import named_in_path
from service_runtime.access import Action, may
from service_runtime.callers import Caller, Role
from service_runtime.http.request_context import CallerOf
from service_runtime.problems import Problem

_RISING: Final = (Role.REP, Role.MANAGER, Role.ADMIN)


def allow(action: Action) -> Any:  # noqa: ANN401 - FastAPI's marker
    """Return the dependency that lets through whose role may do this."""
    return Depends(Demand(action))


@dataclass(frozen=True)
class Demand:
    """The dependency that lets through whose role may do this; it says what, to who asks it."""

    action: Action

    async def __call__(self, request: Request, caller: CallerOf, backing: BackingOf) -> None:
        """Refuse whose role may not do this."""
        await demand(self.action, request, caller, backing)


async def demand(action: Action, request: Request, caller: Caller, backing: Backing) -> None:
    """Refuse whose role may not do this.

    A path that names nothing is 404 for everybody, and that goes first; what a role is refused
    for costs the look-up, what it may do does not.
    """
    named = named_in_path(request, caller.org)
    if may(caller.role, action):
        return
    if named is not None and not await backing.explainer.exists(
        named.stream, named.part, caller.owners
    ):
        raise Problem("not-found")
    raise forbidden(action)


def forbidden(action: Action) -> Problem:
    """Return the 403 that says which role it takes."""
    needed = next((role.value for role in _RISING if may(role, action)), "")
    return Problem("forbidden", NEEDED_ROLE.get(needed))
