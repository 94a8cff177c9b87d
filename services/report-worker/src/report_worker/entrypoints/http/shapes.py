"""Requests and answers of /v1/reports."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from opportunity_filters.documented import INSTANT, VALUES, one_or_several
from opportunity_filters.parameters import MAX_INTEGER
from report_worker.domain import report as domain
from report_worker.domain.filters import KEYS
from report_worker.entrypoints.http.failure_words import FAILURES
from service_runtime.http.fields import Body
from service_runtime.languages import Language

_FILTERS: Final[dict[str, Any]] = {
    "description": "The filters of GET /v1/opportunities, each with a value or a list (or).",
    "properties": {key: one_or_several(VALUES[key]) for key in sorted(KEYS)},
    "additionalProperties": False,
}


class ReportOrder(Body):
    """What a report is to hold, and in which format."""

    kind: Annotated[
        Literal["opportunities", "audit"],
        Field(
            description="`opportunities`: the list under its filters. `audit`: every fact of what "
            "the filters select, deleted opportunities included; without any filter, for whoever "
            "sees all, every fact of the organization."
        ),
    ]
    format: Literal["csv", "csv-raw", "xlsx"]
    filters: Annotated[dict[str, JsonValue] | None, Field(json_schema_extra=_FILTERS)] = None
    as_of: Annotated[
        JsonValue,
        Field(
            description="A position: what was known then. An instant: what was so then, by all "
            "that is known when it is ordered. Anything else is 400 `bad-filter`.",
            json_schema_extra={
                "anyOf": [
                    {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
                    INSTANT,
                    {"type": "null"},
                ]
            },
        ),
    ] = None


class ReportError(BaseModel):
    """Why a report failed."""

    type: Literal[
        "disk-full",
        "too-slow",
        "worker-lost",
        "read-model-behind",
        "database-unavailable",
        "defect",
    ]
    detail: str


class ReportShape(BaseModel):
    """A report and what became of it."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: UUID
    kind: Literal["opportunities", "audit"]
    format: Literal["csv", "csv-raw", "xlsx"]
    filters: dict[str, JsonValue]
    state: Literal["queued", "running", "done", "failed", "cancelled", "expired"]
    progress: Annotated[float, Field(ge=0, le=1)]
    rows: int
    bytes: int | None
    sha256: str | None
    position: int
    erasures: int
    created_at: datetime
    expires_at: datetime | None
    error: ReportError | None

    @classmethod
    def of(cls, report: domain.Report, language: Language) -> Self:
        """Show a report in a language."""
        error = None
        if report.error is not None:
            detail = FAILURES[report.error].in_language(language)
            error = ReportError(type=report.error.value, detail=detail)
        return cls(
            id=report.id,
            kind=report.kind,
            format=report.format.value,
            filters=report.filters,  # pyright: ignore[reportArgumentType] - JSON as it was stored
            state=report.state.value,
            progress=round(report.progress, 3),
            rows=report.rows,
            bytes=report.bytes,
            sha256=report.sha256,
            position=report.position,
            erasures=report.erasures,
            created_at=report.created_at,
            expires_at=report.expires_at,
            error=error,
        )


class ReportList(BaseModel):
    """Reports, newest first."""

    items: list[ReportShape]
    next_cursor: str | None
    position: int
