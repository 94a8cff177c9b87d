"""A small door with every kind of route, and clients for it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import Depends, Form, Header, Query, Request, UploadFile
from pydantic import Field, Strict, field_validator

from service_runtime.authentication import Authenticator, Doubt, Unauthenticated
from service_runtime.callers import Caller, Role
from service_runtime.http.door import Door, create_door, open_door
from service_runtime.http.fields import Body, Day, Id
from service_runtime.http.health import Readiness
from service_runtime.http.openapi import COMMAND_PROBLEMS, READ_PROBLEMS, problem_responses
from service_runtime.http.request_context import (
    CallerOf,
    LanguageOf,
    correlation_id,
    traceparent,
)
from service_runtime.http.routes import new_router
from service_runtime.http.validation_words import FieldRefused
from service_runtime.languages import Words
from service_runtime.problems import Problem

AN = Caller(UUID(int=1), "user/2", UUID(int=2), Role.REP, None, False, "en", None)  # noqa: FBT003
TOKENS = {"Bearer an": AN, "Bearer binh": replace(AN, language="vi")}
things = new_router(prefix="/v1/things", tags=["things"])


class ByHeart(Authenticator):
    """Knows its callers by heart."""

    def __init__(self) -> None:
        pass

    async def caller(self, authorization: str | None) -> Caller:
        if authorization not in TOKENS:
            raise Unauthenticated(Doubt.INVALID if authorization else Doubt.MISSING)
        return TOKENS[authorization]


class Thing(Body):
    title: Annotated[str, Field(min_length=1, max_length=20)]
    count: int = 0
    owner_id: Id | None = None
    closed_on: Day | None = None
    tags: Annotated[tuple[str, ...], Strict(strict=False), Field(max_length=3)] = ()

    @field_validator("title")
    @classmethod
    def no_digits(cls, title: str) -> str:
        if any(letter.isdigit() for letter in title):
            raise FieldRefused("no-digits", Words("Không được có chữ số.", "No digits here."))
        return title


async def nobody_may() -> None:
    raise Problem("forbidden")


@things.get("", responses=problem_responses(*READ_PROBLEMS))
async def list_things(
    caller: CallerOf,
    language: LanguageOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    status: Annotated[list[str] | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=5)] = None,
    min_position: Annotated[int | None, Query(ge=0)] = None,
) -> dict[str, Any]:
    return {
        "limit": limit, "status": status, "actor": caller.actor, "language": language,
        "cursor": cursor, "min_position": min_position,
    }  # fmt: skip


@things.post("", status_code=201, responses=problem_responses(*COMMAND_PROBLEMS))
async def create_thing(
    request: Request,
    thing: Thing,
    if_match: Annotated[str | None, Header(pattern=r'^("\d+"|\*)$')] = None,
) -> dict[str, Any]:
    return {
        "title": thing.title, "owner": thing.owner_id, "closed_on": thing.closed_on,
        "if_match": if_match, "correlation": correlation_id(request),
        "trace": traceparent(request),
    }  # fmt: skip


@things.put("/forbidden", dependencies=[Depends(nobody_may)])
async def forbidden(thing: Thing) -> str:
    return thing.title


@things.get("/broken")
async def broken() -> None:
    raise RuntimeError("what Nguyễn Văn An typed")


@things.get("/starting")
def starting() -> None:
    raise asyncpg.CannotConnectNowError("the database system is starting up")


@things.get("/misused")
async def misused() -> None:
    raise asyncpg.DataError("invalid input for query argument $1: 'An'")


@things.get("/queue")
async def queue() -> None:
    raise LookupError("queue")


@things.post("/import")
async def import_things(file: UploadFile, options: Annotated[str, Form()]) -> dict[str, Any]:
    return {"bytes": len(await file.read()), "options": options}


@things.get("/{thing}")
async def one_thing(thing: Id) -> dict[str, Any]:
    return {"id": thing}


@pytest.fixture
def readiness() -> Readiness:
    return Readiness(timeout_s=0.05)


@pytest.fixture
def door(readiness: Readiness) -> Door:
    app = create_door(
        service="things",
        version="1.2.3",
        routers=[things],
        readiness=readiness,
        body_limit=1_000,
        body_limits={"/v1/things/import": 5_000},
        unavailable=[LookupError],
    )
    open_door(app, ByHeart())
    return app


@pytest.fixture
async def stranger(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client without a token."""
    transport = httpx.ASGITransport(door)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client


@pytest.fixture
async def client(stranger: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give the client a token whose user reads English."""
    stranger.headers["Authorization"] = "Bearer an"
    return stranger
