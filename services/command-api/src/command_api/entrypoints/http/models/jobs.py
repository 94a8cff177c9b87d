"""Imports as they are ordered, and jobs as they are shown."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from command_api.application.bulk.order import BulkResult, CommandName
from command_api.application.deletions.order import DeletionResult
from command_api.application.imports.order import ImportOptions, ImportResult
from command_api.application.jobs import job as jobs
from command_api.application.jobs.failures import failure_sentence
from command_api.domain.importing.assumptions import sentence
from command_api.domain.importing.columns import MAX_COLUMN_NAME
from command_api.domain.importing.fields import FIELDS
from command_api.entrypoints.http.models.answers import Answer, Count
from command_api.entrypoints.http.models.figures import Currency
from opportunity_events.envelope import instant
from service_runtime.http.fields import Body, Id
from service_runtime.languages import Language

_MOST_COLUMNS = 500

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_COLUMN_NAME)]
FieldName = Annotated[
    str,
    StringConstraints(max_length=64),
    Field(description="A field's name; null for a column that is not to be read."),
]


class ImportOrdered(Body):
    """The part `options` of an import."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "board_id": "0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f",
                    "currency": "USD",
                    "mapping": {"Deal name": "title", "Internal": None},
                    "dry_run": True,
                }
            ]
        }
    )

    board_id: Id
    currency: Annotated[Currency, Field(description="Of amounts that do not say theirs.")]
    mapping: Annotated[
        dict[ColumnName, FieldName | None],
        Field(
            default_factory=dict[str, str | None],
            max_length=_MOST_COLUMNS,
            description=f"Column to field, beside what is guessed; fields: {', '.join(FIELDS)}.",
        ),
    ]
    dry_run: Annotated[bool, Field(description="Decide everything, and record nothing.")] = False

    def options(self) -> ImportOptions:
        """Return it as the job carries it."""
        return ImportOptions(self.board_id, self.currency, self.mapping, self.dry_run)


class JobOrdered(Answer):
    """The job that was queued."""

    job_id: UUID
    position: Annotated[int, Field(ge=0)]


class MadeShape(Answer):
    """How much an import had to make beside opportunities."""

    customers: Count
    users: Count
    statuses: Count


class AssumptionShape(Answer):
    """Something that was taken for granted, and how many rows it touched."""

    text: str
    rows: Count


class ImportResultShape(Answer):
    """What became of an import; `mapping` can be sent again as an option."""

    made: MadeShape
    mapping: dict[str, str | None]
    assumptions: list[AssumptionShape]

    @classmethod
    def of(cls, result: ImportResult, language: Language) -> Self:
        """Say a result in a language."""
        made = result.tally.made
        return cls(
            made=MadeShape(customers=made.customers, users=made.users, statuses=made.statuses),
            mapping=result.mapping,
            assumptions=[
                AssumptionShape(text=sentence(one, language), rows=one.rows)
                for one in result.tally.assumptions
            ],
        )


class BulkResultShape(Answer):
    """What a bulk by filter did, or would do, and where its filter was read."""

    command: CommandName
    as_of: Annotated[int, Field(ge=0, description="The position at which the filter was read.")]


class DeletionResultShape(Answer):
    """What became of a deletion of a status."""

    moved: Annotated[int, Field(ge=0, description="By the deletion itself.")]


class JobShape(BaseModel):
    """A job, how far it is, and what became of it."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: UUID
    kind: Literal["import", "bulk", "status_deletion"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Annotated[float, Field(ge=0, le=1)]
    total: Annotated[
        int,
        Field(ge=0, description="Rows of the file, or opportunities; 0 until they were counted."),
    ]
    done: Count
    unchanged: Annotated[
        int,
        Field(ge=0, description="Rows whose opportunity was there, or opportunities as wanted."),
    ]
    refused: Count
    dry_run: Annotated[bool, Field(description="It says what would be done, and does nothing.")]
    causation_id: Annotated[UUID, Field(description="What all facts of this job carry.")]
    position: Annotated[int, Field(ge=0, description="That of its newest fact, or of its order.")]
    created_at: datetime | str
    finished_at: datetime | str | None
    error: Annotated[str | None, Field(description="Why it failed.")]
    result: ImportResultShape | BulkResultShape | DeletionResultShape | None

    @classmethod
    def of(cls, job: jobs.Job, language: Language) -> Self:
        """Show a job in a language."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            progress=round(job.progress, 4),
            total=job.total,
            done=job.done,
            unchanged=job.unchanged,
            refused=job.refused,
            dry_run=job.dry_run,
            causation_id=job.causation_id,
            position=job.position,
            created_at=instant(job.created_at),
            finished_at=None if job.finished_at is None else instant(job.finished_at),
            error=failure_sentence(job.error, language),
            result=_result(job.result, language),
        )


def _result(
    result: jobs.Result | None, language: Language
) -> ImportResultShape | BulkResultShape | DeletionResultShape | None:
    match result:
        case None:
            return None
        case ImportResult():
            return ImportResultShape.of(result, language)
        case BulkResult():
            return BulkResultShape(command=result.command, as_of=result.as_of)
        case DeletionResult():
            return DeletionResultShape(moved=result.moved)


class JobList(BaseModel):
    """A page of jobs, newest first."""

    items: list[JobShape]
    next_cursor: str | None
    position: int
