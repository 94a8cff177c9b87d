"""The two stores of the stack: our own servers or somebody else's, and how to reach them."""

from dataclasses import dataclass

import psycopg

from cohoi.adapters.postgres_binaries import OLDEST_MAJOR
from cohoi.adapters.redis_server import redis_answers
from cohoi.application.refusal import Refused

_CONNECT_TIMEOUT_S = 10
_SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class StoreAddresses:
    """How services reach PostgreSQL and Redis."""

    dsn: str
    redis_url: str


def refuse_unusable_database(dsn: str, variable: str) -> None:
    """Refuse what a variable names where it is no PostgreSQL that we can work with."""
    if not dsn.startswith(_SCHEMES):
        raise Refused(
            f"{variable} is no address of a PostgreSQL database: write it as "
            "postgresql://user:password@host:5432/database."
        )
    try:
        with psycopg.connect(dsn, connect_timeout=_CONNECT_TIMEOUT_S) as connection:
            version = connection.info.server_version // 10_000
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
        raise Refused(
            f"The database that {variable} names does not answer: {reason}. Start it, or "
            f"unset {variable} to let Cohoi run one of its own."
        ) from error
    if version < OLDEST_MAJOR or encoding != "UTF8":
        raise Refused(
            f"The database that {variable} names is PostgreSQL {version} in {encoding}; "
            f"Cohoi needs {OLDEST_MAJOR} or newer in UTF8."
        )


def refuse_unusable_redis(url: str) -> None:
    """Refuse what REDIS_URL names where nothing answers there."""
    if not redis_answers(url):
        raise Refused(
            "The server that REDIS_URL names does not answer. Start it, or unset REDIS_URL to "
            "let Cohoi run one of its own."
        )
