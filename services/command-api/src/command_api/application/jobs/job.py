"""A job as its row says it: what was asked, by whom, how far it is."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from command_api.application.bulk.order import BulkOptions, BulkPlace, BulkResult
from command_api.application.deletions.order import DeletionOptions, DeletionResult
from command_api.application.imports.order import ImportOptions, ImportResult
from command_api.application.imports.tally import Tally
from command_api.domain.commands import Asker
from command_api.domain.importing.reasons import Reason

JobKind = Literal["import", "bulk", "status_deletion"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Options = ImportOptions | BulkOptions | DeletionOptions
Kept = Tally | BulkPlace
Result = ImportResult | BulkResult | DeletionResult
ENDED: Final = frozenset[JobState]({"done", "failed", "cancelled"})
MOST_OPEN: Final = 20
"""How many jobs of one organization may wait or run at once."""


FailureCode = Literal[
    "asker-gone", "board-unknown", "expired-job", "gave-up", "file-gone", "order-gone"
]


class Failure(msgspec.Struct, frozen=True):
    """Why a job failed: a code of ours, or a file's reason with what it names."""

    code: str
    params: dict[str, str | int] = {}

    @classmethod
    def of(cls, reason: Reason) -> "Failure":
        """Say a file's reason as a failure."""
        return cls(reason.code, reason.params)


class Job(msgspec.Struct, frozen=True):
    """One job of any kind; `fence` is the token of whoever holds it.

    `kept` is what its kind keeps between batches.
    """

    id: UUID
    org: UUID
    kind: JobKind
    state: JobState
    options: Options
    asker: Asker
    causation_id: UUID
    correlation_id: str
    traceparent: str | None
    position: int
    total: int
    handled: int
    done: int
    unchanged: int
    refused: int
    columns: tuple[str, ...]
    kept: Kept | None
    result: Result | None
    error: tuple[Failure, ...]
    fence: int
    attempts: int
    created_at: datetime
    finished_at: datetime | None
    swept: bool

    @property
    def progress(self) -> float:
        """How far it is, from 0 to 1."""
        if self.state == "done":
            return 1.0
        return min(self.handled / self.total, 1.0) if self.total else 0.0

    @property
    def has_to_finish(self) -> bool:
        """Whether it can no longer be cancelled: what began is a fact."""
        return self.kind == "status_deletion" and self.state not in ENDED

    @property
    def dry_run(self) -> bool:
        """Whether it only says what would be done."""
        return not isinstance(self.options, DeletionOptions) and self.options.dry_run

    @property
    def imported(self) -> ImportResult | None:
        """What an import made and assumed; None where it has not ended, or is no import."""
        return self.result if isinstance(self.result, ImportResult) else None

    @property
    def board_id(self) -> UUID | None:
        """The board that an import or a deletion works on."""
        return None if isinstance(self.options, BulkOptions) else self.options.board_id
