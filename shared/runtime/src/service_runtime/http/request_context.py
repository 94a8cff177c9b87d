"""What a request brings besides its body: its id, its trace, its caller, its language."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from service_runtime.callers import Caller
from service_runtime.http.request_head import read_head
from service_runtime.ids import new_id
from service_runtime.languages import Language, language_of

REQUEST_ID_HEADER: Final = "X-Request-Id"
POSITION_HEADER: Final = "Cohoi-Position"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}")
_TRACEPARENT = re.compile(r"(?P<version>[0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


@dataclass(frozen=True)
class Trace:
    """A W3C trace context as the request brought it."""

    trace_id: str
    traceparent: str


def parse_traceparent(header: str | None) -> Trace | None:
    """Read a `traceparent` (W3C Trace Context, version 00); None where it is no good one."""
    form = _TRACEPARENT.fullmatch(header.strip()) if header and len(header) < 100 else None  # noqa: PLR2004 - longer than any
    if form is None or form["version"] == "ff" or not int(form[2], 16) or not int(form[3], 16):
        return None
    return Trace(form[2], form[0])


def begin(scope: Scope) -> str:
    """Note id and trace of a request in its state; return the id, the client's own if plain."""
    headers = read_head(scope)
    brought = headers.get(REQUEST_ID_HEADER, "")
    request_id = brought if _REQUEST_ID.fullmatch(brought) else new_id().hex
    state: dict[str, Any] = scope.setdefault("state", {})
    state["request_id"] = request_id
    state["trace"] = parse_traceparent(headers.get("traceparent"))
    return request_id


def trace_id(scope: Scope) -> str | None:
    """Return the trace id that a request brought, for the log's lines."""
    trace: Trace | None = scope["state"]["trace"]
    return None if trace is None else trace.trace_id


def call_endless(scope: Scope) -> None:
    """Say of a request that its answer goes on for as long as the client likes."""
    scope.setdefault("state", {})["endless"] = True


def is_endless(scope: Scope) -> bool:
    """Say whether a request was called endless: how long it took means nothing then."""
    return bool(scope.get("state", {}).get("endless"))


def correlation_id(request: HTTPConnection) -> str | None:
    """Return the trace id of the request, which facts carry as their correlation id."""
    trace: Trace | None = getattr(request.state, "trace", None)
    return trace.trace_id if trace else None


def traceparent(request: HTTPConnection) -> str | None:
    """Return the request's own trace context, which facts carry on."""
    trace: Trace | None = getattr(request.state, "trace", None)
    return trace.traceparent if trace else None


def request_language(request: HTTPConnection) -> Language:
    """Return the language to answer in: the header's, else the caller's, else the default."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return language_of(
        request.headers.get("accept-language"),
        user=caller.language if caller else None,
        organization=None,
    )


def present_caller(request: Request) -> Caller:
    """Return the caller that the route recognized before anything else was looked at."""
    caller: Caller = request.state.caller
    return caller


async def _caller(request: Request) -> Caller:
    """Depend on it as a coroutine: a plain function would cost a trip to the thread pool."""
    return present_caller(request)


async def _language(request: Request) -> Language:
    return request_language(request)


CallerOf = Annotated[Caller, Depends(_caller)]
"""The type of an endpoint's parameter that wants the caller."""

LanguageOf = Annotated[Language, Depends(_language)]
"""The type of an endpoint's parameter that wants the language of the answer."""


def position_header(position: int) -> dict[str, str]:
    """Return the header that says at which position an answer is true."""
    return {POSITION_HEADER: str(position)}
