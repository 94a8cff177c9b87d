"""Rows of log.jobs as jobs."""

from typing import Any, Final

import msgspec

from command_api.application.imports.order import ImportOptions, ImportResult
from command_api.application.imports.tally import Tally
from command_api.application.jobs.job import Failure, Job
from command_api.domain.commands import Asker

_options: Final = msgspec.json.Decoder(ImportOptions)
_result: Final = msgspec.json.Decoder(ImportResult)
_tally: Final = msgspec.json.Decoder(Tally)
_columns: Final = msgspec.json.Decoder(tuple[str, ...])
_failures: Final = msgspec.json.Decoder(tuple[Failure, ...])


def as_json(value: object) -> str:
    """Write a value for a json column."""
    return msgspec.json.encode(value).decode()


def job_of(row: Any) -> Job:  # noqa: ANN401 - a record of asyncpg
    """Read a row of log.jobs."""
    return Job(
        id=row["id"],
        org=row["org"],
        state=row["state"],
        options=_options.decode(row["options"]),
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
        tally=None if row["tally"] is None else _tally.decode(row["tally"]),
        result=None if row["result"] is None else _result.decode(row["result"]),
        error=() if row["error"] is None else _failures.decode(row["error"]),
        fence=row["fence"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        swept=row["swept_at"] is not None,
    )
