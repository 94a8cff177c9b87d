"""Whether a service lives, whether it is ready and what is wrong with it, and which it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from service_runtime.http.health_words import sentence_of
from service_runtime.http.request_context import request_language
from service_runtime.http.routes import new_router
from service_runtime.troubles import Trouble

Check = Callable[[], Awaitable[object]]
CHECK_TIMEOUT_S: Final = 2.0
Outcome = Literal["ok", "failed", "timeout"]
_log = structlog.stdlib.get_logger(__name__)


Watch = Callable[[], Awaitable[Sequence[Trouble]]]


@dataclass(frozen=True, slots=True)
class Findings:
    """How every check went, and everything that is wrong."""

    checks: Mapping[str, Outcome]
    troubles: Sequence[Trouble]

    @property
    def ready(self) -> bool:
        """Whether the service can do its work; a watched trouble alone does not keep it from it."""
        return all(outcome == "ok" for outcome in self.checks.values())


class Examined(Protocol):
    """Whoever can say how it is: the readiness of one service, or of several together."""

    async def examine(self) -> Findings:
        """Run every check and watch at once."""
        ...


class Readiness:
    """The named checks of a service; bootstrap adds them as it builds what they look at.

    A check that fails makes the service not ready: nobody should send it work. What is watched
    is told too but takes nothing away: a lane that stands still keeps reads at their position,
    and commands go on.
    """

    def __init__(self, *, timeout_s: float = CHECK_TIMEOUT_S) -> None:
        self._checks: dict[str, Check] = {}
        self._watches: dict[str, Watch] = {}
        self._timeout_s = timeout_s
        self._started = False

    def add(self, name: str, check: Check) -> None:
        """Add a check: it raises, or takes too long, where the service cannot do its work."""
        self._checks[name] = check

    def watch(self, name: str, look: Watch) -> None:
        """Add what returns troubles that are told, though the service can do its work."""
        self._watches[name] = look

    def started(self) -> None:
        """Say that everything is built; until then the service is not ready."""
        self._started = True

    def stopping(self) -> None:
        """Say that the service is going down, so that nobody sends it new work."""
        self._started = False

    async def examine(self) -> Findings:
        """Run every check and watch at once; of errors nothing is told but that there was one."""
        checks, troubles = await asyncio.gather(self._outcomes(), self._watched())
        failed = [
            Trouble(name, sentence_of(name)) for name, outcome in checks.items() if outcome != "ok"
        ]
        return Findings(checks, [*failed, *troubles])

    async def _outcomes(self) -> dict[str, Outcome]:
        names = list(self._checks)
        found = await asyncio.gather(*(self._outcome(name) for name in names))
        return {
            "service": "ok" if self._started else "failed",
            **dict(zip(names, found, strict=True)),
        }

    async def _outcome(self, name: str) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._checks[name]()
        except TimeoutError:
            return "timeout"
        except Exception as error:  # noqa: BLE001 - whatever it is, the check failed
            _log.warning("check_failed", check=name, error=type(error).__name__)
            return "failed"
        return "ok"

    async def _watched(self) -> list[Trouble]:
        found = await asyncio.gather(*(self._look(name) for name in self._watches))
        return [trouble for troubles in found for trouble in troubles]

    async def _look(self, name: str) -> Sequence[Trouble]:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._watches[name]()
        except Exception as error:  # noqa: BLE001 - what cannot be seen is told as that
            _log.warning("watch_failed", watch=name, error=type(error).__name__)
            return [Trouble(name, sentence_of(name))]


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class WrongThing(BaseModel):
    """One thing that is wrong: its name, and a sentence that says what to do."""

    name: str
    detail: str


class ReadinessReport(BaseModel):
    """Whether the service can do its work, each check by name, and what is wrong in sentences."""

    status: Literal["ready", "degraded", "not ready"]
    checks: dict[str, Outcome]
    problems: list[WrongThing] = []


class Version(BaseModel):
    """What is running."""

    service: str
    version: str


def health_router(*, service: str, version: str, readiness: Examined) -> APIRouter:
    """Return the routes /livez, /readyz and /version, which need no token."""
    router = new_router(public=True, tags=["operation"])

    @router.get("/livez", summary="Whether the process answers")
    async def livez() -> Liveness:
        return Liveness()

    @router.get(
        "/readyz",
        summary="Whether the service can do its work, and what is wrong",
        responses={503: {"model": ReadinessReport, "description": "Not ready"}},
    )
    async def readyz(request: Request, response: Response) -> ReadinessReport:
        findings = await readiness.examine()
        language = request_language(request)
        response.status_code = 200 if findings.ready else 503
        response.headers["Content-Language"] = language
        return ReadinessReport(
            status=_status(findings),
            checks=dict(findings.checks),
            problems=[
                WrongThing(name=one.name, detail=one.words.in_language(language))
                for one in findings.troubles
            ],
        )

    @router.get("/version", summary="What is running")
    async def running_version() -> Version:
        return Version(service=service, version=version)

    return router


def _status(findings: Findings) -> Literal["ready", "degraded", "not ready"]:
    if not findings.ready:
        return "not ready"
    return "degraded" if findings.troubles else "ready"
