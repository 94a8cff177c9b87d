"""The door of command-api: every route that is not a GET, and the jobs."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from command_api.application.relaying.troubles import relay_troubles
from command_api.bootstrap import open_command_side, publish_numbers
from command_api.entrypoints.http.backing import Backing, open_routes
from command_api.entrypoints.http.fast_lane import FastLane
from command_api.entrypoints.http.job_backing import JobBacking, back_jobs
from command_api.entrypoints.http.routes import (
    boards,
    bulk,
    contacts,
    customers,
    imports,
    jobs,
    opportunities,
    organization,
    statuses,
    teams,
    users,
    views,
)
from command_api.entrypoints.http.view_backing import back_erasures, back_views
from command_api.settings import Settings
from service_runtime.http.door import Door, create_door
from service_runtime.http.health import Readiness

ROUTERS: Final[Sequence[APIRouter]] = (
    boards.ROUTER,
    statuses.ROUTER,
    customers.ROUTER,
    contacts.ROUTER,
    bulk.ROUTER,
    opportunities.ROUTER,
    users.ROUTER,
    teams.ROUTER,
    organization.ROUTER,
    imports.ROUTER,
    jobs.ROUTER,
    views.READS,
    views.ROUTER,
)
"""All routes of the door. Bulk stands before the single opportunities, whose paths are wider."""

BODY_LIMITS: Final[dict[str, int]] = {imports.PATH: imports.BODY_LIMIT}
"""The paths whose bodies may be larger than the default, in bytes."""

_SERVICE: Final = "command-api"


def build_app(settings: Settings) -> Door:
    """Return the door; its lifespan opens what stands behind it, and closes it."""
    readiness = Readiness()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_command_side(settings) as side:
            readiness.add("log", side.check_log)
            readiness.watch("relays", partial(relay_troubles, side.lane_standings))
            publish_numbers(app.state.readings, side)
            backing = Backing(side.committer, side.explainer, side.request_hmac_key)
            back_jobs(app, JobBacking(side.job_desk, side.pieces))
            back_views(app, side.view_desk)
            back_erasures(app, side.mark_views)
            open_routes(app, backing, side.authenticator)
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
        body_limits=BODY_LIMITS,
    )
    # innermost, so that ids, limits, headers and counts are the same whichever way is taken
    door.user_middleware.append(
        Middleware(FastLane, router=opportunities.ROUTER, endpoints=opportunities.HOT)
    )
    return door
