"""Ordering an import: a file and what to do with it become a job."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated, Final

from fastapi import File, Form, Header, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from command_api.application.imports.first_look import LOOKED_AT_BYTES, look
from command_api.application.imports.order import ImportOptions
from command_api.application.jobs.ordering import NewJob
from command_api.application.submission import Idempotency
from command_api.domain.commands import Asker
from command_api.domain.importing.encoding import MAX_BYTES
from command_api.domain.importing.reasons import FileRefused
from command_api.domain.refusal import BoardArchived, Fault, Invalid, Refusal
from command_api.entrypoints.http.backing import BackingOf
from command_api.entrypoints.http.command_route import command_router
from command_api.entrypoints.http.file_refusals import file_problem
from command_api.entrypoints.http.idempotency import (
    KEY_HEADER,
    KEY_PATTERN,
    parse_key,
    request_hmac,
)
from command_api.entrypoints.http.intake import answer, cause_of
from command_api.entrypoints.http.job_backing import JobBackingOf
from command_api.entrypoints.http.job_orders import order
from command_api.entrypoints.http.models.jobs import ImportOrdered, JobOrdered
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from command_api.entrypoints.http.preconditions import IF_MATCH_HEADER, refuse_if_match
from command_api.entrypoints.http.problems import problem_of
from service_runtime.access import Action
from service_runtime.clock import utc_now
from service_runtime.http.json_body import BadCharacters, MalformedJson, parse_json
from service_runtime.http.request_context import CallerOf
from service_runtime.http.validation_words import BAD_CHARACTER, MALFORMED_FORM
from service_runtime.ids import new_id
from service_runtime.problems import InputError, Problem, invalid

PATH: Final = "/v1/imports"
ROUTER: Final = command_router(prefix=PATH, tag="imports")
BODY_LIMIT: Final = MAX_BYTES + 1024 * 1024
"""The file at its largest, and what surrounds it."""

_PIECE_BYTES: Final = 1024 * 1024
_PARTS: Final = frozenset({"file", "options"})


@ROUTER.post(
    "",
    operation_id="order_import",
    summary="Import opportunities from a file",
    status_code=202,
    responses=answers(
        202, model=JobOrdered, versioned=False, problems=("board-archived", "too-many-requests")
    ),
    dependencies=[allow(Action.IMPORT)],
)
async def order_import(
    request: Request,
    caller: CallerOf,
    backing: BackingOf,
    jobs: JobBackingOf,
    file: Annotated[UploadFile, File(description="CSV, at most 50 MiB and 200,000 rows.")],
    options: Annotated[str, Form(description="JSON: board_id, currency, mapping?, dry_run?.")],
    _key: Annotated[
        str | None,
        Header(
            alias=KEY_HEADER,
            description="The same again gives the same answer, for 30 days; best a UUID.",
            json_schema_extra={"pattern": KEY_PATTERN, "minLength": 1, "maxLength": 200},
        ),
    ] = None,
) -> Response:
    """Queue an import; rows go through the same decisions as every other command.

    What the caller may not do refuses its row. The same file again adds nothing.
    """
    refuse_if_match(request.headers.getlist(IF_MATCH_HEADER))
    key = parse_key(request.headers.getlist(KEY_HEADER))
    await _refuse_other_parts(request)
    chosen = _options(options)
    file_hash = await _look_through(file, chosen)
    idempotency = None
    if key is not None:
        body = file_hash + options.encode()
        code = request_hmac(backing.hmac_key, caller, request, None, body)
        idempotency = Idempotency(key, code)
    try:
        board = await jobs.desk.board(caller.org, chosen.board_id)
        if board is None:
            raise Invalid(Fault("/options/board_id", "unknown"))
        before = None if idempotency is None else await jobs.desk.answered(caller.org, idempotency)
        if before is not None:
            return answer(before, None)
        if board.archived:
            raise BoardArchived
        asker = Asker(caller.org, caller.actor, caller.user_id, caller.role.value)
        cause = cause_of(request, caller, key)
    except Refusal as refusal:
        raise problem_of(refusal) from refusal
    new = NewJob(new_id(), caller.org, chosen, asker, cause, idempotency)
    return await order(jobs.desk, new, _pieces(file))


async def _refuse_other_parts(request: Request) -> None:
    """Refuse parts that nobody asked for, and a part that stands twice."""
    form = await request.form()
    names = [name for name, _ in form.multi_items()]
    unknown = [name for name in names if name not in _PARTS]
    if unknown:
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("body", name)} for name in unknown]
        )
    if len(names) != len(set(names)):
        raise invalid([InputError("", "malformed-form", MALFORMED_FORM)])


def _options(text: str) -> ImportOptions:
    try:
        return ImportOrdered.model_validate(parse_json(text.encode())).options()
    except MalformedJson as error:
        raise Problem("malformed-json") from error
    except BadCharacters as error:
        raise invalid(
            [InputError(f"/options{at}", "bad-character", BAD_CHARACTER) for at in error.pointers]
        ) from error
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise RequestValidationError(
            [{**one, "loc": ("body", "options", *one["loc"])} for one in errors]
        ) from error


async def _look_through(file: UploadFile, options: ImportOptions) -> bytes:
    """Return the file's SHA-256, and refuse it where its beginning says that it cannot be read."""
    digest, size, beginning = sha256(), 0, b""
    async for piece in _pieces(file):
        beginning = beginning or piece
        digest.update(piece)
        size += len(piece)
    if size > MAX_BYTES:
        raise Problem("too-large", data={"limit": MAX_BYTES})
    try:
        await asyncio.to_thread(look, beginning[:LOOKED_AT_BYTES], options, utc_now())
    except FileRefused as refused:
        raise file_problem(refused) from refused
    return digest.digest()


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    await file.seek(0)
    while piece := await file.read(_PIECE_BYTES):
        yield piece
