"""What stands behind the routes of jobs and imports."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.requests import Request

from command_api.application.jobs.ordering import JobDesk
from command_api.application.jobs.ports import Pieces


@dataclass(frozen=True, slots=True)
class JobBacking:
    """Where jobs are ordered, and where what they keep is read."""

    desk: JobDesk
    pieces: Pieces


def back_jobs(app: FastAPI, backing: JobBacking) -> None:
    """Set what stands behind the routes, before the door opens."""
    app.state.job_backing = backing


def present_jobs(request: Request) -> JobBacking:
    """Return what stands behind the routes of jobs."""
    backing: JobBacking = request.app.state.job_backing
    return backing


async def _present(request: Request) -> JobBacking:
    """Depend on it as a coroutine: a plain function would cost a trip to the thread pool."""
    return present_jobs(request)


JobBackingOf = Annotated[JobBacking, Depends(_present)]
"""The type of a parameter that wants what stands behind the routes of jobs."""
