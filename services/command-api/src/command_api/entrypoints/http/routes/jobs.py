"""Jobs: how far they are, what they refused, and how they are cancelled."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Query
from starlette.responses import Response, StreamingResponse

from command_api.application.bulk import refused_file as bulk_file
from command_api.application.bulk.ports import RefusedOne
from command_api.application.imports.ports import RefusedRow
from command_api.application.imports.refused_file import heading, lines
from command_api.application.jobs.job import Job
from command_api.entrypoints.http.command_route import NO_BODY
from command_api.entrypoints.http.job_backing import JobBackingOf
from command_api.entrypoints.http.log_position import POSITION_HEADERS, PositionOf
from command_api.entrypoints.http.models.jobs import JobList, JobShape
from command_api.entrypoints.http.permissions import forbidden
from service_runtime.access import Action, may
from service_runtime.http.fields import Id
from service_runtime.http.id_cursors import MAX_CURSOR, read_cursor, write_cursor
from service_runtime.http.openapi import COMMAND_PROBLEMS, READ_PROBLEMS, problem_responses
from service_runtime.http.request_context import CallerOf, LanguageOf, position_header
from service_runtime.http.routes import new_router
from service_runtime.languages import Words
from service_runtime.problems import Problem

ROUTER: Final = new_router(prefix="/v1/jobs", tags=["jobs"])

_READ: Final = (*READ_PROBLEMS, "forbidden")
_HAS_TO_FINISH = Words(
    "Việc xóa trạng thái đã bắt đầu thì phải chạy đến hết. Hãy chờ nó xong; các cơ hội có thể được "
    "chuyển đi sau đó.",
    "The deletion of a status that has begun runs to its end. Wait until it is done; the "
    "opportunities can be moved elsewhere afterwards.",
)


class CsvResponse(StreamingResponse):
    """A CSV file, sent while it is read."""

    media_type = "text/csv"


async def _job(job: Id, caller: CallerOf, jobs: JobBackingOf) -> Job:
    """Return the job that the path names, before anything else is judged.

    Whoever does not see every opportunity sees no job but its own: the counts of others' jobs,
    and the rows that they refused, tell of opportunities.
    """
    found = await jobs.desk.job(caller.org, job)
    if found is None or not (caller.owners is None or found.asker.actor == caller.actor):
        raise Problem("not-found")
    return found


JobOf = Annotated[Job, Depends(_job)]


@ROUTER.get(
    "",
    operation_id="list_jobs",
    summary="The organization's jobs, newest first",
    response_model=JobList,
    responses={200: {"headers": POSITION_HEADERS}, **problem_responses(*_READ, "bad-cursor")},
)
async def list_jobs(
    response: Response,
    caller: CallerOf,
    jobs: JobBackingOf,
    language: LanguageOf,
    position: PositionOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None,
) -> JobList:
    """List jobs; of those who see some opportunities only, their own."""
    before = read_cursor(cursor)
    if caller.owners is None:
        found = await jobs.desk.page(caller.org, before, limit + 1)
    else:
        found = await jobs.desk.page_of(caller.org, caller.actor, before, limit + 1)
    items = found[:limit]
    response.headers.update(position_header(position))
    return JobList(
        items=[JobShape.of(job, language) for job in items],
        next_cursor=write_cursor(items[-1].id) if len(found) > limit else None,
        position=position,
    )


@ROUTER.get(
    "/{job}",
    operation_id="show_job",
    summary="One job: how far it is, and what became of it",
    response_model=JobShape,
    responses={200: {"headers": POSITION_HEADERS}, **problem_responses(*_READ, "not-found")},
)
async def show_job(
    response: Response, found: JobOf, language: LanguageOf, position: PositionOf
) -> JobShape:
    """Show a job."""
    response.headers.update(position_header(position))
    return JobShape.of(found, language)


@ROUTER.get(
    "/{job}/refused",
    operation_id="download_refused_rows",
    summary="What a job refused, as CSV: of an import line, reason, the row; of a bulk id, reason",
    response_class=CsvResponse,
    responses={
        200: {"description": "The rows refused so far, for a day", "headers": POSITION_HEADERS},
        **problem_responses(*_READ, "not-found", "expired"),
    },
)
async def download_refused_rows(
    found: JobOf, jobs: JobBackingOf, language: LanguageOf, position: PositionOf
) -> Response:
    """Send the refused rows in the caller's language, formulas disarmed."""
    if found.swept:
        raise Problem("expired")

    async def file() -> AsyncIterator[bytes]:
        if found.kind == "bulk":
            yield bulk_file.heading(language)
            async for some in jobs.pieces.refused(found.org, found.id, RefusedOne):
                yield bulk_file.lines(some, language)
            return
        yield heading(found.columns, language)
        if found.kind == "import":
            async for rows in jobs.pieces.refused(found.org, found.id, RefusedRow):
                yield lines(rows, language)

    name = f'attachment; filename="refused-{found.id}.csv"'
    return CsvResponse(file(), headers={**position_header(position), "Content-Disposition": name})


@ROUTER.delete(
    "/{job}",
    operation_id="cancel_job",
    summary="Cancel a job; what it did stays",
    response_model=JobShape,
    responses={
        200: {"headers": POSITION_HEADERS},
        **problem_responses(*COMMAND_PROBLEMS, "not-cancellable"),
    },
    dependencies=[NO_BODY],
)
async def cancel_job(
    response: Response, found: JobOf, caller: CallerOf, jobs: JobBackingOf, language: LanguageOf
) -> JobShape:
    """Cancel a job of one's own, or anybody's as a manager; one that has ended stays as it is."""
    if not may(caller.role, Action.IMPORT):
        raise forbidden(Action.IMPORT)
    if found.asker.actor != caller.actor and not may(caller.role, Action.BULK):
        raise forbidden(Action.BULK)
    if found.has_to_finish:
        raise Problem("not-cancellable", _HAS_TO_FINISH)
    cancelled = await jobs.desk.cancel(caller.org, found.id)
    if cancelled is None:
        raise Problem("not-found")
    response.headers.update(position_header(await jobs.desk.position(caller.org)))
    return JobShape.of(cancelled, language)
