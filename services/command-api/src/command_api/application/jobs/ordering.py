"""What it takes to order a job."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from command_api.application.jobs.job import Job, JobKind, Options
from command_api.application.submission import Accepted, Idempotency
from command_api.domain.board.state import Board
from command_api.domain.commands import Asker
from opportunity_events.envelope import Cause


class QueueFull(Exception):  # noqa: N818 - says what is so
    """The organization has as many open jobs as it may have."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be made; one with a holder is run by it from the start."""

    id: UUID
    org: UUID
    options: Options
    asker: Asker
    cause: Cause
    idempotency: Idempotency | None = None
    holder: str | None = None
    kind: JobKind = "import"


class JobDesk(Protocol):
    """Where jobs are ordered, read and cancelled."""

    async def answered(self, org: UUID, idempotency: Idempotency) -> Accepted | None:
        """Return what was answered under a key before; raises KeyReused for another request."""
        ...

    async def order(self, new: NewJob, file: AsyncIterator[bytes]) -> Accepted:
        """Make a job with its file, exactly once a key; raises KeyReused or QueueFull."""
        ...

    async def board(self, org: UUID, board_id: UUID) -> Board | None:
        """Return a board of an organization."""
        ...

    async def job(self, org: UUID, job_id: UUID) -> Job | None:
        """Return a job of an organization."""
        ...

    async def page(self, org: UUID, before: UUID | None, limit: int) -> list[Job]:
        """Return jobs of an organization, newest first, before an id."""
        ...

    async def page_of(self, org: UUID, actor: str, before: UUID | None, limit: int) -> list[Job]:
        """Return jobs that one caller asked for, newest first, before an id."""
        ...

    async def cancel(self, org: UUID, job_id: UUID) -> Job | None:
        """Cancel a job that has not ended; return it as it is then."""
        ...

    async def unknown_in(self, org: UUID, chosen: Mapping[str, Sequence[str]]) -> list[str]:
        """Return the keys of a filter that name something the organization never had."""
        ...

    async def position(self, org: UUID) -> int:
        """Return the position of an organization's newest fact."""
        ...
