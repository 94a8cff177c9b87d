"""The door of command-api over stand-ins of its own ports, for tests of parsing and mapping."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx

from command_api.application.ports import Evidence, Owners, Told
from command_api.application.submission import Accepted, Submission
from command_api.domain.commands import Command
from command_api.entrypoints.http.app import build_door
from command_api.entrypoints.http.backing import Backing, open_routes
from command_api.entrypoints.http.view_backing import back_erasures
from opportunity_events.envelope import Stream
from opportunity_events.v1 import Language
from service_runtime.authentication import Authenticator, Doubt, Unauthenticated
from service_runtime.callers import Caller, Role
from service_runtime.http.door import Door

ORG = UUID("0192f0c1-7a00-7000-8000-000000000001")
USER = UUID("0192f0c1-7a00-7000-8000-000000000002")
KEY = UUID("0192f0c1-7a00-7000-8000-000000000003")
THING = UUID("0192f0c1-7a00-7000-8000-00000000000a")
PART = UUID("0192f0c1-7a00-7000-8000-00000000000b")
MADE = UUID("0192f0c1-7a00-7000-8000-00000000000c")
RECORDED_AT = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


class Doorkeeper(Authenticator):
    """Knows a user of every role, `Bearer <role>`, and the key of a service, `Bearer service`."""

    def __init__(self) -> None:
        pass

    async def caller(self, authorization: str | None) -> Caller:
        role = (authorization or "").removeprefix("Bearer ")
        if role not in set(Role):
            raise Unauthenticated(Doubt.INVALID if authorization else Doubt.MISSING)
        is_key = role == "service"
        return Caller(
            org=ORG,
            actor=f"key/{KEY}" if is_key else f"user/{USER}",
            user_id=None if is_key else USER,
            role=Role(role),
            team_id=None,
            operator=False,
            language=None,
            owners=None,
        )


@dataclass
class Recorder:
    """A Submitter that keeps what it is given, and answers or raises what it was told to."""

    submissions: list[Submission] = field(default_factory=list[Submission])
    accepted: Accepted = field(
        default_factory=lambda: Accepted(
            201, b'{"id":"%s","position":42,"version":7}' % str(MADE).encode(), 42, str(MADE), 7
        )
    )
    refusal: Exception | None = None

    async def submit(self, submission: Submission) -> Accepted:
        self.submissions.append(submission)
        if self.refusal is not None:
            raise self.refusal
        return self.accepted

    @property
    def last(self) -> Submission:
        """The submission that came in last."""
        return self.submissions[-1]

    @property
    def command(self) -> Command:
        """The command of the submission that came in last."""
        return self.last.command


@dataclass
class Memory:
    """An Explainer that remembers which streams and parts there are, and what it was asked."""

    missing: set[UUID] = field(default_factory=set[UUID])
    asked: list[tuple[Stream, UUID | None, int, Language]] = field(
        default_factory=list[tuple[Stream, UUID | None, int, Language]]
    )

    async def exists(self, stream: Stream, part: UUID | None, owners: Owners) -> bool:
        del owners
        return not self.missing & {stream.id, part}

    async def recorded_at(self, stream: Stream, version: int) -> datetime:
        del stream, version
        return RECORDED_AT

    async def evidence(
        self, stream: Stream, part: UUID | None, since: int, told: Told
    ) -> Evidence | None:
        self.asked.append((stream, part, since, told.language))
        if stream.id in self.missing:
            return None
        return Evidence({"id": str(stream.id), "version": 9}, [{"version": 9}, {"version": 8}])


@dataclass
class CommandDoor:
    """The door, whoever stands behind it, and a client with an admin's token."""

    submitter: Recorder
    explainer: Memory
    client: httpx.AsyncClient

    async def send(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        role: str = "admin",
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Send a command as somebody of a role; `content` is a raw body of JSON."""
        sent = {"Authorization": f"Bearer {role}", "Accept-Language": "en", **(headers or {})}
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        return await self.client.request(method, path, json=json, content=content, headers=sent)


@asynccontextmanager
async def open_command_door(hmac_key: bytes = b"k" * 32) -> AsyncGenerator[CommandDoor]:
    """Open the real app over the stand-ins."""
    submitter, explainer = Recorder(), Memory()
    app = _app()
    back_erasures(app, _mark_nothing)
    open_routes(app, Backing(submitter, explainer, hmac_key), Doorkeeper())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield CommandDoor(submitter, explainer, client)


async def _mark_nothing(stream: Stream, subject: str) -> None:
    """No views are kept here."""
    del stream, subject


@cache
def _app() -> Door:
    """Build the app once: what stands behind it is exchanged for every test."""
    return build_door(None, None)
