"""The door of the report service: `build_app(settings)`, and its OpenAPI without starting it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI

from report_worker.bootstrap.door import open_door_parts
from report_worker.entrypoints.http.problems import add_refusal_handlers
from report_worker.entrypoints.http.routes import reports_router
from report_worker.settings import Settings
from service_runtime.http.door import Door, create_door, open_door
from service_runtime.http.health import Readiness

_SERVICE: Final = "report-worker"


def build_app(settings: Settings) -> Door:
    """Return the door; its lifespan opens the pools and closes them."""
    readiness = Readiness()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_door_parts(settings, readiness, app.state.readings) as parts:
            app.state.reports_desk = parts.desk
            app.state.report_store = parts.store
            open_door(app, parts.authenticator)
            readiness.started()
            try:
                yield
            finally:
                readiness.stopping()

    return _door(readiness, lifespan)


def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document of /v1/reports; needs no settings and starts nothing."""
    return _door(None, None).openapi()


def _door(readiness: Readiness | None, lifespan: Any) -> Door:  # noqa: ANN401 - FastAPI's type of it
    door = create_door(
        service=_SERVICE,
        version=version("report-worker"),
        routers=[reports_router()],
        lifespan=lifespan,
        readiness=readiness,
    )
    add_refusal_handlers(door)
    return door
