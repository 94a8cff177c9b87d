"""What jobs need from outside: their rows, what they keep, and somebody who runs an import."""

from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

from command_api.application.imports.order import ImportResult
from command_api.application.imports.ports import RefusedRow
from command_api.application.jobs.job import Failure, Job
from command_api.domain.commands import Asker


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

    async def finish(self, job: Job, result: ImportResult) -> bool:
        """End a job well."""
        ...

    async def fail(self, job: Job, failures: tuple[Failure, ...]) -> bool:
        """End a job that cannot go on."""
        ...

    async def present_asker(self, asker: Asker, org: UUID) -> Asker | None:
        """Return the asker with its present role, None where it is no longer active."""
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

    def refused(self, org: UUID, job_id: UUID) -> AsyncIterator[list[RefusedRow]]:
        """Yield the refused rows of a job, a batch at a time; raises Expired after a day."""
        ...
