"""What jobs need from outside: their rows, and what they keep."""

from collections.abc import AsyncIterator
from typing import Protocol, TypeVar
from uuid import UUID

from command_api.application.jobs.job import Failure, Job, Result
from command_api.domain.commands import Asker
from service_runtime.access import Action

T = TypeVar("T")


class Expired(Exception):  # noqa: N818 - says what is so
    """What the job kept was deleted, a day after its end."""


class JobBook(Protocol):
    """The rows of jobs, as who runs them changes them; False: it is no longer this holder's."""

    async def claim(self, owner: str) -> Job | None:
        """Take the next job that waits, or whose owner is gone; None where there is none."""
        ...

    async def hold(self, job: Job) -> bool:
        """Hold on to a job."""
        ...

    async def release(self, job: Job) -> bool:
        """Give a job back, as far as it is."""
        ...

    async def finish(self, job: Job, result: Result) -> bool:
        """End a job well."""
        ...

    async def fail(self, job: Job, failures: tuple[Failure, ...]) -> bool:
        """End a job that cannot go on."""
        ...

    async def present_asker(self, asker: Asker, action: Action) -> Asker | None:
        """Return the asker with its present role, None where it may no longer do this."""
        ...

    async def others_wait(self, job: Job) -> bool:
        """Say whether another job waits for its turn."""
        ...

    async def sweep(self) -> int:
        """Forget what is older than a day; returns how many jobs were swept."""
        ...

    async def rotate_receipts(self) -> bool:
        """Begin a new generation of receipts where the present one is old."""
        ...

    async def wait(self, timeout_s: float) -> None:
        """Wait until there may be a new job, or the time is over."""
        ...


class Pieces(Protocol):
    """What jobs keep for a day."""

    async def file(self, org: UUID, job_id: UUID) -> bytes | None:
        """Return the uploaded file, None where it is gone."""
        ...

    def refused(self, org: UUID, job_id: UUID, kind: type[T]) -> AsyncIterator[list[T]]:
        """Yield what a job refused, a batch at a time, each in the form that its kind keeps.

        Raises Expired after a day.
        """
        ...
