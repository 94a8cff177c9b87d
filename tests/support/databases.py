"""Fixtures that give tests a real PostgreSQL.

`postgres_cluster`  (session) a server: `.dsn(database)`, `.create(name, template)`, `.drop(name)`;
                    the product's own embedded one without fsync, COHOI_TEST_DATABASE_URL, or a
                    container (support.containers);
                    COHOI_TEST_POSTGRES_MAJOR=15 chooses among the installations of the machine
`database_template` (session) the name of a database with all of the product's migrations
`database`          (test) the superuser's DSN of a fresh database with all migrations
`empty_database`    (test) the same without any
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from cohoi.adapters.child_process import spawn
from cohoi.adapters.postgres_binaries import find_postgres_binaries
from cohoi.adapters.postgres_home import postgres_server, settle_postgres_home
from cohoi.adapters.postgres_server import STOP_SIGNAL, PostgresServer
from cohoi.bootstrap import bring_up_to_date
from service_runtime.addresses import Addresses
from service_runtime.ids import new_id
from support import containers

_TEMPLATE = "cohoi_template"
_READY_WITHIN_S = 60
_UNSAFE_AND_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class PostgresCluster:
    """A server where tests may make and drop databases."""

    admin_dsn: str

    def dsn(self, database: str) -> str:
        """Return the superuser's DSN of a database."""
        parts = urlsplit(self.admin_dsn)
        return urlunsplit(parts._replace(path=f"/{database}"))

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database as a copy of another one, and return its DSN."""
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.dsn(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_dsn, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    url = os.environ.get("COHOI_TEST_DATABASE_URL")  # noqa: TID251 - the tests' own setting
    if url:
        yield PostgresCluster(url)
        return
    if containers.wanted():
        with containers.postgres_container() as dsn:
            yield PostgresCluster(dsn)
        return
    data_dir = Path(tempfile.mkdtemp(prefix="cohoi-test-"))
    data_dir.chmod(0o711)  # as root, PostgreSQL's user must enter it
    try:
        server = _server(data_dir)
        server.make_cluster(durable=False)
        with (data_dir / "postgres.log").open("wb") as log:
            process = spawn(
                server.command(_UNSAFE_AND_FAST),
                environment=server.environment,
                directory=data_dir,
                output=log,
                death_signal=STOP_SIGNAL,
                account=server.account,
            )
        try:
            _wait_until_ready(server, process, data_dir / "postgres.log")
            yield PostgresCluster(server.dsn("postgres"))
        finally:
            process.send_signal(STOP_SIGNAL)
            process.wait(timeout=30)
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def database_template(postgres_cluster: PostgresCluster) -> Iterator[str]:
    postgres_cluster.drop(_TEMPLATE)
    dsn = postgres_cluster.create(_TEMPLATE)
    # the log is empty: nothing is folded, and so no key is asked for
    asyncio.run(bring_up_to_date(Addresses.one(dsn), Path("no.key"), _unseen))
    yield _TEMPLATE
    postgres_cluster.drop(_TEMPLATE)


@pytest.fixture
def database(postgres_cluster: PostgresCluster, database_template: str) -> Iterator[str]:
    name = f"test_{new_id().hex}"
    yield postgres_cluster.create(name, database_template)
    postgres_cluster.drop(name)


@pytest.fixture
def empty_database(postgres_cluster: PostgresCluster) -> Iterator[str]:
    name = f"test_{new_id().hex}"
    yield postgres_cluster.create(name)
    postgres_cluster.drop(name)


def _unseen(_done: int, _all: int) -> None:
    """Leave progress unread."""


def _server(data_dir: Path) -> PostgresServer:
    """Return the server as the product would start it; a test run may ask for another major."""
    major = os.environ.get("COHOI_TEST_POSTGRES_MAJOR")  # noqa: TID251 - the tests' own setting
    found = find_postgres_binaries()
    fitting = [one for one in found if major is None or one.major == int(major)]
    return postgres_server(settle_postgres_home(data_dir), fitting, Path(tempfile.gettempdir()))


def _wait_until_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not server.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.05)
