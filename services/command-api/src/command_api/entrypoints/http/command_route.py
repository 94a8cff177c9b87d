"""Routes of commands: what a path names is looked for before anything is said of the rest."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from command_api.entrypoints.http.backing import present_backing
from command_api.entrypoints.http.resources import named_in_path
from service_runtime.callers import Caller
from service_runtime.http.routes import DoorRoute
from service_runtime.languages import Words
from service_runtime.problems import InputError, Problem, invalid

_SAID_AFTER_404: Final = frozenset({400, 406, 415, 422})
_NO_BODY = Words(
    "Lệnh này không nhận nội dung. Hãy bỏ nội dung, hoặc gửi {}; các tùy chọn nằm trong query.",
    "This command takes no body. Leave it out, or send {}; its options stand in the query.",
)


class CommandRoute(DoorRoute):
    """A route whose bad requests are 404 where the path names nothing.

    Only a request that is refused pays for the look-up: a good one meets the same question in
    its decision.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the door's handler with the look-up behind its refusals."""
        handle = super().get_route_handler()

        async def handle_or_miss(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as refused:
                raise await first_said(refused, request) from refused
            except RequestValidationError as refused:
                if await _names_nothing(request):
                    raise Problem("not-found") from refused
                raise

        return handle_or_miss


async def first_said(refused: Problem, request: Request) -> Problem:
    """Return the problem, or that the path names nothing where that has to be said first."""
    if refused.status in _SAID_AFTER_404 and await _names_nothing(request):
        return Problem("not-found")
    return refused


def command_router(*, prefix: str, tag: str) -> APIRouter:
    """Return a router of command routes."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=CommandRoute)


async def _refuse_body(request: Request) -> None:
    if (await request.body()).strip() not in {b"", b"{}"}:
        raise invalid([InputError("", "no-body", _NO_BODY)])


NO_BODY: Final[Any] = Depends(_refuse_body)
"""The dependency of a command that takes no body, so that none is passed over in silence."""


async def _names_nothing(request: Request) -> bool:
    caller: Caller = request.state.caller
    named = named_in_path(request, caller.org)
    if named is None:
        return False
    return not await present_backing(request).explainer.exists(
        named.stream, named.part, caller.owners
    )
