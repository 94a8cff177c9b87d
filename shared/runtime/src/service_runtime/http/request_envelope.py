"""The outermost layer of a door: request ids, security headers, limits on bodies, last resort."""

import logging
import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_runtime.http.request_context import (
    REQUEST_ID_HEADER,
    begin,
    is_endless,
    trace_id,
)
from service_runtime.http.request_head import read_head
from service_runtime.http.request_metrics import REQUESTS, route_of
from service_runtime.http.responses import problem_of_unexpected, problem_response
from service_runtime.log_context import enter_log_context, leave_log_context
from service_runtime.problems import Problem

DEFAULT_BODY_LIMIT: Final = 256 * 1024
SLOW_S: Final = 1.0
"""A request that takes longer is told in the log, whatever its answer is; but see `is_endless`."""
_SERVER_ERROR = 500
# In the form in which the server takes them, as every answer carries them.
_SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_REQUEST_ID: Final = REQUEST_ID_HEADER.lower().encode()
_levels = logging.getLogger(__name__)
_log = structlog.stdlib.get_logger(__name__)


class RequestEnvelope:
    """Gives every request an id and every answer its headers; no exception passes it.

    What the endpoints set themselves (Cache-Control, Content-Security-Policy) stays.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and its answer back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = begin(scope)
        began = time.monotonic()
        status = 0

        async def send_in_envelope(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                own = {name for name, _ in headers}
                headers.extend(pair for pair in _SECURITY_HEADERS if pair[0] not in own)
                headers.append((_REQUEST_ID, request_id.encode()))
                message = {**message, "headers": headers}
            await send(message)

        REQUESTS.begin()
        entered = enter_log_context(request_id=request_id, trace=trace_id(scope))
        try:
            await self.app(scope, receive, send_in_envelope)
        except Exception as error:
            problem = problem_of_unexpected(error)
            if status:
                raise  # half an answer is out: the server cuts the connection
            response = problem_response(problem, Request(scope))
            await response(scope, receive, send_in_envelope)
        finally:
            seconds = time.monotonic() - began
            REQUESTS.end(scope, status, seconds)
            _log_request(scope, status, seconds)
            leave_log_context(entered)


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    """Log by route, never by path or query, which may hold what people typed."""
    level = logging.WARNING if status >= _SERVER_ERROR else logging.DEBUG
    if level == logging.DEBUG and seconds >= SLOW_S and not is_endless(scope):
        level = logging.INFO
    if not _levels.isEnabledFor(level):
        return  # before structlog's processors run, which cost more than the answer's headers
    _log.log(
        level,
        "request",
        method=scope["method"] if scope["method"].isalpha() else None,
        route=route_of(scope),
        status=status,
        ms=round(seconds * 1000, 1),
    )


class BodyLimit:
    """Refuses bodies beyond a limit, by their announced length or while they are read.

    `limits` are those of single paths; every other path has the default.
    """

    def __init__(self, app: ASGIApp, default: int, limits: Mapping[str, int]) -> None:
        self.app = app
        self._default = default
        self._limits = dict(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as long as its body keeps within the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], self._default)
        announced = read_head(scope).get("content-length", "0")
        if not announced.isdecimal() or len(announced) > 15 or int(announced) > limit:  # noqa: PLR2004 - beyond any
            problem = Problem("too-large", data={"limit": limit}, headers={"Connection": "close"})
            await problem_response(problem, Request(scope))(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # the framework lets an HTTPException through while it reads, and nothing else
                raise HTTPException(413, headers={"Connection": "close"})
            return message

        await self.app(scope, receive_within_limit, send)
