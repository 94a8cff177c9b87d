"""The fast lane: hot commands past the framework's machinery, by what their routes declare.

The framework's way from the socket to an endpoint costs several times what a command does. Here
the plain good request of a hot route goes to the same endpoint with the same models, the same
intake and the same problem documents; whatever is not plain and good (another media type, a query,
a header twice, a body that does not validate, a caller who may not) goes the framework's way, as
if there were no other, and is answered there.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from command_api.entrypoints.http.backing import Backing
from command_api.entrypoints.http.command_route import first_said
from command_api.entrypoints.http.intake import Intake, OnNone, OnOne, intake_of
from command_api.entrypoints.http.permissions import Demand
from service_runtime.access import Action, may
from service_runtime.authentication import Authenticator, Unauthenticated
from service_runtime.callers import Caller
from service_runtime.http.json_body import BadCharacters, MalformedJson, parse_json
from service_runtime.http.media_types import is_json
from service_runtime.http.request_context import request_language
from service_runtime.http.request_head import RequestHead, read_head
from service_runtime.http.responses import problem_response
from service_runtime.log_context import add_to_log_context
from service_runtime.problems import Problem

_UUID: Final = "([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
_PLAIN_ACCEPTS: Final = frozenset({b"*/*", b"application/json"})
# A second one of these is somebody else's to refuse.
_ONCE: Final = frozenset(
    {b"authorization", b"content-type", b"content-length", b"idempotency-key", b"if-match"}
)
_NOT_PLAIN: Final = frozenset({b"transfer-encoding", b"expect"})


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a route of the framework says of itself."""

    route: APIRoute
    endpoint: Callable[..., Awaitable[Response]]
    action: Action
    body: TypeAdapter[Any]
    may_be_empty: bool
    on_one: bool
    intake_name: str
    id_name: str | None


class FastLane:
    """Answers the plain good requests of hot routes; passes all others on."""

    def __init__(self, app: ASGIApp, router: APIRouter, endpoints: Sequence[str]) -> None:
        self._app = app
        declared = [
            _declared(route)
            for route in router.routes
            if isinstance(route, APIRoute) and route.name in endpoints
        ]
        if len(declared) != len(endpoints):
            raise ValueError("a hot endpoint has no route")
        self._without_id = {
            (method, one.route.path): one
            for one in declared
            if one.id_name is None
            for method in one.route.methods or ()
        }
        self._tails = {
            (method, one.route.path.partition("}")[2]): one
            for one in declared
            if one.id_name is not None
            for method in one.route.methods or ()
        }
        self._with_id = re.compile(re.escape(router.prefix + "/") + _UUID + "(/[a-z]+)?")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the framework do it."""
        found = self._find(scope) if scope["type"] == "http" else None
        caller = None if found is None else await self._caller(scope, found[0])
        if found is None or caller is None:
            await self._app(scope, receive, send)
            return
        taken: list[Message] = []
        body = await _whole_body(receive, taken)
        parsed = None if body is None else _validated(found[0], body)
        if body is None or parsed is None:
            await self._app(scope, _again(taken, receive), send)
            return
        await self._answer(found, caller, body, parsed.value, (scope, receive, send))

    def _find(self, scope: Scope) -> tuple[_Declared, str | None] | None:
        """Return the hot route of a plain request, and the id in its path."""
        if scope["query_string"] or scope.get("root_path"):
            return None
        method, path = scope["method"], scope["path"]
        found = self._without_id.get((method, path))
        if found is not None:
            return found, None
        form = self._with_id.fullmatch(path)
        if form is None:
            return None
        found = self._tails.get((method, form[2] or ""))
        return None if found is None else (found, form[1])

    async def _caller(self, scope: Scope, declared: _Declared) -> Caller | None:
        """Return who asks, None where the request or the caller is not for the fast lane."""
        head = read_head(scope)
        if not _is_plain(head) or not _is_plain_json(head.first, declared):
            return None
        authenticator: Authenticator | None = getattr(scope["app"].state, "authenticator", None)
        brought = head.first.get(b"authorization")
        if authenticator is None or brought is None:
            return None
        try:
            caller = await authenticator.caller(brought.decode("latin-1"))
        except Unauthenticated:
            return None
        return caller if may(caller.role, declared.action) else None

    async def _answer(
        self,
        found: tuple[_Declared, str | None],
        caller: Caller,
        body: bytes,
        parsed: Any,  # noqa: ANN401 - the route's model
        asgi: tuple[Scope, Receive, Send],
    ) -> None:
        declared, named = found
        scope, receive, send = asgi
        request = _Read(scope, body, caller, declared, named)
        add_to_log_context(org=str(caller.org), actor=caller.actor)
        try:
            response = await self._run(request, declared, caller, parsed)
        except Problem as refused:
            said = await first_said(refused, request)
            response = problem_response(said, request)
        await response(scope, receive, send)

    async def _run(
        self,
        request: Request,
        declared: _Declared,
        caller: Caller,
        parsed: Any,  # noqa: ANN401 - the route's model
    ) -> Response:
        backing: Backing = request.app.state.command_backing
        intake: Intake = await intake_of(
            request, caller, request_language(request), backing, on_one=declared.on_one
        )
        arguments: dict[str, Any] = {declared.intake_name: intake, "body": parsed}
        if declared.id_name is not None:
            arguments[declared.id_name] = UUID(request.path_params[declared.id_name])
        return await declared.endpoint(**arguments)


class _Read(Request):
    """A request whose body was read and whose caller is known, as the framework leaves it."""

    def __init__(
        self, scope: Scope, body: bytes, caller: Caller, declared: _Declared, named: str | None
    ) -> None:
        scope["route"] = declared.route
        scope["path_params"] = {} if declared.id_name is None else {declared.id_name: named}
        cast("MutableMapping[str, Any]", scope.setdefault("state", {}))["caller"] = caller
        super().__init__(scope)
        self._headers = read_head(scope)
        self._body = body


@dataclass(frozen=True, slots=True)
class _Parsed:
    value: Any


def _declared(route: APIRoute) -> _Declared:
    """Read off a route all that the fast lane must know; refuse one that asks for more."""
    demands = [dependency.dependency for dependency in route.dependencies]
    actions = [demand.action for demand in demands if isinstance(demand, Demand)]
    if len(actions) != 1 or len(demands) != 1 or route.body_field is None:
        raise ValueError(f"{route.name} asks for what the fast lane does not know")
    endpoint = cast("Any", route.endpoint).__wrapped__
    hints: Mapping[str, Any] = endpoint.__annotations__
    intakes = [name for name, hint in hints.items() if hint in (OnOne, OnNone)]
    ids = re.findall(r"\{(\w+)\}", route.path)
    if len(intakes) != 1 or set(hints) != {*intakes, *ids, "body", "return"}:
        raise ValueError(f"{route.name} takes what the fast lane does not know")
    return _Declared(
        route=route,
        endpoint=endpoint,
        action=actions[0],
        body=TypeAdapter(hints["body"]),
        may_be_empty=not route.body_field.field_info.is_required(),
        on_one=hints[intakes[0]] is OnOne,
        intake_name=intakes[0],
        id_name=ids[0] if ids else None,
    )


def _is_plain(head: RequestHead) -> bool:
    """Say whether no header is there that makes a request less than plain."""
    return head.repeated.isdisjoint(_ONCE) and head.first.keys().isdisjoint(_NOT_PLAIN)


def _is_plain_json(headers: Mapping[bytes, bytes], declared: _Declared) -> bool:
    if headers.get(b"accept", b"*/*") not in _PLAIN_ACCEPTS:
        return False
    if headers.get(b"content-length", b"0") == b"0":
        return declared.may_be_empty
    kind = headers.get(b"content-type", b"")
    return kind == b"application/json" or is_json(kind.decode("latin-1"))


async def _whole_body(receive: Receive, taken: list[Message]) -> bytes | None:
    """Read the body, whose length was announced and is within the limit; None where it breaks."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        taken.append(message)
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _again(taken: Sequence[Message], receive: Receive) -> Receive:
    """Give the messages that were read once more, then what comes after them."""
    messages: Iterator[Message] = iter(taken)

    async def receive_again() -> Message:
        message = next(messages, None)
        return await receive() if message is None else message

    return receive_again


def _validated(declared: _Declared, body: bytes) -> _Parsed | None:
    """Return what the body says in the route's model, None where anything is wrong with it."""
    if not body:
        return _Parsed(None) if declared.may_be_empty else None
    try:
        return _Parsed(declared.body.validator.validate_python(parse_json(body)))
    except (MalformedJson, BadCharacters, ValidationError):
        return None
