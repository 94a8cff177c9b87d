"""What stands behind the routes of views."""

from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.requests import Request

from command_api.application.views.ports import ViewDesk


def back_views(app: FastAPI, desk: ViewDesk) -> None:
    """Set what stands behind the routes, before the door opens."""
    app.state.view_desk = desk


async def _present(request: Request) -> ViewDesk:
    desk: ViewDesk = request.app.state.view_desk
    return desk


ViewDeskOf = Annotated[ViewDesk, Depends(_present)]
"""The type of a parameter that wants where views are kept."""
