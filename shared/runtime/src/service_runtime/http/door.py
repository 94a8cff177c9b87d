"""A door: the FastAPI application that command-api, query-api and the reports all start from."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware

from service_runtime.authentication import Authenticator
from service_runtime.http.health import Examined, health_router
from service_runtime.http.metrics_route import Numbers, metrics_router
from service_runtime.http.openapi import with_problems
from service_runtime.http.request_envelope import DEFAULT_BODY_LIMIT, BodyLimit, RequestEnvelope
from service_runtime.http.responses import add_problem_handlers
from service_runtime.http.routes import DoorRoute
from service_runtime.metrics import Readings

# Three more spans for each request tell nothing new, and exported logs would carry the texts of
# exceptions, which may hold what people typed.
_TELEMETRY: Final[TelemetryConfig] = {
    "operation_spans": False,
    "logs": False,
    "auto_configure": False,
}


class Door(FastAPI):
    """A FastAPI application whose OpenAPI document knows problems and bearer tokens."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; computed once, as the framework does."""
        return with_problems(super().openapi())


def create_door(  # noqa: PLR0913 - the doors differ in these, each named by its caller
    *,
    service: str,
    version: str,
    routers: Sequence[APIRouter],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[Any]] | None = None,
    readiness: Examined | None = None,
    numbers: Numbers | None = None,
    body_limit: int = DEFAULT_BODY_LIMIT,
    body_limits: Mapping[str, int] | None = None,
    unavailable: Sequence[type[Exception]] = (),
    openapi_url: str | None = "/openapi.json",
) -> Door:
    """Build a door from the routers of a service (made by `new_router`).

    The lifespan (or a test) sets `app.state.authenticator` with `open_door` before the first
    request. `body_limits` are the limits of single paths in bytes; `unavailable` are exceptions
    of further backing services that mean 503. `app.state.readings` takes what /metrics
    looks up, and `app.state.readiness` is what /readyz asks.
    """
    shown = numbers or Numbers(Readings())
    app = Door(
        title=service,
        version=version,
        lifespan=lifespan,
        openapi_url=openapi_url,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=True,
        telemetry=_TELEMETRY,
        middleware=[
            Middleware(RequestEnvelope),
            Middleware(BodyLimit, default=body_limit, limits=body_limits or {}),
        ],
    )
    app.router.route_class = DoorRoute
    app.state.readings = shown.readings
    app.state.readiness = readiness
    add_problem_handlers(app, unavailable)
    if readiness is not None:
        app.include_router(health_router(service=service, version=version, readiness=readiness))
        app.include_router(metrics_router(shown))
    for router in routers:
        app.include_router(router)
    return app


def open_door(app: FastAPI, authenticator: Authenticator) -> None:
    """Let callers in: until this, every route that asks for a token answers 503."""
    app.state.authenticator = authenticator
