"""What differs between environments, read from COHOI_* variables."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from service_runtime.kafka_access import KafkaSettings
from service_runtime.tokens import DEFAULT_AUDIENCE, DEFAULT_ISSUER


class Settings(KafkaSettings):
    """The settings of command-api: its door, its jobs and its relay."""

    model_config = SettingsConfigDict(env_prefix="COHOI_", frozen=True, extra="ignore")

    log_dsn: str
    """The database of schema `log`."""
    read_dsn: str
    """The database of schema `read`."""
    master_key_file: Path
    """The file of the key that wraps people's keys, and that request HMACs derive from."""
    jwks: Path | str
    """The key set that verifies tokens: a file, or an issuer's address (https://…)."""
    token_issuer: str = DEFAULT_ISSUER
    """What tokens say of who made them (`iss`)."""
    token_audience: str = DEFAULT_AUDIENCE
    """What tokens say of whom they are for (`aud`)."""
    jobs_dead_after_s: float = 15
    """A job whose process was silent for so long is given to another one."""
    relay_dead_after_s: float = 5
    """A lane whose relay was silent for so long is published by another one."""
    metrics_listen: str | None = None
    """Where a process without a web serves its numbers: a socket's path, or host:port."""


def load_settings() -> Settings:
    """Read the environment; raises where something is missing."""
    return Settings()  # pyright: ignore[reportCallIssue] - the values come from the environment
