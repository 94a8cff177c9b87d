"""GET /metrics: the numbers of the process, for this machine and for operators' keys."""

import ipaddress
from typing import Final

from fastapi import APIRouter, Depends
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import Response

from service_runtime.access import may_operate
from service_runtime.http.openapi import problem_responses
from service_runtime.http.request_context import present_caller
from service_runtime.http.routes import authenticate, new_router
from service_runtime.metrics import MEDIA_TYPE, Readings, collected, written
from service_runtime.problems import Problem

# Who comes through a proxy of this machine comes from elsewhere.
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class Numbers:
    """What a door's /metrics answers: its own process, after its readings were taken anew."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings

    async def families(self) -> list[Metric]:
        """Return the numbers of now."""
        await self.readings.refresh()
        return collected()


class _Text(Response):
    media_type = "text/plain"


def metrics_router(numbers: Numbers) -> APIRouter:
    """Return the route /metrics."""
    router = new_router(public=True, tags=["operation"])

    @router.get(
        "/metrics",
        summary="Numbers for Prometheus, for this machine and for operators' keys",
        response_class=_Text,
        dependencies=[Depends(_demand_nearness)],
        responses={
            200: {
                "description": "The text format of Prometheus",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **problem_responses(
                "unauthenticated", "forbidden", "not-acceptable", "log-unavailable"
            ),
        },
    )
    async def metrics() -> Response:
        return Response(written(await numbers.families()), headers={"Content-Type": MEDIA_TYPE})

    return router


async def _demand_nearness(request: Request) -> None:
    """Let pass who asks from this machine itself, else only an operator's key."""
    if _comes_from_here(request):
        return
    await authenticate(request)
    if not may_operate(present_caller(request)):
        raise Problem("forbidden")


def _comes_from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
