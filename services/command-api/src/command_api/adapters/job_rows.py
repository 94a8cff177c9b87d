"""Rows of log.jobs as jobs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from command_api.application.bulk.order import BulkOptions, BulkPlace, BulkResult
from command_api.application.deletions.order import DeletionOptions, DeletionResult
from command_api.application.imports.order import ImportOptions, ImportResult
from command_api.application.imports.tally import Tally
from command_api.application.jobs.job import Failure, Job, JobKind, Kept, Options, Result
from command_api.domain.commands import Asker

_OPTIONS: Final[Mapping[JobKind, type[Options]]] = MappingProxyType(
    {"import": ImportOptions, "bulk": BulkOptions, "status_deletion": DeletionOptions}
)
_RESULTS: Final[Mapping[JobKind, type[Result]]] = MappingProxyType(
    {"import": ImportResult, "bulk": BulkResult, "status_deletion": DeletionResult}
)
_KEPT: Final[Mapping[JobKind, type[Kept]]] = MappingProxyType({"import": Tally, "bulk": BulkPlace})
_columns: Final = msgspec.json.Decoder(tuple[str, ...])
_failures: Final = msgspec.json.Decoder(tuple[Failure, ...])


def as_json(value: object) -> str:
    """Write a value for a json column."""
    return msgspec.json.encode(value).decode()


def job_of(row: Any) -> Job:  # noqa: ANN401 - a record of asyncpg
    """Read a row of log.jobs."""
    kind: JobKind = row["kind"]
    kept, result = row["tally"], row["result"]
    return Job(
        id=row["id"],
        org=row["org"],
        kind=kind,
        state=row["state"],
        options=msgspec.json.decode(row["options"], type=_OPTIONS[kind]),
        asker=Asker(row["org"], row["actor"], row["user_id"], row["role"]),
        causation_id=row["causation_id"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        position=row["position"],
        total=row["total"],
        handled=row["handled"],
        done=row["done"],
        unchanged=row["unchanged"],
        refused=row["refused"],
        columns=() if row["columns"] is None else _columns.decode(row["columns"]),
        kept=None if kept is None else msgspec.json.decode(kept, type=_KEPT[kind]),
        result=None if result is None else msgspec.json.decode(result, type=_RESULTS[kind]),
        error=() if row["error"] is None else _failures.decode(row["error"]),
        fence=row["fence"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        swept=row["swept_at"] is not None,
    )
