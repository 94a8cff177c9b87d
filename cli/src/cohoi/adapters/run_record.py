"""The file by which a running product is found: `run.json` in the data directory."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from service_runtime.addresses import Addresses

_NAME = "run.json"


class RunRecord(BaseModel):
    """How to reach the product that runs on a data directory."""

    model_config = ConfigDict(frozen=True)

    pid: int
    address: str
    port: int
    dsn: str
    """The database of schema `log`."""
    read_dsn: str | None = None
    """The database of schema `read`, where it is another one."""
    reports_dsn: str | None = None
    """The database of schema `reports`, where it is another one."""
    redis_url: str
    postgres_bindir: str | None

    @property
    def addresses(self) -> Addresses:
        """Where the three databases are."""
        return Addresses(self.dsn, self.read_dsn or self.dsn, self.reports_dsn or self.dsn)


def write_run_record(data_dir: Path, record: RunRecord) -> None:
    """Write the file for its owner alone: whole or not at all."""
    unfinished = data_dir / f"{_NAME}.new"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(record.model_dump_json(indent=2))
    unfinished.rename(data_dir / _NAME)


def read_run_record(data_dir: Path) -> RunRecord | None:
    """Return what the file says, or None where there is none of use."""
    try:
        return RunRecord.model_validate_json((data_dir / _NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def remove_run_record(data_dir: Path) -> None:
    """Remove the file."""
    (data_dir / _NAME).unlink(missing_ok=True)
