"""Problems sent: the response, and the table from exceptions to problems."""

from collections.abc import Sequence

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from service_runtime.authentication import Unauthenticated
from service_runtime.http.request_context import request_language
from service_runtime.http.request_metrics import count_refusal
from service_runtime.http.validation import problem_of
from service_runtime.http.validation_words import MALFORMED_FORM
from service_runtime.pools import is_database_trouble
from service_runtime.problem_words import UNAUTHENTICATED
from service_runtime.problems import PROBLEM_JSON, InputError, Problem, invalid

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_BY_STATUS = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
}
_log = structlog.stdlib.get_logger(__name__)


def problem_response(problem: Problem, request: HTTPConnection) -> Response:
    """Return the response for a problem, in the request's language."""
    language = request_language(request)
    count_refusal(problem.slug)
    headers = {**problem.headers, "Content-Language": language}
    return Response(problem.body(language), problem.status, headers, PROBLEM_JSON)


def allowed_methods(app: FastAPI, scope: Scope) -> list[str]:
    """Return the methods that some route takes at the path of this scope."""
    found: list[str] = []
    for method in _METHODS:
        tried = {**scope, "method": method}
        if any(route.matches(tried)[0] is Match.FULL for route in app.router.routes):
            found.append(method)
    return found


def add_problem_handlers(app: FastAPI, unavailable: Sequence[type[Exception]] = ()) -> None:
    """Let an app answer every exception as a problem; `unavailable` are further 503s."""
    app.add_exception_handler(Problem, _of_problem)
    app.add_exception_handler(Unauthenticated, _of_unauthenticated)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    for trouble in unavailable:
        app.add_exception_handler(trouble, _of_trouble)


def problem_of_unexpected(error: Exception) -> Problem:
    """Return 503 for the database's trouble, else the 500 that says nothing; log either."""
    if is_database_trouble(error):
        _log.warning("database_trouble", error=type(error).__name__)
        return Problem("log-unavailable")
    _log.error("unexpected_error", exc_info=error)
    return Problem("internal")


async def _of_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for it alone
    return problem_response(error, request)


async def _of_unauthenticated(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unauthenticated)  # noqa: S101 - registered for it alone
    words = UNAUTHENTICATED[error.doubt.value]
    return problem_response(Problem("unauthenticated", words), request)


async def _of_trouble(request: Request, error: Exception) -> Response:
    _log.warning("dependency_trouble", error=type(error).__name__)
    return problem_response(Problem("log-unavailable"), request)


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    problem = problem_of(error, method=request.method)
    # what was wrong with the request as a whole says more than that its body was not taken, but
    # less than that its path names nothing
    refusal: Problem | None = getattr(request.state, "refusal", None)
    first = problem if problem.slug == "not-found" or refusal is None else refusal
    return problem_response(first, request)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    return problem_response(_problem_of_http(request, error), request)


def _problem_of_http(request: Request, error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004 - method not allowed
        # the framework names the methods of the first route alone
        allowed = ", ".join(allowed_methods(request.app, request.scope))
        return Problem("method-not-allowed", headers={"Allow": allowed})
    if error.status_code == 400:  # noqa: PLR2004 - the framework could not read a form
        return invalid([InputError("", "malformed-form", MALFORMED_FORM)])
    slug = _BY_STATUS.get(error.status_code)
    if slug is None:
        _log.error("unmapped_status", status=error.status_code)
        return Problem("internal")
    return Problem(slug, headers=headers)
