"""The door of query-api: every GET of the product but those of the reports and the jobs."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from query_api.application.lanes import lane_troubles
from query_api.bootstrap import QuerySide, open_query_side, publish_numbers
from query_api.entrypoints.http.problems import add_refusal_handlers
from query_api.entrypoints.http.routes import boards, directory, event_stream, events, opportunities
from query_api.settings import Settings
from service_runtime.http.door import Door, create_door, open_door
from service_runtime.http.health import Readiness

ROUTERS: Final[Sequence[APIRouter]] = (
    boards.ROUTER,
    opportunities.ROUTER,
    directory.ROUTER,
    events.ROUTER,
    event_stream.ROUTER,
)
_SERVICE: Final = "query-api"


def build_app(settings: Settings) -> Door:
    """Return the door; its lifespan opens what stands behind it, and closes it."""
    readiness = Readiness()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_query_side(settings) as side:
            readiness.add("log", side.check_log)
            readiness.add("read", side.check_read)
            readiness.watch("lanes", partial(lane_troubles, side.lanes))
            publish_numbers(app.state.readings, side)
            open_routes(app, side)
            readiness.started()
            try:
                yield
            finally:
                readiness.stopping()

    return build_door(readiness, lifespan)


def openapi_document() -> dict[str, Any]:
    """Return the door's OpenAPI document; needs no settings and starts nothing."""
    return build_door(None, None).openapi()


def build_door(readiness: Readiness | None, lifespan: Any) -> Door:  # noqa: ANN401 - FastAPI's type of it
    """Return the door with nothing behind it yet; the lifespan, or a test, opens its routes."""
    door = create_door(
        service=_SERVICE,
        version=version(_SERVICE),
        routers=ROUTERS,
        lifespan=lifespan,
        readiness=readiness,
    )
    add_refusal_handlers(door)
    return door


def open_routes(app: FastAPI, side: QuerySide) -> None:
    """Let callers in."""
    app.state.query_side = side
    app.state.end_streams = side.streams.end_all
    open_door(app, side.authenticator)
