"""What differs between environments; the one place of the command line that reads them."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from service_runtime.addresses import SCHEMAS, VARIABLES, Schema
from service_runtime.kafka_access import KafkaSettings


class BadSetting(Exception):  # noqa: N818 - says what is so
    """A variable or flag has a value that cannot be; the message names it and what can be."""


@dataclass(frozen=True)
class NamedDatabase:
    """An address, and the variable that gives it."""

    dsn: str
    variable: str


class Settings(KafkaSettings):
    """The variables of the command line, which its flags override."""

    model_config = SettingsConfigDict(
        env_prefix="COHOI_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        populate_by_name=True,
    )

    port: int = Field(default=8000, ge=0, le=65535)
    """The port of the web, on this machine alone; 0 takes a free one."""
    data_dir: Path = Path(".cohoi")
    demo: bool = True
    """Whether a new data directory gets demo data."""
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """The database of every schema that has none of its own named."""
    log_dsn: str | None = None
    """The database of schema `log`, with `vault`, as its owner reaches it."""
    read_dsn: str | None = None
    """The database of schema `read`, likewise."""
    reports_dsn: str | None = None
    """The database of schema `reports`, likewise."""
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")
    lanes: int | None = Field(default=None, ge=1, le=256)
    """How many lanes the log has: chosen with the first start, for ever; else 1."""
    kafka_bootstrap: str | None = Field(default=None, validation_alias="KAFKA_BOOTSTRAP")
    """Where Kafka is, as host:port,host:port; without it the projector reads the log's table."""
    master_key_file: Path | None = None
    jwks: str | None = None
    """The key set that verifies tokens: a file, or an issuer's address; else the own one."""
    purge_after_s: float = Field(default=43_200, ge=0)
    """How long after an erasure the embedded stack makes it leave the database's files too."""
    metrics_peers: Path | None = None
    """Where the neighbours of the web serve their numbers; `cohoi up` says it to the web."""
    metrics_listen: str | None = None
    """Where a process of ours without a web serves its numbers: a socket's path, or host:port."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """From which level on the web writes lines; DEBUG writes one for every request."""
    sudo_uid: int | None = Field(default=None, validation_alias="SUDO_UID")
    runtime_dir: Path | None = Field(default=None, validation_alias="XDG_RUNTIME_DIR")

    @property
    def directory(self) -> Path:
        """The data directory, as every process can name it."""
        return self.data_dir.expanduser().absolute()

    @property
    def named_databases(self) -> dict[Schema, NamedDatabase]:
        """Return the database of each schema that a variable names, with the variable."""
        own = {"log": self.log_dsn, "read": self.read_dsn, "reports": self.reports_dsn}
        named: dict[Schema, NamedDatabase] = {}
        for schema in SCHEMAS:
            if (dsn := own[schema]) is not None:
                named[schema] = NamedDatabase(dsn, VARIABLES[schema])
            elif self.database_url is not None:
                named[schema] = NamedDatabase(self.database_url, "DATABASE_URL")
        return named

    @property
    def temporary(self) -> Path:
        """Where short-lived files and sockets may stand."""
        runtime = self.runtime_dir
        if runtime is not None and runtime.is_dir() and os.access(runtime, os.W_OK):
            return runtime
        return Path(tempfile.gettempdir())


def load_settings(**flags: object) -> Settings:
    """Read the environment; flags that were given (are not None) come first."""
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        variable = name if name.isupper() else f"COHOI_{name.upper()}"
        raise BadSetting(f"{variable} has a bad value: {first['msg']}.") from error


def inherited_environment() -> dict[str, str]:
    """Return what the children inherit of our environment: all of it."""
    return dict(os.environ)  # noqa: TID251 - settings is where the environment is read
