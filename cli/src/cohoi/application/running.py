"""How a command finds the product that it works beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cohoi.application.refusal import Refused
from service_runtime.addresses import Addresses


@dataclass(frozen=True)
class Running:
    """Where the parts of the product are that a command needs."""

    data_dir: Path
    addresses: Addresses
    redis_url: str | None
    address: str | None  # of the web
    postgres_bindir: Path | None
    master_key_file: Path
    jwks: Path | str
    signing_key: Path | None


def not_running(data_dir: Path) -> Refused:
    """Return the one sentence for a command that needs a running product."""
    return Refused(f"Cohoi is not running in {data_dir}: start it with `make run`.")


def unnamed(variables: Sequence[str]) -> Refused:
    """Return the one sentence for a command that was told of some databases and not of others."""
    return Refused(
        f"{' and '.join(variables)} must be set too, or DATABASE_URL for all that have no "
        "database of their own."
    )
