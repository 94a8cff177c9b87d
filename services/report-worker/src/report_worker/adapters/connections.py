"""Synchronous connections to PostgreSQL, under the role of reports, with time-outs."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg.errors import DiskFull as ServerDiskFull
from psycopg.errors import QueryCanceled

from report_worker.application.making import DatabaseUnavailable, TooSlow
from service_runtime.pools import server_settings

ROLE = "cohoi_report"
_CONNECT_TIMEOUT_S = 10


def connect(dsn: str, *, application: str, statement_timeout_s: float) -> psycopg.Connection:
    """Open a connection; raise DatabaseUnavailable where there is none to be had."""
    settings = server_settings(
        role=ROLE, application=application, statement_timeout_s=statement_timeout_s
    )
    options = " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())
    with translated():
        return psycopg.connect(
            dsn, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_S, options=options
        )


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
