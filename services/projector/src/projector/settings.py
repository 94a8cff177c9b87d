"""What differs between environments, read from COHOI_* variables."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from service_runtime.kafka_access import KafkaSettings


class Settings(KafkaSettings):
    """The settings of the projector, read once when it starts."""

    model_config = SettingsConfigDict(env_prefix="COHOI_", frozen=True, extra="ignore")

    log_dsn: str
    """The database of the schemas `log` and `vault`."""
    read_dsn: str
    """The database of schema `read`."""
    master_key_file: Path
    """The file of the key that wraps the keys of persons."""
    metrics_listen: str | None = None
    """Where a process without a web serves its numbers: a socket's path, or host:port."""


def load_settings() -> Settings:
    """Read the environment; raises where something is missing."""
    return Settings()  # pyright: ignore[reportCallIssue] - the values come from the environment
