"""Ordering a job: asked again under its key it answers the same, and a full queue says so."""

from collections.abc import AsyncIterator
from typing import Final

from starlette.responses import Response

from command_api.application.jobs.ordering import JobDesk, NewJob, QueueFull
from command_api.domain.refusal import Refusal
from command_api.entrypoints.http.intake import answer
from command_api.entrypoints.http.problems import problem_of
from service_runtime.problems import Problem

_RETRY_AFTER_S: Final = 60


async def order(desk: JobDesk, new: NewJob, kept: AsyncIterator[bytes]) -> Response:
    """Make a job with what it has to keep, exactly once a key, and answer."""
    try:
        return answer(await desk.order(new, kept), None)
    except QueueFull as full:
        headers = {"Retry-After": str(_RETRY_AFTER_S)}
        raise Problem("too-many-requests", headers=headers) from full
    except Refusal as refusal:
        raise problem_of(refusal) from refusal
