"""Saved and shared views: questions that people keep."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from command_api.application.submission import Accepted, Idempotency
from command_api.application.views.keeping import change, keep_new
from command_api.application.views.ports import TooManyViews
from command_api.application.views.query import normalize_query
from command_api.application.views.view import View, ViewChanges, ViewText
from command_api.domain.refusal import Busy, KeyReused, NotFound
from command_api.entrypoints.http.backing import BackingOf
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.idempotency import KEY_HEADER, parse_key, request_hmac
from command_api.entrypoints.http.intake import Intake, OnNone, OnOne, answer
from command_api.entrypoints.http.log_position import POSITION_HEADERS, PositionOf
from command_api.entrypoints.http.models.views import (
    ViewKept,
    ViewList,
    ViewShape,
    ViewToChange,
    ViewToKeep,
)
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow, forbidden
from command_api.entrypoints.http.preconditions import IF_MATCH_HEADER
from command_api.entrypoints.http.view_backing import ViewDeskOf
from command_api.entrypoints.http.view_words import STALE, TOO_MANY
from opportunity_filters.refusals import BadFilter
from service_runtime.access import Action, may
from service_runtime.callers import Caller
from service_runtime.http.fields import Id
from service_runtime.http.id_cursors import MAX_CURSOR, read_cursor, write_cursor
from service_runtime.http.openapi import READ_PROBLEMS, problem_responses
from service_runtime.http.request_context import CallerOf, position_header
from service_runtime.http.routes import new_router
from service_runtime.ids import new_id
from service_runtime.problems import InputError, Problem, invalid

PATH: Final = "/v1/views"
ROUTER: Final = command_router(prefix=PATH, tag="views")
READS: Final = new_router(prefix=PATH, tags=["views"])


def _refuse_role(caller: Caller, *, shared: bool) -> None:
    """Refuse whose role may not keep views, or not share them."""
    for action in (Action.KEEP_VIEWS, *((Action.SHARE_VIEWS,) if shared else ())):
        if not may(caller.role, action):
            raise forbidden(action)


async def _seen(view: Id, caller: CallerOf, desk: ViewDeskOf) -> View:
    """Return the view that the path names; others' private ones are not there."""
    found = await desk.view(caller.org, view)
    if found is None or not found.is_seen_by(caller.actor):
        raise Problem("not-found")
    return found


async def _mine_to_change(
    view: Id, request: Request, caller: CallerOf, desk: ViewDeskOf, backing: BackingOf
) -> Accepted | None:
    """Refuse what one does not see or may not change, before anything else is judged.

    A view that is gone may have been changed or deleted by this very request, whose answer got
    lost: then what was answered comes again.
    """
    found = await desk.view(caller.org, view)
    if found is not None and found.is_seen_by(caller.actor):
        _refuse_role(caller, shared=found.text.shared)
        return None
    key = parse_key(request.headers.getlist(KEY_HEADER))
    if key is not None:
        brought = request.headers.getlist(IF_MATCH_HEADER)
        if_match = brought[0].strip(" \t") if brought else None
        code = request_hmac(backing.hmac_key, caller, request, if_match, await request.body())
        try:
            before = await desk.answered(caller.org, Idempotency(key, code))
        except KeyReused:
            before = None
        if before is not None:
            return before
    raise Problem("not-found")


SeenView = Annotated[View, Depends(_seen)]
AnsweredBefore = Annotated[Accepted | None, Depends(_mine_to_change)]


@READS.get(
    "",
    operation_id="list_views",
    summary="One's own views and the shared ones, newest first",
    response_model=ViewList,
    responses={
        200: {"headers": POSITION_HEADERS},
        **problem_responses(*READ_PROBLEMS, "bad-cursor"),
    },
)
async def list_views(
    response: Response,
    caller: CallerOf,
    desk: ViewDeskOf,
    position: PositionOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None,
) -> ViewList:
    """List views."""
    found = await desk.page(caller.org, caller.actor, read_cursor(cursor), limit + 1)
    items = found[:limit]
    response.headers.update(position_header(position))
    return ViewList(
        items=[ViewShape.of(view) for view in items],
        next_cursor=write_cursor(items[-1].id) if len(found) > limit else None,
        position=position,
    )


@READS.get(
    "/{view}",
    operation_id="show_view",
    summary="One view",
    response_model=ViewShape,
    responses={
        200: {
            "headers": {
                **POSITION_HEADERS,
                "ETag": {
                    "description": "The version, quoted, for `If-Match`.",
                    "schema": {"type": "string", "examples": ['"7"']},
                },
            }
        },
        **problem_responses(*READ_PROBLEMS, "not-found"),
    },
)
async def show_view(response: Response, found: SeenView, position: PositionOf) -> ViewShape:
    """Show a view; one whose board, status or owner is gone still reads."""
    response.headers.update(position_header(position))
    response.headers["ETag"] = f'"{found.version}"'
    return ViewShape.of(found)


@ROUTER.post(
    "",
    operation_id="keep_view",
    summary="Keep a view",
    status_code=201,
    responses=answers(201, model=ViewKept),
    dependencies=[allow(Action.KEEP_VIEWS)],
)
async def keep_view(
    intake: OnNone, caller: CallerOf, desk: ViewDeskOf, body: ViewToKeep
) -> Response:
    """Keep a question under a name; its ids are looked at when it is used."""
    _refuse_role(caller, shared=body.shared)
    text = _normalized(body.text())
    try:
        kept = await keep_new(desk, new_id(), intake.asker, text, intake.idempotency)
    except TooManyViews as many:
        raise _too_many(shared=body.shared) from many
    except KeyReused as reused:
        raise Problem(reused.slug) from reused
    return answer(kept, PATH)


@ROUTER.patch(
    "/{view}",
    operation_id="change_view",
    summary="Change a view",
    responses=answers(model=ViewKept, problems=("version-conflict",)),
)
async def change_view(
    before: AnsweredBefore,
    view: Id,
    intake: OnOne,
    caller: CallerOf,
    desk: ViewDeskOf,
    body: ViewToChange,
) -> Response:
    """Change one's own view, or as a manager a shared one; a stale version is never merged."""
    if before is not None:
        return answer(before, None)
    changes = body.changes()
    if changes.shared is True:
        _refuse_role(caller, shared=True)
    return await _change(intake, caller, desk, view, changes)


@ROUTER.delete(
    "/{view}",
    operation_id="drop_view",
    summary="Delete a view",
    responses=answers(model=ViewKept, problems=("version-conflict",)),
)
async def drop_view(
    before: AnsweredBefore,
    view: Id,
    intake: OnOne,
    caller: CallerOf,
    desk: ViewDeskOf,
    _nothing: Annotated[None, NO_BODY],
) -> Response:
    """Delete one's own view, or as a manager a shared one; it is gone then, with its version."""
    if before is not None:
        return answer(before, None)
    return await _change(intake, caller, desk, view, None)


async def _change(
    intake: Intake, caller: Caller, desk: ViewDeskOf, view_id: UUID, changes: ViewChanges | None
) -> Response:
    decide = partial(_decide, caller, intake.if_match, changes)
    try:
        done = await change(desk, view_id, intake.asker, decide, intake.idempotency)
    except TooManyViews as many:
        raise _too_many(shared=changes is not None and changes.shared is True) from many
    except (KeyReused, NotFound) as refusal:
        raise Problem(refusal.slug) from refusal
    except Busy as busy:
        raise Problem("busy") from busy
    return answer(done, None)


def _decide(
    caller: Caller, if_match: int | str | None, changes: ViewChanges | None, view: View
) -> ViewText | None:
    """Return what becomes of a view as it is now: "already so" goes before a stale version."""
    _refuse_role(caller, shared=view.text.shared)
    after = None
    if changes is not None:
        after = changes.of(view.text)
        if after != view.text:
            after = _normalized(after)
        if after == view.text:
            return view.text
    if isinstance(if_match, int) and if_match != view.version:
        raise Problem(
            "version-conflict",
            STALE,
            data={
                "version": view.version,
                "current": ViewShape.of(view).model_dump(mode="json"),
                "fields": [],
                "events_since": [],
            },
        )
    return after


def _normalized(text: ViewText) -> ViewText:
    try:
        query = normalize_query(text.kind, text.query)
    except BadFilter as bad:
        where = f"/query/{bad.parameter}"
        raise invalid([InputError(where, "bad-filter", bad.reason)]) from bad
    return ViewText(text.name, text.kind, query, text.shared)


def _too_many(*, shared: bool) -> Problem:
    return invalid([InputError("/shared", "too-many", TOO_MANY[shared])])
