"""The routes of /v1/reports: order, list, look at, download, end."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from report_worker.adapters.report_store import ReportStore
from report_worker.application.desk import Answer, Desk, Keyed, Render, Wish
from report_worker.domain.moments import read_moment
from report_worker.domain.report import Format, Report
from report_worker.entrypoints.http.file_answers import file_answer, unsatisfiable_document
from report_worker.entrypoints.http.shapes import ReportList, ReportOrder, ReportShape
from service_runtime.access import Action, may
from service_runtime.callers import Caller
from service_runtime.http.fields import Id
from service_runtime.http.id_cursors import MAX_CURSOR, read_cursor, write_cursor
from service_runtime.http.openapi import COMMAND_PROBLEMS, READ_PROBLEMS, problem_responses
from service_runtime.http.request_context import CallerOf, LanguageOf, position_header
from service_runtime.http.routes import new_router
from service_runtime.languages import Language
from service_runtime.problems import PROBLEM_JSON, Problem

JSON: Final = "application/json"
_MAX_POSITION: Final = 2**53 - 1
_POSITION: Final = {"Cohoi-Position": {"schema": {"type": "integer"}}}
_SHAPE: Final = {"headers": _POSITION}
_FILE_HEADERS: Final[Mapping[str, Any]] = {
    **_POSITION,
    **{
        name: {"schema": {"type": "string"}}
        for name in ("ETag", "Accept-Ranges", "Content-Disposition", "Cohoi-Erasures")
    },
}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_FILE_CONTENT: Final = {
    "text/csv": _BYTES,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BYTES,
}
_FILE_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file", "headers": _FILE_HEADERS, "content": _FILE_CONTENT},
    206: {"description": "A part of it", "headers": _FILE_HEADERS, "content": _FILE_CONTENT},
    416: {
        "description": "`range-not-satisfiable`",
        "content": {
            PROBLEM_JSON: {
                "schema": {"type": "object"},
                "example": unsatisfiable_document("en"),
            }
        },
    },
}

MinPosition = Annotated[
    int | None,
    Query(ge=0, le=_MAX_POSITION, description="Wait until this position can be read."),
]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[!-~]{1,200}$")]


async def _desk(request: Request, caller: CallerOf) -> Desk:
    """Return the desk, for callers whose role may use it."""
    if not may(caller.role, Action.REPORT):
        raise Problem("forbidden")
    desk: Desk | None = getattr(request.app.state, "reports_desk", None)
    if desk is None:
        raise Problem("log-unavailable")  # the service is still starting
    return desk


DeskOf = Annotated[Desk, Depends(_desk)]


async def _report(desk: DeskOf, caller: CallerOf, report: Id) -> Report:
    """Return the report that the path names, before anything else of the request is judged."""
    return await desk.find(caller, report)


ReportOf = Annotated[Report, Depends(_report)]


async def _position(desk: DeskOf, caller: CallerOf, min_position: MinPosition = None) -> int:
    return await desk.position(caller.org, min_position)


PositionOf = Annotated[int, Depends(_position)]


def reports_router() -> APIRouter:
    """Return the routes of the report service."""
    router = new_router(prefix="/v1/reports", tags=["reports"])
    router.add_api_route(
        "",
        order_report,
        methods=["POST"],
        summary="Order a report, pinned to the present position",
        status_code=202,
        response_model=ReportShape,
        responses={
            202: _SHAPE,
            **problem_responses(
                *COMMAND_PROBLEMS, "bad-filter", "read-model-behind", "too-many-requests"
            ),
        },
    )
    router.add_api_route(
        "",
        list_reports,
        methods=["GET"],
        summary="The reports that the caller sees, newest first",
        response_model=ReportList,
        responses={200: _SHAPE, **problem_responses(*READ_PROBLEMS, "bad-cursor", "forbidden")},
    )
    router.add_api_route(
        "/{report}",
        show_report,
        methods=["GET"],
        summary="One report and what became of it",
        response_model=ReportShape,
        responses={200: _SHAPE, **problem_responses(*READ_PROBLEMS, "not-found", "forbidden")},
    )
    router.add_api_route(
        "/{report}/file",
        download_report,
        methods=["GET"],
        summary="The file of a report, whole or in part (Range)",
        response_class=Response,
        responses={
            **_FILE_RESPONSES,
            **problem_responses(*READ_PROBLEMS, "not-found", "forbidden", "not-ready", "expired"),
        },
    )
    router.add_api_route(
        "/{report}",
        end_report,
        methods=["DELETE"],
        summary="Cancel a report that waits or runs, or remove the file of one that is done",
        response_model=ReportShape,
        responses={200: _SHAPE, **problem_responses(*COMMAND_PROBLEMS)},
    )
    return router


async def order_report(
    request: Request,
    caller: CallerOf,
    desk: DeskOf,
    language: LanguageOf,
    body: ReportOrder,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Queue a report of the present position."""
    wish = Wish(
        kind=body.kind,
        format=Format(body.format),
        filters=body.filters or {},
        as_of=read_moment(body.as_of),
        accept_language=request.headers.get("accept-language"),
    )
    keyed = await _keyed(request, caller, idempotency_key)
    return _sent(await desk.order(caller, wish, keyed=keyed, render=_rendered(202, language)))


async def list_reports(
    response: Response,
    caller: CallerOf,
    desk: DeskOf,
    language: LanguageOf,
    position: PositionOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None,
) -> ReportList:
    """List reports, newest first."""
    found = await desk.page(caller, before=read_cursor(cursor), limit=limit + 1)
    items = found[:limit]
    response.headers.update(position_header(position))
    return ReportList(
        items=[ReportShape.of(report, language) for report in items],
        next_cursor=write_cursor(items[-1].id) if len(found) > limit else None,
        position=position,
    )


async def show_report(
    response: Response, report: ReportOf, language: LanguageOf, position: PositionOf
) -> ReportShape:
    """Show one report."""
    response.headers.update(position_header(position))
    return ReportShape.of(report, language)


async def download_report(
    request: Request, report: ReportOf, desk: DeskOf, language: LanguageOf, _position: PositionOf
) -> Response:
    """Send the file; `Cohoi-Position` is the position at which its rows are true."""
    store: ReportStore = request.app.state.report_store
    path = store.path(report.org, await desk.file_of(report))
    return await file_answer(request, report, path, language)


async def end_report(
    request: Request,
    caller: CallerOf,
    desk: DeskOf,
    report: ReportOf,
    language: LanguageOf,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Cancel a report, or let its file expire now; one that is over already stays as it is."""
    keyed = await _keyed(request, caller, idempotency_key)
    position = await desk.position(caller.org, None)
    render = _rendered(200, language, position)
    return _sent(await desk.end(caller, report, keyed=keyed, render=render))


def _rendered(status: int, language: Language, position: int | None = None) -> Render:
    def render(report: Report) -> Answer:
        body = ReportShape.of(report, language).model_dump_json().encode()
        return Answer(status, body, report.position if position is None else position)

    return render


def _sent(answer: Answer) -> Response:
    return Response(answer.body, answer.status, position_header(answer.position), media_type=JSON)


async def _keyed(request: Request, caller: Caller, key: str | None) -> Keyed | None:
    """Return the key with the hash of all that makes the request the same again."""
    if key is None:
        return None
    digest = hashlib.sha256()
    for part in (
        caller.actor.encode(),
        request.method.encode(),
        request.url.path.encode(),
        request.url.query.encode(),
        request.headers.get("if-match", "").encode(),
        await request.body(),
    ):
        digest.update(len(part).to_bytes(8, "big") + part)
    return Keyed(key, digest.digest())
