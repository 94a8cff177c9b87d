"""Synchronous connections to PostgreSQL, under the roles of reports, with time-outs."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import psycopg
from psycopg.errors import DiskFull as ServerDiskFull
from psycopg.errors import QueryCanceled

from report_worker.application.making import DatabaseUnavailable, TooSlow
from service_runtime.fence import SETTING
from service_runtime.pools import server_settings

ROLE: Final = "cohoi_report"
"""Sees the rows of one organization at a time."""
KEEPER: Final = "cohoi_report_keeper"
"""Sees the reports of all organizations, and no read model."""
_CONNECT_TIMEOUT_S: Final = 10
_DATES: Final = "set datestyle to iso"


def connect_to(
    dsn: str, org: UUID, *, application: str, statement_timeout_s: float
) -> psycopg.Connection:
    """Open a connection that sees the rows of one organization; raise DatabaseUnavailable."""
    fence = {SETTING: str(org)}
    settings = server_settings(
        role=ROLE, application=application, statement_timeout_s=statement_timeout_s, extra=fence
    )
    return _connect(dsn, settings)


def connect_as_keeper(
    dsn: str, *, application: str, statement_timeout_s: float
) -> psycopg.Connection:
    """Open a connection for what is done for all organizations; raise DatabaseUnavailable."""
    settings = server_settings(
        role=KEEPER, application=application, statement_timeout_s=statement_timeout_s
    )
    return _connect(dsn, settings)


def _connect(dsn: str, settings: Mapping[str, str]) -> psycopg.Connection:
    options = " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())
    with translated():
        connection = psycopg.connect(
            dsn, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, options=options
        )
        # Not among the options: what the worker's account prefers (PGDATESTYLE) goes before them.
        connection.execute(_DATES)
    return connection


@contextmanager
def translated() -> Generator[None]:
    """Raise what psycopg says of a lost, slow or full server in this program's words."""
    try:
        yield
    except QueryCanceled as error:
        raise TooSlow from error
    except (psycopg.OperationalError, psycopg.InterfaceError, ServerDiskFull) as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
