"""A request on its way to the log: what surrounds its command, and how the answer is written."""

from functools import partial
from typing import Annotated, Final

import msgspec
from fastapi import Depends, Header
from pydantic import WithJsonSchema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from command_api.application.ports import Owners, Told
from command_api.application.submission import Accepted, Idempotency, Submission
from command_api.domain import refusal as r
from command_api.domain.commands import Asker, Command
from command_api.entrypoints.http.backing import Backing, BackingOf
from command_api.entrypoints.http.idempotency import (
    KEY_HEADER,
    KEY_PATTERN,
    command_id,
    parse_key,
    request_hmac,
)
from command_api.entrypoints.http.preconditions import (
    IF_MATCH_HEADER,
    IF_MATCH_PATTERN,
    Precondition,
    parse_if_match,
    refuse_if_match,
)
from command_api.entrypoints.http.problems import describe_part, problem_of, with_data
from command_api.entrypoints.http.resources import Named, named_in_path
from opportunity_events.envelope import Cause, Client, Stream, instant
from service_runtime.callers import Caller
from service_runtime.http.request_context import (
    POSITION_HEADER,
    CallerOf,
    LanguageOf,
    correlation_id,
    traceparent,
)
from service_runtime.languages import Language
from service_runtime.problems import Problem

CLIENT_HEADER: Final = "Cohoi-Client"

_CREATED: Final = 201
_POSITION: Final = POSITION_HEADER.lower().encode()


class Intake(msgspec.Struct, frozen=True):
    """Everything of a request but its command."""

    asker: Asker
    owners: Owners
    language: Language
    named: Named
    cause: Cause
    idempotency: Idempotency | None
    if_match: Precondition | None
    backing: Backing
    size: int = 0
    """Of the body, in bytes."""

    async def submit(self, command: Command, *, location: str | None = None) -> Response:
        """Send the command to the log and answer; `location` is the path that new ids go under."""
        submission = Submission(
            asker=self.asker,
            command=command,
            cause=self.cause,
            idempotency=self.idempotency,
            if_match=self.if_match,
            describe=partial(describe_part, language=self.language),
            size=self.size,
        )
        try:
            # bounded by the committer, which answers every command that waits for too long
            accepted = await self.backing.submitter.submit(submission)
        except r.Busy as busy:
            raise Problem("busy") from busy
        except r.Refusal as refusal:
            raise await self._problem(refusal) from refusal
        return answer(accepted, location)

    async def _problem(self, refusal: r.Refusal) -> Problem:
        """Return the problem, with what has to be looked up for it."""
        problem = problem_of(refusal)
        explainer, named = self.backing.explainer, self.named
        if isinstance(refusal, r.AlreadyDeleted):
            when = await explainer.recorded_at(named.stream, refusal.version)
            return with_data(problem, deleted_at=instant(when))
        if isinstance(refusal, r.VersionConflict):
            evidence = await explainer.evidence(
                named.stream, named.part, refusal.since, Told(self.language, self.owners)
            )
            if evidence is None:
                return Problem("not-found")
            return with_data(problem, current=evidence.current, events_since=evidence.events_since)
        return problem


def answer(accepted: Accepted, location: str | None) -> Response:
    """Write down what was accepted: the stored bytes, and in the headers what they say too."""
    response = Response(accepted.body, accepted.status, None, JSONResponse.media_type)
    headers = response.raw_headers
    headers.append((_POSITION, b"%d" % accepted.position))
    if accepted.version is not None:
        headers.append((b"etag", b'"%d"' % accepted.version))
    if location is not None and accepted.status == _CREATED:
        headers.append((b"location", f"{location}/{accepted.resource_id}".encode()))
    return response


async def intake_of(
    request: Request, caller: CallerOf, language: LanguageOf, backing: BackingOf, *, on_one: bool
) -> Intake:
    """Read the headers of a command; `on_one` says that it is about one thing that exists."""
    key = parse_key(request.headers.getlist(KEY_HEADER))
    brought = request.headers.getlist(IF_MATCH_HEADER)
    if not on_one:
        refuse_if_match(brought)
    if_match = parse_if_match(brought)
    idempotency = None
    if key is not None:
        written = brought[0].strip(" \t") if brought else None
        code = request_hmac(backing.hmac_key, caller, request, written, await request.body())
        idempotency = Idempotency(key, code)
    own = Named(Stream(caller.org, "organization", caller.org), None)
    return Intake(
        asker=Asker(caller.org, caller.actor, caller.user_id, caller.role.value),
        owners=caller.owners,
        language=language,
        named=named_in_path(request, caller.org) or own,
        cause=cause_of(request, caller, key),
        idempotency=idempotency,
        if_match=if_match,
        backing=backing,
        size=len(await request.body()),
    )


def cause_of(request: Request, caller: Caller, key: str | None) -> Cause:
    """Return who asked for it and as part of what; a bulk's parts share its id as their cause."""
    this = command_id(caller.org, key)
    client: Client = "web" if request.headers.get(CLIENT_HEADER) == "web" else "api"
    return Cause(
        actor=caller.actor,
        client=client,
        command_id=this,
        causation_id=this,
        correlation_id=correlation_id(request) or str(this),
        traceparent=traceparent(request),
    )


_Key = Annotated[
    str | None,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": KEY_PATTERN,
            "minLength": 1,
            "maxLength": 200,
            "examples": ["0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f"],
        }
    ),
    Header(
        alias=KEY_HEADER,
        description="The same again gives the same answer, for 30 days; best a UUID.",
    ),
]
_IfMatch = Annotated[
    str | None,
    WithJsonSchema(
        {"type": "string", "pattern": IF_MATCH_PATTERN, "minLength": 1, "examples": ['"7"']}
    ),
    Header(
        alias=IF_MATCH_HEADER,
        description='The version that this is based on, such as `"7"`, or `*`: exists.',
    ),
]
_Client = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "examples": ["web"]}),
    Header(
        alias=CLIENT_HEADER,
        description="`web` marks what the screens do; anything else is `api`.",
    ),
]


async def _on_one(
    request: Request,
    caller: CallerOf,
    language: LanguageOf,
    backing: BackingOf,
    _key: _Key = None,
    _if_match: _IfMatch = None,
    _client: _Client = None,
) -> Intake:
    return await intake_of(request, caller, language, backing, on_one=True)


async def _on_none(
    request: Request,
    caller: CallerOf,
    language: LanguageOf,
    backing: BackingOf,
    _key: _Key = None,
    _client: _Client = None,
) -> Intake:
    return await intake_of(request, caller, language, backing, on_one=False)


OnOne = Annotated[Intake, Depends(_on_one)]
"""The intake of a command about one thing that exists."""

OnNone = Annotated[Intake, Depends(_on_none)]
"""The intake of a command that makes something new, or is about many."""
