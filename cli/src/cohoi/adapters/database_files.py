"""The files of a PostgreSQL database: tables written anew, the write-ahead log renewed."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, Final

import psycopg
from psycopg import errors, sql

from cohoi.application.purging import Say
from cohoi.application.refusal import Refused
from service_runtime.addresses import Addresses, Schema
from service_runtime.sql import load_sql

_SQL: Final = "cohoi.adapters.purge_sql"
_CONNECT_TIMEOUT_S: Final = 10
_LOCK_TIMEOUT_S: Final = 10
_TRIES: Final = 6
_PAUSE_S: Final = 2.0
_RELOADED_WITHIN_S: Final = 30.0

TABLES: Final[Mapping[Schema, Sequence[tuple[str, str]]]] = {
    "log": (
        ("vault", "keys"),
        ("log", "views"),
        ("log", "jobs"),
        ("log", "uploads"),
        ("log", "refusals"),
    ),
    "read": (),
    "reports": (("reports", "reports"), ("reports", "receipts")),
}
"""What may have held something of somebody erased, by database, beside the read models."""

STATISTICS: Final = ("pg_catalog", "pg_statistic")
"""The planner's samples of columns, in every database: names of people are among them."""


class PostgresFiles:
    """The databases at an owner's addresses; what its role may not do is said, and left."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def pending(self) -> int:
        """Return the ordinal of the newest erasure that is not purged yet; 0 for none."""
        return self._value("newest_pending") or 0

    def oldest_pending_s(self) -> float | None:
        """Return how long ago the oldest erasure was that is not purged yet; None for none."""
        return self._value("oldest_pending")

    def rewrite_tables(self, say: Say) -> Sequence[str]:
        """Write tables that held something of people anew; return what could not be done.

        A plain VACUUM frees the room of deleted rows and leaves their bytes in it; only a copy
        of the table leaves them behind. It locks the table while it copies.
        """
        left_over: list[str] = []

        def note(said: errors.Diagnostic) -> None:
            left_over.append(said.message_primary or "PostgreSQL warned without a word")

        for dsn, there in self._addresses.databases().items():
            with _connected(dsn) as connection:
                connection.add_notice_handler(note)
                for schema, table in [*(one for name in there for one in TABLES[name]), STATISTICS]:
                    say(f"writing {schema}.{table} anew …")
                    left_over += _rewritten(connection, schema, table)
        return left_over

    def renew_write_ahead_log(self) -> Sequence[str]:
        """Let no segment stay that was written before; return what could not be done.

        PostgreSQL keeps old segments to write over them later, content and all. So it is told
        not to, those that lie ready are used up, and a checkpoint removes the rest.
        """
        left_over: list[str] = []
        for dsn in self._addresses.databases():
            with _connected(dsn) as connection:
                try:
                    _renew_segments(connection)
                except errors.InsufficientPrivilege as error:
                    left_over.append(
                        f"The write-ahead log could not be renewed: {_first_line(error)}."
                    )
        return left_over

    def settle(self, upto: int) -> int:
        """Note that erasures up to an ordinal are purged; return how many it are."""
        with _connected(self._addresses.log) as connection:
            return connection.execute(load_sql(_SQL, "settle").encode(), [upto]).rowcount

    def _value(self, name: str) -> Any:  # noqa: ANN401 - a cell
        with _connected(self._addresses.log) as connection:
            row = connection.execute(load_sql(_SQL, name).encode()).fetchone()
            return None if row is None else row[0]


def _connected(dsn: str) -> Any:  # noqa: ANN401 - closing is generic in what it closes
    try:
        connection = psycopg.connect(
            dsn,
            autocommit=True,
            connect_timeout=_CONNECT_TIMEOUT_S,
            application_name="cohoi purge",
            options=f"-c lock_timeout={_LOCK_TIMEOUT_S * 1000}",
        )
    except psycopg.OperationalError as error:
        raise Refused(f"The database cannot be reached: {_first_line(error)}.") from error
    return closing(connection)


def _renew_segments(connection: psycopg.Connection) -> None:
    connection.execute("alter system set wal_recycle = off")
    connection.execute("select pg_reload_conf()")
    _wait_for_reload(connection)
    for _ in range(2):
        connection.execute("checkpoint")
        connection.execute(load_sql(_SQL, "use_up_segments").encode())
    connection.execute("checkpoint")
    connection.execute("alter system reset wal_recycle")
    connection.execute("select pg_reload_conf()")


def _rewritten(connection: psycopg.Connection, schema: str, table: str) -> list[str]:
    statement = sql.SQL("vacuum (full) {}").format(sql.Identifier(schema, table))
    for _ in range(_TRIES):
        try:
            connection.execute(statement)
        except errors.LockNotAvailable:
            time.sleep(_PAUSE_S)
        except errors.InsufficientPrivilege as error:
            return [f"{schema}.{table} could not be written anew: {_first_line(error)}."]
        else:
            return []
    return [f"{schema}.{table} could not be written anew: something holds it all the time."]


def _wait_for_reload(connection: psycopg.Connection) -> None:
    deadline = time.monotonic() + _RELOADED_WITHIN_S
    while connection.execute("show wal_recycle").fetchone() != ("off",):
        if time.monotonic() > deadline:
            raise Refused("PostgreSQL does not read its settings anew; look at its log.")
        time.sleep(0.05)


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
