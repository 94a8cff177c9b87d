"""The one port of the embedded product: the three doors behind one ASGI application."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol, assert_never, cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cohoi.adapters.house_numbers import HouseNumbers
from cohoi.application.all_doors import AllDoors
from cohoi.application.docs_page import docs_page, style_policy
from cohoi.application.openapi import merge_documents
from cohoi.application.route_table import RouteTable
from command_api.entrypoints.http import app as command_door
from command_api.settings import load_settings as command_settings
from opportunity_events.codec import canonical_json
from query_api.entrypoints.http import app as query_door
from query_api.settings import load_settings as query_settings
from report_worker.entrypoints.http import app as report_door
from report_worker.settings import load_settings as report_settings
from service_runtime.http.door import Door, create_door, open_door
from service_runtime.http.health import Examined, Readiness
from service_runtime.http.metrics_route import Numbers
from service_runtime.http.request_envelope import RequestEnvelope
from service_runtime.http.responses import problem_response
from service_runtime.http.routes import new_router
from service_runtime.problems import Problem

_SERVICE: Final = "cohoi"
_HEALTH: Final = frozenset({"/livez", "/readyz", "/version", "/metrics"})


class _WithRouter(Protocol):
    def lifespan_context(self, app: Any) -> Any: ...  # noqa: ANN401 - Starlette's own type


def openapi_document() -> dict[str, Any]:
    """Return the document of all doors; needs no settings and starts nothing."""
    documents = [
        command_door.openapi_document(),
        query_door.openapi_document(),
        report_door.openapi_document(),
    ]
    own = own_door(None, None).openapi()
    return merge_documents([own, *map(_without_health, documents)], version(_SERVICE))


class DoorName(StrEnum):
    """The doors that there are; a process serves all of them, or one."""

    COMMANDS = "command-api"
    READS = "query-api"
    REPORTS = "report-api"


def build_front_door(
    peers: Path | None = None, names: Sequence[DoorName] = tuple(DoorName)
) -> "FrontDoor":
    """Build the named doors, as their settings in the environment say.

    `peers` is the folder where the other processes of the house serve their numbers.
    """
    return FrontDoor([_build_door(name) for name in names], openapi_document(), peers)


def _build_door(name: DoorName) -> FastAPI:
    match name:
        case DoorName.COMMANDS:
            return command_door.build_app(command_settings())
        case DoorName.READS:
            return query_door.build_app(query_settings())
        case DoorName.REPORTS:
            return report_door.build_app(report_settings())
        case _:
            assert_never(name)


class FrontDoor:
    """Gives each request to the door that has a route for it, and answers health for all."""

    def __init__(
        self, doors: Sequence[FastAPI], document: dict[str, Any], peers: Path | None = None
    ) -> None:
        self._readiness = Readiness()
        together = AllDoors(self._readiness, {door.title: door.state.readiness for door in doors})
        numbers = HouseNumbers([door.state.readings for door in doors], peers)
        self._doors = doors
        self._own = own_door(together, document, numbers)
        self._table = RouteTable(self._own, doors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or run the doors' lifespans."""
        if scope["type"] == "lifespan":
            await _run_lifespan(self._lifespan, receive, send)
        elif scope.get("path") in _HEALTH:
            await self._own(scope, receive, send)
        else:
            found = self._table.find(scope["path"], scope["method"])
            door = found.door or _refusing(found.allowed)
            await door(scope, receive, send)

    def end_streams(self) -> None:
        """Let the doors end what would go on for ever; the server is about to go down."""
        for door in self._doors:
            end: Callable[[], None] | None = getattr(door.state, "end_streams", None)
            if end is not None:
                end()

    @asynccontextmanager
    async def _lifespan(self) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for door in (*self._doors, self._own):
                router = cast("_WithRouter", door.router)
                await stack.enter_async_context(router.lifespan_context(door))
            # our own routes ask for callers only where somebody from afar wants /metrics
            open_door(self._own, self._doors[0].state.authenticator)
            self._readiness.started()
            try:
                yield
            finally:
                self._readiness.stopping()


def own_door(
    readiness: Examined | None, document: dict[str, Any] | None, numbers: Numbers | None = None
) -> Door:
    """Return what no service answers: health of all, the document, and a page to read it."""
    served = b"" if document is None else canonical_json(document)
    page = "" if document is None else docs_page(document)
    router = new_router(public=True, tags=["operation"])

    @router.get("/openapi.json", summary="This document")
    async def openapi_json() -> Response:
        return Response(served, media_type="application/json")

    @router.get("/docs", summary="This document, to read", response_class=HTMLResponse)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": style_policy()})

    return create_door(
        service=_SERVICE,
        version=version(_SERVICE),
        routers=[router],
        readiness=readiness if readiness is not None else Readiness(),
        numbers=numbers,
        openapi_url=None if readiness is not None else "/openapi.json",
    )


def _without_health(document: dict[str, Any]) -> dict[str, Any]:
    paths = {path: ops for path, ops in document["paths"].items() if path not in _HEALTH}
    return {**document, "paths": paths}


def _refusing(allowed: tuple[str, ...]) -> ASGIApp:
    """Return who answers a method that no door has for a path: 405, with the ones that some has."""
    problem = Problem("method-not-allowed", headers={"Allow": ", ".join(allowed)})

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await problem_response(problem, Request(scope))(scope, receive, send)

    return RequestEnvelope(refuse)


async def _run_lifespan(lifespan: Any, receive: Receive, send: Send) -> None:  # noqa: ANN401
    """Speak ASGI's lifespan protocol around a context manager."""
    await receive()
    try:
        async with lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
        raise
    await send({"type": "lifespan.shutdown.complete"})
