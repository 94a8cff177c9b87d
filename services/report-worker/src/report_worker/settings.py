"""What differs between environments, read from COHOI_* variables."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from service_runtime.tokens import DEFAULT_AUDIENCE, DEFAULT_ISSUER


class Settings(BaseSettings):
    """The settings of the report service: its door, its workers and its scheduler."""

    model_config = SettingsConfigDict(env_prefix="COHOI_", frozen=True, extra="ignore")

    reports_dsn: str
    """The database of schema `reports`."""
    read_dsn: str
    """The database of schema `read`."""
    log_dsn: str
    """The database of schema `log`, asked for callers and heads alone."""
    redis_url: str
    """Celery's broker: redis://, rediss:// or redis+socket:///path?virtual_host=0."""
    reports_dir: Path
    """Where the files are kept."""
    master_key_file: Path
    """The key that opens what facts say of people, for audits."""
    jwks: Path | str
    """The key set that verifies tokens: a file, or an issuer's address (https://…)."""
    token_issuer: str = DEFAULT_ISSUER
    """What tokens say of who made them (`iss`)."""
    token_audience: str = DEFAULT_AUDIENCE
    """What tokens say of whom they are for (`aud`)."""
    reports_dead_after_s: float = 15
    """A report whose worker was silent for so long is given to another one."""
    reports_wait_s: float = 10
    """How long a worker waits for the read models to reach a report's position, each try."""
    metrics_listen: str | None = None
    """Where a process without a web serves its numbers: a socket's path, or host:port."""


def load_settings() -> Settings:
    """Read the environment; raises where something is missing."""
    return Settings()  # pyright: ignore[reportCallIssue] - the values come from the environment
