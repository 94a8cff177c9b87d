"""One command on many opportunities."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from command_api.application.bulk.order import BulkOptions, BulkOrdered, template_of
from command_api.application.jobs.ordering import JobDesk, NewJob
from command_api.domain.refusal import Refusal
from command_api.entrypoints.http.command_route import command_router
from command_api.entrypoints.http.intake import Intake, OnNone, answer
from command_api.entrypoints.http.job_backing import present_jobs
from command_api.entrypoints.http.job_orders import order
from command_api.entrypoints.http.models.answers import BulkAnswer
from command_api.entrypoints.http.models.bulk import Bulk
from command_api.entrypoints.http.models.jobs import JobOrdered
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from command_api.entrypoints.http.problems import problem_of
from opportunity_filters.filters import read_filter
from opportunity_filters.refusals import BadFilter
from service_runtime.access import Action
from service_runtime.callers import Caller
from service_runtime.http.request_context import CallerOf
from service_runtime.ids import new_id
from service_runtime.languages import Words
from service_runtime.problems import InputError, invalid

ROUTER: Final = command_router(prefix="/v1/opportunities/bulk", tag="opportunities")
_NOWHERE: Final = UUID(int=0)
_UNKNOWN: Final = Words(
    "Tổ chức không có đối tượng nào mang mã này. Hãy kiểm tra lại các mã.",
    "The organization has nothing with such an id. Check the ids.",
)


@ROUTER.post(
    "",
    operation_id="change_opportunities",
    summary="One command on many opportunities",
    responses=answers(
        model=BulkAnswer, versioned=False, queued=JobOrdered, problems=("too-many-requests",)
    ),
    dependencies=[allow(Action.BULK)],
)
async def change_opportunities(
    request: Request, intake: OnNone, caller: CallerOf, body: Bulk
) -> Response:
    """Do one command on each of up to 1,000 opportunities, each decided on its own.

    What is refused stands in the results with its problem document; the rest is done all the
    same. With `dry_run` nothing is done, and the answer says what would be. With a filter it is a
    job, on everything that the caller sees and the filter finds at the position of the answer.
    """
    if not body.by_filter:
        return await intake.submit(body.bulk())
    ordered = _ordered(body, caller)
    desk = present_jobs(request).desk
    unknown = await desk.unknown_in(caller.org, ordered.filter)
    if unknown:
        raise invalid([InputError(f"/filter/{key}", "unknown", _UNKNOWN) for key in unknown])
    return await _order(intake, desk, body, ordered)


async def _order(intake: Intake, desk: JobDesk, body: Bulk, ordered: BulkOrdered) -> Response:
    org = intake.asker.org
    if intake.idempotency is not None:
        try:
            before = await desk.answered(org, intake.idempotency)
        except Refusal as reused:
            raise problem_of(reused) from reused
        if before is not None:
            return answer(before, None)
    options = BulkOptions(body.command, body.dry_run)
    new = NewJob(
        new_id(), org, options, intake.asker, intake.cause, intake.idempotency, kind="bulk"
    )
    return await order(desk, new, _whole(msgspec.json.encode(ordered)))


def _ordered(body: Bulk, caller: Caller) -> BulkOrdered:
    """Return what is kept of the order; refuse a filter that makes no sense."""
    given = dict(body.filter.given())
    try:
        read_filter(given, caller)
    except BadFilter as bad:
        error = InputError(f"/filter/{bad.parameter}", "bad-filter", bad.reason)
        raise invalid([error]) from bad
    return BulkOrdered(
        template=template_of(body.one(_NOWHERE)),
        filter=given,
        owners=None if caller.owners is None else tuple(sorted(caller.owners)),
        user_id=caller.user_id,
        team_id=caller.team_id,
    )


async def _whole(raw: bytes) -> AsyncIterator[bytes]:
    yield raw
