"""What stands behind the routes of views, and behind erasures, which reach into views."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.requests import Request

from command_api.application.views.ports import ViewDesk
from opportunity_events.envelope import Stream

Mark = Callable[[Stream, str], Awaitable[None]]
"""Marks the views that name a subject, of which the facts of a stream tell."""


def back_views(app: FastAPI, desk: ViewDesk) -> None:
    """Set what stands behind the routes, before the door opens."""
    app.state.view_desk = desk


def back_erasures(app: FastAPI, mark: Mark) -> None:
    """Set who marks views before somebody is erased, before the door opens."""
    app.state.mark_views = mark


async def _present(request: Request) -> ViewDesk:
    desk: ViewDesk = request.app.state.view_desk
    return desk


async def _mark(request: Request) -> Mark:
    mark: Mark = request.app.state.mark_views
    return mark


ViewDeskOf = Annotated[ViewDesk, Depends(_present)]
"""The type of a parameter that wants where views are kept."""

MarkOf = Annotated[Mark, Depends(_mark)]
"""The type of a parameter that wants who marks views before an erasure."""
