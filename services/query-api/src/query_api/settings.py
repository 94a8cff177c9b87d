"""What differs between environments, read from COHOI_* variables."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from service_runtime.tokens import DEFAULT_AUDIENCE, DEFAULT_ISSUER


class Settings(BaseSettings):
    """The settings of query-api, read once when it starts."""

    model_config = SettingsConfigDict(env_prefix="COHOI_", frozen=True, extra="ignore")

    log_dsn: str
    """The database of the schemas `log` and `vault`."""
    read_dsn: str
    """The database of schema `read`."""
    master_key_file: Path
    """The file of the key that wraps the keys of persons."""
    jwks: Path | str
    """The key set that verifies tokens: a file, or an issuer's address (https://…)."""
    token_issuer: str = DEFAULT_ISSUER
    """What tokens say of who made them (`iss`)."""
    token_audience: str = DEFAULT_AUDIENCE
    """What tokens say of whom they are for (`aud`)."""
    query_connections: int = 8
    """How many connections each of the two databases gets from one process."""


def load_settings() -> Settings:
    """Read the environment; raises where something is missing."""
    return Settings()  # pyright: ignore[reportCallIssue] - the values come from the environment
