"""The kinds of jobs: what each needs to be run, and what makes it fail as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

from command_api.application.batches.turn import Turn
from command_api.application.bulk.order import (
    BulkOptions,
    BulkOrder,
    BulkOrdered,
    BulkPlace,
    BulkResult,
)
from command_api.application.deletions.order import DeletionOptions, DeletionOrder, DeletionResult
from command_api.application.imports.importer import BoardUnknown
from command_api.application.imports.order import ImportOptions, ImportOrder, ImportResult
from command_api.application.imports.tally import Tally
from command_api.application.jobs.job import Failure, FailureCode, Job, Result
from command_api.application.jobs.ports import Pieces
from command_api.domain.commands import Asker
from command_api.domain.importing.reasons import FileRefused
from service_runtime.access import Action

Progress = Callable[[int, int], None]


class JobFailed(Exception):  # noqa: N818 - says what is so
    """The job cannot go on, now or later."""

    def __init__(self, *failures: Failure) -> None:
        super().__init__(", ".join(failure.code for failure in failures))
        self.failures = failures

    @classmethod
    def by(cls, code: FailureCode) -> "JobFailed":
        """Fail for one reason of ours."""
        return cls(Failure(code))


@dataclass(frozen=True, slots=True)
class Charge:
    """A job with what surrounds this run of it; the asker is as it is now."""

    job: Job
    asker: Asker
    progress: Progress
    turn: Turn


class Kind(Protocol):
    """How jobs of one kind are run."""

    @property
    def demands(self) -> Action | None:
        """What the asker must still be allowed to do; None: whatever became of the asker."""
        ...

    async def run(self, charge: Charge) -> Result:
        """Run a job to its end; raises JobFailed, JobLost or TurnOver."""
        ...


class Import(Protocol):
    """One import, ready to be run."""

    async def run(self, raw: bytes) -> ImportResult:
        """Settle every row; raises FileRefused, BoardUnknown, JobLost or TurnOver."""
        ...


class Imports(Protocol):
    """Makes the import of a job."""

    async def open(self, charge: Charge, order: ImportOrder) -> Import | None:
        """Return the import, None where the key of what the job keeps is gone."""
        ...


class ImportKind:
    """Files whose rows become commands."""

    demands: Action | None = Action.IMPORT

    def __init__(self, imports: Imports, pieces: Pieces) -> None:
        self._imports = imports
        self._pieces = pieces

    async def run(self, charge: Charge) -> Result:
        """Run an import."""
        job = charge.job
        if not isinstance(job.options, ImportOptions):
            raise TypeError("an import has an import's options")
        order = ImportOrder(
            org=job.org,
            asker=charge.asker,
            options=job.options,
            causation_id=job.causation_id,
            correlation_id=job.correlation_id,
            traceparent=job.traceparent,
            ordered_at=job.created_at,
            handled=job.handled,
            tally=job.kept if isinstance(job.kept, Tally) else None,
        )
        ready = await self._imports.open(charge, order)
        raw = await self._pieces.file(job.org, job.id)
        if ready is None or raw is None:
            raise JobFailed.by("file-gone")
        try:
            return await ready.run(raw)
        except FileRefused as refused:
            raise JobFailed(*(Failure.of(reason) for reason in refused.reasons)) from refused
        except BoardUnknown as unknown:
            raise JobFailed.by("board-unknown") from unknown


class OneBulk(Protocol):
    """One bulk, ready to be run."""

    async def run(self) -> BulkResult:
        """Ask the command of everything that the filter found; raises JobLost or TurnOver."""
        ...


class Bulks(Protocol):
    """Makes the bulk of a job."""

    async def open(self, charge: Charge, order: BulkOrder) -> OneBulk | None:
        """Return the bulk, None where the key of what the job keeps is gone."""
        ...


class BulkKind:
    """One command on everything that a filter finds."""

    demands: Action | None = Action.BULK

    def __init__(self, bulks: Bulks, pieces: Pieces) -> None:
        self._bulks = bulks
        self._pieces = pieces

    async def run(self, charge: Charge) -> Result:
        """Run a bulk."""
        job = charge.job
        if not isinstance(job.options, BulkOptions):
            raise TypeError("a bulk has a bulk's options")
        ordered = await self._pieces.file(job.org, job.id)
        if ordered is None:
            raise JobFailed.by("order-gone")
        begin = BulkPlace(job.position, UUID(int=0))
        order = BulkOrder(
            org=job.org,
            asker=charge.asker,
            options=job.options,
            ordered=msgspec.json.decode(ordered, type=BulkOrdered),
            causation_id=job.causation_id,
            correlation_id=job.correlation_id,
            traceparent=job.traceparent,
            ordered_at=job.created_at,
            handled=job.handled,
            place=job.kept if isinstance(job.kept, BulkPlace) else begin,
        )
        ready = await self._bulks.open(charge, order)
        if ready is None:
            raise JobFailed.by("order-gone")
        return await ready.run()


class OneDeletion(Protocol):
    """One deletion, ready to be run."""

    async def run(self) -> DeletionResult:
        """Move everybody out and let the status go; raises JobLost or TurnOver."""
        ...


class Deletions(Protocol):
    """Makes the deletion of a job."""

    def open(self, charge: Charge, order: DeletionOrder) -> OneDeletion:
        """Return the deletion."""
        ...


class DeletionKind:
    """Deletions of statuses that hold more than goes at once; what began runs to its end."""

    demands: Action | None = None

    def __init__(self, deletions: Deletions) -> None:
        self._deletions = deletions

    async def run(self, charge: Charge) -> Result:
        """Run a deletion."""
        job = charge.job
        if not isinstance(job.options, DeletionOptions):
            raise TypeError("a deletion has a deletion's options")
        order = DeletionOrder(
            org=job.org,
            asker=charge.asker,
            options=job.options,
            causation_id=job.causation_id,
            correlation_id=job.correlation_id,
            traceparent=job.traceparent,
            total=job.total,
            handled=job.handled,
        )
        return await self._deletions.open(charge, order).run()
