"""What stands behind the routes: set in the app's state before the door opens."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.requests import Request

from command_api.application.ports import Explainer, Submitter
from service_runtime.authentication import Authenticator
from service_runtime.http.door import open_door


@dataclass(frozen=True, slots=True)
class Backing:
    """Who commits, who explains, and the key of the requests' HMAC."""

    submitter: Submitter
    explainer: Explainer
    hmac_key: bytes


def open_routes(app: FastAPI, backing: Backing, authenticator: Authenticator) -> None:
    """Let callers in."""
    app.state.command_backing = backing
    open_door(app, authenticator)


def present_backing(request: Request) -> Backing:
    """Return what stands behind the routes; whoever got here was let in after it was set."""
    backing: Backing = request.app.state.command_backing
    return backing


async def _backing(request: Request) -> Backing:
    """Depend on it as a coroutine: a plain function would cost a trip to the thread pool."""
    return present_backing(request)


BackingOf = Annotated[Backing, Depends(_backing)]
"""The type of a parameter that wants what stands behind the routes."""
