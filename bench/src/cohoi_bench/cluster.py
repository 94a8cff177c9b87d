"""A durable PostgreSQL of the bench's own: the product's cluster, or the one that is named."""

import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from cohoi.adapters.child_process import spawn
from cohoi.adapters.postgres_binaries import find_postgres_binaries
from cohoi.adapters.postgres_home import postgres_server, settle_postgres_home
from cohoi.adapters.postgres_server import STOP_SIGNAL

_READY_WITHIN_S: Final = 60.0
_STOPPED_WITHIN_S: Final = 120.0


@dataclass(frozen=True)
class Cluster:
    """Where databases of the bench are made and dropped."""

    admin_dsn: str
    bindir: Path | None

    def dsn(self, database: str) -> str:
        """Return the superuser's DSN of a database."""
        return urlunsplit(urlsplit(self.admin_dsn)._replace(path=f"/{database}"))

    def exists(self, database: str) -> bool:
        """Say whether there is such a database."""
        with psycopg.connect(self.admin_dsn, connect_timeout=10) as connection:
            asked = "SELECT FROM pg_database WHERE datname = %s"
            return connection.execute(asked, [database]).fetchone() is not None

    def create(self, database: str) -> str:
        """Make an empty database, and return its DSN."""
        self._do(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))
        return self.dsn(database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._do(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_dsn, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)


@contextmanager
def open_cluster(data_dir: Path, database_url: str | None) -> Generator[Cluster]:
    """Start the product's own PostgreSQL, with its settings and every commit on the disk."""
    if database_url is not None:
        yield Cluster(database_url, None)
        return
    data_dir.mkdir(parents=True, exist_ok=True)
    data_dir.chmod(0o711)  # as root, PostgreSQL's user must enter it
    home = settle_postgres_home(data_dir)
    server = postgres_server(home, find_postgres_binaries(), Path(tempfile.gettempdir()))
    server.make_cluster()
    with (data_dir / "postgres.log").open("ab") as log:
        process = spawn(
            server.command(),
            environment=server.environment,
            directory=home.directory,
            output=log,
            death_signal=STOP_SIGNAL,
            account=server.account,
        )
    try:
        deadline = time.monotonic() + _READY_WITHIN_S
        while not server.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: see {data_dir / 'postgres.log'}")
            time.sleep(0.1)
        yield Cluster(server.dsn("postgres"), server.binaries.directory)
    finally:
        process.send_signal(STOP_SIGNAL)
        process.wait(timeout=_STOPPED_WITHIN_S)
