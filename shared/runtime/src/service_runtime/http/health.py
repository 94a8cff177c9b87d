"""Whether a service lives, whether it is ready, and which version it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel

from service_runtime.http.routes import new_router

Check = Callable[[], Awaitable[object]]
CHECK_TIMEOUT_S: Final = 2.0
_Outcome = Literal["ok", "failed", "timeout"]
_log = structlog.stdlib.get_logger(__name__)


class Readiness:
    """The named checks of a service; bootstrap adds them as it builds what they look at."""

    def __init__(self, *, timeout_s: float = CHECK_TIMEOUT_S) -> None:
        self._checks: dict[str, Check] = {}
        self._timeout_s = timeout_s
        self._started = False

    def add(self, name: str, check: Check) -> None:
        """Add a check: it raises, or takes too long, where the service cannot do its work."""
        self._checks[name] = check

    def started(self) -> None:
        """Say that everything is built; until then the service is not ready."""
        self._started = True

    def stopping(self) -> None:
        """Say that the service is going down, so that nobody sends it new work."""
        self._started = False

    async def outcomes(self) -> Mapping[str, _Outcome]:
        """Run all checks at once; say of each how it went, and no more than that."""
        names = list(self._checks)
        found = await asyncio.gather(*(self._outcome(name) for name in names))
        return {
            "service": "ok" if self._started else "failed",
            **dict(zip(names, found, strict=True)),
        }

    async def _outcome(self, name: str) -> _Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._checks[name]()
        except TimeoutError:
            return "timeout"
        except Exception as error:  # noqa: BLE001 - whatever it is, the check failed
            _log.warning("check_failed", check=name, error=type(error).__name__)
            return "failed"
        return "ok"


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class ReadinessReport(BaseModel):
    """Whether the service can do its work, and each check by name."""

    status: Literal["ready", "not ready"]
    checks: dict[str, _Outcome]


class Version(BaseModel):
    """What is running."""

    service: str
    version: str


def health_router(*, service: str, version: str, readiness: Readiness) -> APIRouter:
    """Return the routes /livez, /readyz and /version, which need no token."""
    router = new_router(public=True, tags=["operation"])

    @router.get("/livez", summary="Whether the process answers")
    async def livez() -> Liveness:
        return Liveness()

    @router.get(
        "/readyz",
        summary="Whether the service can do its work",
        responses={503: {"model": ReadinessReport, "description": "Not ready"}},
    )
    async def readyz(response: Response) -> ReadinessReport:
        outcomes = await readiness.outcomes()
        ready = all(outcome == "ok" for outcome in outcomes.values())
        response.status_code = 200 if ready else 503
        return ReadinessReport(status="ready" if ready else "not ready", checks=dict(outcomes))

    @router.get("/version", summary="What is running")
    async def running_version() -> Version:
        return Version(service=service, version=version)

    return router
