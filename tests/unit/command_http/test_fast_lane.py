"""The fast lane answers what the framework would answer, byte for byte."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec
import pytest
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from command_api.application.submission import Accepted, Submission
from command_api.domain import commands as c
from command_api.domain import refusal as r
from command_api.entrypoints.http.app import build_door
from command_api.entrypoints.http.backing import Backing, open_routes
from command_api.entrypoints.http.fast_lane import FastLane
from command_api.entrypoints.http.routes.opportunities import HOT, ROUTER
from support.command_door import MADE, PART, THING, Doorkeeper, Memory, Recorder

OPPORTUNITIES: Final = "/v1/opportunities"
ONE: Final = f"{OPPORTUNITIES}/{THING}"
KEY: Final = "0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f"
JSON: Final = [("Content-Type", "application/json")]
Headers = list[tuple[str, str]]
OF_EACH_REQUEST: Final = frozenset({"x-request-id"})


@dataclass
class Way:
    """A door, who stands behind it, and how many requests went the framework's way."""

    client: httpx.AsyncClient
    recorder: Recorder
    memory: Memory
    by_framework: int = 0


class Turnstile:
    """Counts who passes."""

    def __init__(self, app: ASGIApp, ways: Sequence[Way]) -> None:
        self._app = app
        self._ways = ways

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for way in self._ways:
            way.by_framework += 1
        await self._app(scope, receive, send)


@asynccontextmanager
async def _open(*, fast: bool) -> AsyncGenerator[Way]:
    app = build_door(None, None)
    ways: list[Way] = []
    if not fast:
        lanes = [one for one in app.user_middleware if one.cls is FastLane]
        assert len(lanes) == 1
        app.user_middleware.remove(lanes[0])
    app.user_middleware.append(Middleware(Turnstile, ways=ways))
    recorder, memory = Recorder(), Memory()
    open_routes(app, Backing(recorder, memory, b"k" * 32), Doorkeeper())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        client.headers.clear()
        ways.append(Way(client, recorder, memory))
        yield ways[0]


@pytest.fixture
async def fast() -> AsyncGenerator[Way]:
    async with _open(fast=True) as way:
        yield way


@pytest.fixture
async def slow() -> AsyncGenerator[Way]:
    async with _open(fast=False) as way:
        yield way


async def _ask(way: Way, method: str, path: str, body: bytes, headers: Headers) -> Any:
    way.recorder.submissions.clear()
    way.by_framework = 0
    sent = (
        [*headers] if any(name == "Authorization" for name, _ in headers) else [*AS_ADMIN, *headers]
    )
    answer = await way.client.request(method, path, content=body, headers=sent)
    told = {name: value for name, value in answer.headers.items() if name not in OF_EACH_REQUEST}
    return answer.status_code, told, answer.content, [_same(s) for s in way.recorder.submissions]


def _same(submission: Submission) -> Submission:
    """Return a submission without the ids that every request gets anew."""
    command, cause = submission.command, submission.cause
    if isinstance(command, c.CreateOpportunity):
        command = msgspec.structs.replace(command, opportunity_id=THING)
    if submission.idempotency is None:
        cause = msgspec.structs.replace(
            cause, command_id=THING, causation_id=THING, correlation_id=""
        )
    return msgspec.structs.replace(submission, command=command, cause=cause, describe=None)


AS_ADMIN: Final[Headers] = [("Authorization", "Bearer admin")]
CREATE: Final = b'{"title":" A  deal ","customer_id":"%s"}' % str(THING).encode()
MOVE: Final = b'{"status_id":"%s","reason":"Xong \\u2713"}' % str(PART).encode()
GOOD: Final[Sequence[tuple[str, str, bytes, Headers]]] = (
    ("POST", OPPORTUNITIES, CREATE, JSON),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Idempotency-Key", KEY)]),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Idempotency-Key", "not a uuid".replace(" ", "-"))]),
    ("POST", OPPORTUNITIES, CREATE, [("Content-Type", "application/json; charset=utf-8")]),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Cohoi-Client", "web"), ("Accept", "*/*")]),
    ("PATCH", ONE, b'{"confidence":60}', JSON),
    ("PATCH", ONE, b'{"confidence":60}', [*JSON, ("If-Match", '"7"'), ("Accept-Language", "en")]),
    ("PATCH", ONE, b'{"value":null,"contact_ids":[]}', [*JSON, ("If-Match", "*")]),
    ("PATCH", ONE.upper().replace("/V1/OPPORTUNITIES", "/v1/opportunities"), b"{}", JSON),
    ("POST", f"{ONE}/move", MOVE, JSON),
    (
        "POST",
        f"{ONE}/move",
        MOVE,
        [*JSON, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")],
    ),
    ("POST", f"{ONE}/win", b'{"closed_on":"2026-01-31"}', JSON),
    ("POST", f"{ONE}/win", b"", []),
    ("POST", f"{ONE}/lose", b'{"reason":"x"}', JSON),
    ("POST", f"{ONE}/reopen", b"{}", JSON),
    ("POST", f"{ONE}/reopen", b"", []),
    ("POST", f"{ONE}/win", b"null", JSON),
)
FAULTY_HEADERS: Final[Sequence[tuple[str, str, bytes, Headers]]] = (
    ("PATCH", ONE, b'{"confidence":6}', [*JSON, ("Idempotency-Key", "a b")]),
    ("PATCH", ONE, b'{"confidence":6}', [*JSON, ("If-Match", "7")]),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("If-Match", '"7"')]),
)
OTHERS: Final[Sequence[tuple[str, str, bytes, Headers]]] = (
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Authorization", "Bearer nobody")]),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Authorization", "Bearer auditor")]),
    ("POST", OPPORTUNITIES, CREATE, [("Content-Type", "text/plain")]),
    ("POST", OPPORTUNITIES, CREATE, []),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Accept", "text/html")]),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Accept", "application/json, text/plain, */*")]),
    ("POST", f"{OPPORTUNITIES}?x=1", CREATE, JSON),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, *JSON]),
    ("POST", OPPORTUNITIES, CREATE, [*JSON, ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]),
    ("PATCH", ONE, b'{"confidence":6}', [*JSON, ("If-Match", '"1"'), ("If-Match", '"2"')]),
    ("POST", OPPORTUNITIES, b"", JSON),
    ("POST", OPPORTUNITIES, b"{", JSON),
    ("POST", OPPORTUNITIES, b"\xff", JSON),
    ("POST", OPPORTUNITIES, b'{"title":"a","title":"b"}', JSON),
    ("POST", OPPORTUNITIES, b'{"title":"\\ud800","customer_id":"x"}', JSON),
    ("POST", OPPORTUNITIES, b"[]", JSON),
    ("POST", OPPORTUNITIES, b'{"title":1,"customer_id":"x","more":true}', JSON),
    ("PATCH", ONE, b'{"confidence":true}', JSON),
    ("PATCH", ONE, b'{"title":null}', JSON),
    ("PATCH", f"{ONE}x", b"{}", JSON),
    ("PUT", ONE, b"{}", JSON),
    ("POST", f"{ONE}/wins", b"{}", JSON),
    ("POST", f"{ONE}/win/", b"{}", JSON),
    ("DELETE", ONE, b"", []),
    ("POST", f"{ONE}/restore", b"{}", JSON),
)


@pytest.mark.parametrize("request_", GOOD)
async def test_a_plain_good_request_is_answered_without_the_framework(
    fast: Way, slow: Way, request_: tuple[str, str, bytes, Headers]
) -> None:
    quick, thorough = await _ask(fast, *request_), await _ask(slow, *request_)
    assert quick == thorough
    assert quick[0] == 201, quick
    assert (len(quick[3]), fast.by_framework, slow.by_framework) == (1, 0, 1)


@pytest.mark.parametrize("request_", FAULTY_HEADERS)
async def test_a_faulty_header_is_told_as_the_framework_tells_it(
    fast: Way, slow: Way, request_: tuple[str, str, bytes, Headers]
) -> None:
    quick, thorough = await _ask(fast, *request_), await _ask(slow, *request_)
    assert quick == thorough
    assert quick[0] == 400, quick


@pytest.mark.parametrize("request_", OTHERS)
async def test_every_other_request_goes_the_frameworks_way(
    fast: Way, slow: Way, request_: tuple[str, str, bytes, Headers]
) -> None:
    quick, thorough = await _ask(fast, *request_), await _ask(slow, *request_)
    assert quick == thorough
    assert fast.by_framework == 1


@pytest.mark.parametrize(
    "refused",
    [
        r.NotFound(),
        r.Busy(),
        r.AlreadyDeleted(3),
        r.VersionConflict(3, 9, ("title",)),
        r.Forbidden("manager"),
        r.Invalid(r.Fault("/title", "unknown")),
        r.KeyReused(),
        RuntimeError("a defect"),
        ConnectionRefusedError(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("missing", [False, True])
async def test_a_refusal_is_told_as_the_framework_tells_it(
    fast: Way, slow: Way, refused: Exception, *, missing: bool
) -> None:
    for way in (fast, slow):
        way.recorder.refusal = refused
        way.memory.missing = {THING} if missing else set()
    request = ("PATCH", ONE, b'{"title":"a"}', [*JSON, ("Accept-Language", "en")])
    quick, thorough = await _ask(fast, *request), await _ask(slow, *request)
    assert quick == thorough
    assert quick[0] >= 400
    assert fast.by_framework == 0


async def test_a_body_in_pieces_is_read_whole(fast: Way) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        yield b'{"confi'
        yield b'dence":60}'

    headers = [*AS_ADMIN, *JSON, ("Content-Length", "17")]
    answer = await fast.client.request("PATCH", ONE, content=pieces(), headers=headers)
    assert answer.status_code == 201, answer.text
    assert fast.by_framework == 0
    assert fast.recorder.command == c.EditOpportunity(THING, confidence=60)


async def test_a_door_that_is_not_open_yet_says_so(fast: Way) -> None:
    app = build_door(None, None)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        answer = await client.post(OPPORTUNITIES, content=CREATE, headers=[*AS_ADMIN, *JSON])
    assert answer.status_code == 503
    assert fast.by_framework == 0


async def test_an_endpoint_that_asks_for_more_cannot_be_hot() -> None:
    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError((scope, receive, send))

    FastLane(nothing, ROUTER, HOT)
    with pytest.raises(ValueError, match="delete_opportunity"):
        FastLane(nothing, ROUTER, (*HOT, "delete_opportunity"))
    with pytest.raises(ValueError, match="no route"):
        FastLane(nothing, ROUTER, (*HOT, "sell_opportunity"))


async def test_what_was_accepted_before_is_answered_with_the_stored_bytes(fast: Way) -> None:
    stored = b'{"id":"%s","position":42,"version":7}' % str(MADE).encode()
    fast.recorder.accepted = Accepted(200, stored, 42, str(MADE), 7)
    status, headers, body, _ = await _ask(fast, "PATCH", ONE, b'{"title":"a"}', JSON)
    assert (status, body) == (200, stored)
    assert (headers["etag"], headers["cohoi-position"]) == ('"7"', "42")
