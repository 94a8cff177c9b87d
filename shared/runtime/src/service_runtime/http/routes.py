"""Routes of a door: the caller comes first, then the request's form, then the endpoint."""

import functools
import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from fastapi import APIRouter, params
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from service_runtime.authentication import Authenticator
from service_runtime.http.json_body import BadCharacters, MalformedJson, parse_json
from service_runtime.http.media_types import accepts, is_form, is_json
from service_runtime.http.validation import bad_parameter
from service_runtime.http.validation_words import (
    BAD_CHARACTER,
    REPEATED_PARAMETER,
    UNKNOWN_PARAMETER,
)
from service_runtime.languages import Words
from service_runtime.log_context import add_to_log_context
from service_runtime.problems import InputError, Problem, invalid

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_current: ContextVar[Request] = ContextVar("request of the door")


class _Unreadable:
    """Stands for a body that could not be read; no model takes it."""


class DoorRequest(Request):
    """A request that keeps what is wrong with its form until more important things are known.

    http-api.md has 401, 404 and 403 go before 400 and 422, and the framework reads the body
    first. So a bad body is noted in `state.refusal`, which is raised once the dependencies are
    through.
    """

    def refuse(self, problem: Problem) -> None:
        """Note what is wrong; the first thing noted stays."""
        if getattr(self.state, "refusal", None) is None:
            self.state.refusal = problem

    async def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Read the body strictly; a bad one is noted and comes as a value that nothing takes."""
        try:
            return parse_json(await self.body())
        except MalformedJson:
            self.refuse(Problem("malformed-json"))
        except BadCharacters as error:
            self.refuse(
                invalid([InputError(at, "bad-character", BAD_CHARACTER) for at in error.pointers])
            )
        return _Unreadable()


class DoorRoute(APIRoute):
    """A route that knows its caller before it reads a body, and that knows its parameters.

    Query parameters stand on the endpoint or on its own dependencies: an unknown one, or a
    single one repeated, is refused.
    """

    authenticates = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's many
        if self.authenticates:
            options["openapi_extra"] = {
                "security": [{"bearer": []}],
                **(options.get("openapi_extra") or {}),
            }
        super().__init__(path, _after_refusals(endpoint), **options)

    def get_route_handler(self) -> _Handler:
        """Return FastAPI's handler with what goes before it."""
        handle = super().get_route_handler()
        parameters = dict(_query_parameters(self.dependant))
        produced = _produced(self.response_class)

        async def handle_in_order(request: Request) -> Response:
            ours = DoorRequest(request.scope, request.receive)
            if self.authenticates:
                await authenticate(ours)
            _look_at_form(ours, self, parameters, produced)
            token = _current.set(ours)
            try:
                return await handle(ours)
            finally:
                _current.reset(token)

        return handle_in_order


class PublicRoute(DoorRoute):
    """A route that needs no token."""

    authenticates = False


async def authenticate(request: Request) -> None:
    """Recognize the caller of a request and note it in the request's state and the log's."""
    authenticator: Authenticator | None = getattr(request.app.state, "authenticator", None)
    if authenticator is None:
        raise Problem("log-unavailable")  # the service is still starting
    caller = await authenticator.caller(request.headers.get("authorization"))
    request.state.caller = caller
    add_to_log_context(org=str(caller.org), actor=caller.actor)


def new_router(
    *,
    prefix: str = "",
    tags: Sequence[str] = (),
    public: bool = False,
    **options: Any,  # noqa: ANN401 - FastAPI's many
) -> APIRouter:
    """Return a router of door routes, which ask for a token unless `public`."""
    kind = PublicRoute if public else DoorRoute
    return APIRouter(prefix=prefix, tags=list(tags), route_class=kind, **options)


def _after_refusals(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an endpoint so that what was noted against the request is raised before it runs."""
    if inspect.isgeneratorfunction(endpoint) or inspect.isasyncgenfunction(endpoint):
        raise TypeError("a stream returns its response; a generator would start it too early")
    if inspect.iscoroutinefunction(endpoint):
        waited: Callable[..., Awaitable[Any]] = endpoint

        @functools.wraps(endpoint)
        async def checked(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the endpoint's
            _raise_refusal()
            return await waited(*args, **kwargs)

        return checked

    @functools.wraps(endpoint)
    def checked_in_thread(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the endpoint's
        _raise_refusal()
        return endpoint(*args, **kwargs)

    return checked_in_thread


def _raise_refusal() -> None:
    refusal: Problem | None = getattr(_current.get().state, "refusal", None)
    if refusal is not None:
        raise refusal


def _look_at_form(
    request: DoorRequest, route: APIRoute, parameters: dict[str, bool], produced: str | None
) -> None:
    """Note what is wrong with the query, the type of the body and the type asked for."""
    wrong = _bad_query(request, parameters)
    if wrong is not None:
        request.refuse(wrong)
    headers = request.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if route.body_field is not None and has_body:
        wants_form = isinstance(route.body_field.field_info, params.Form)
        content_type = headers.get("content-type")
        if not (is_form(content_type) if wants_form else is_json(content_type)):
            request.refuse(Problem("unsupported-media-type"))
    if produced is not None and not accepts(headers.get("accept"), produced):
        request.refuse(Problem("not-acceptable"))


def _bad_query(request: Request, parameters: dict[str, bool]) -> Problem | None:
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in parameters:
            return _query_problem(request, name, "unknown-parameter", UNKNOWN_PARAMETER)
        if name in seen and not parameters[name]:
            return _query_problem(request, name, "repeated-parameter", REPEATED_PARAMETER)
        if "\0" in value:
            return _query_problem(request, name, "bad-character", BAD_CHARACTER)
        seen.add(name)
    return None


def _query_problem(request: Request, name: str, code: str, reason: Words) -> Problem:
    if request.method == "GET":
        return bad_parameter(name, reason, known=reason is not UNKNOWN_PARAMETER)
    return invalid([InputError(name[:64], code, reason, in_query=True)])


def _query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Yield the names of the query parameters, and whether each may be repeated."""
    for field in dependant.query_params:
        annotation: Any = field.field_info.annotation
        model = _model(annotation)
        if model is None:
            yield field.alias, _is_list(annotation)
        else:
            for name, info in model.model_fields.items():
                yield info.alias or name, _is_list(info.annotation)
    for inner in dependant.dependencies:
        yield from _query_parameters(inner)


def _alternatives(annotation: Any) -> Collection[Any]:  # noqa: ANN401 - any annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    for one in _alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    return any(
        (typing.get_origin(one) or one) in (list, tuple, set, frozenset, Sequence)
        for one in _alternatives(annotation)
    )


def _produced(response_class: type[Response] | DefaultPlaceholder) -> str | None:
    """Return the media type that a route answers in, where its response class says one."""
    chosen = (
        response_class.value if isinstance(response_class, DefaultPlaceholder) else response_class
    )
    return chosen.media_type
