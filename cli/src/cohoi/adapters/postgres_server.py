"""A PostgreSQL cluster of our own: made, started in the foreground, reached over its socket."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from cohoi.adapters.account import Account
from cohoi.adapters.postgres_binaries import PostgresBinaries
from cohoi.application.refusal import Refused

SUPERUSER = "cohoi"
DATABASE = "cohoi"
SOCKET_NAME = ".s.PGSQL.5432"
STOP_SIGNAL = signal.SIGINT  # a fast shutdown: sessions are ended, a checkpoint is written
IMMEDIATE_STOP_SIGNAL = signal.SIGQUIT  # as a crash, without the loss: the next start recovers
_PORT = 5432  # of the socket's name only
_INITDB_TIMEOUT_S = 120
_CONNECT_TIMEOUT_S = 5
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "cluster_name": "cohoi",
}


@dataclass(frozen=True)
class PostgresServer:
    """Where a cluster lies, whose programs run it, and where its socket stands."""

    home: Path  # holds the cluster; `account` can enter it
    sockets: Path
    binaries: PostgresBinaries
    account: Account | None = None

    @property
    def cluster(self) -> Path:
        """The data directory in PostgreSQL's sense."""
        return self.home / "postgres"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see: nothing of ours that could change their ways."""
        return {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "TZ": "UTC",
            "HOME": str(self.home),
        }

    def dsn(self, database: str = DATABASE) -> str:
        """Return the superuser's address of a database, as asyncpg and psycopg both read it."""
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={host}&port={_PORT}"

    def make_cluster(self, *, durable: bool = True) -> None:
        """Make the cluster where there is none: aside first, so that half of one never counts."""
        if self.cluster.exists():
            return
        unfinished = self.home / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(unfinished, self.account.uid, self.account.gid)
        self._initdb(unfinished, durable=durable)
        unfinished.rename(self.cluster)

    def _initdb(self, directory: Path, *, durable: bool) -> None:
        command = [
            str(self.binaries.program("initdb")),
            f"--pgdata={directory}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's directory is private
            "--locale=C",  # the same order on every machine, whatever its libraries
            "--encoding=UTF8",
            "--data-checksums",
            "--no-instructions",
            *([] if durable else ["--no-sync"]),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments
                command,
                env=self.environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                user=None if self.account is None else self.account.uid,
                group=None if self.account is None else self.account.gid,
                extra_groups=None if self.account is None else [],
                timeout=_INITDB_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused(f"PostgreSQL's initdb did not run in {self.home}: {error}.") from error
        if done.returncode != 0:
            raise Refused(_why_initdb_failed(self.home, done.stdout.decode(errors="replace")))

    def command(self, settings: Mapping[str, str] | None = None) -> list[str]:
        """Return the command that runs the server in the foreground."""
        chosen = {
            **_SETTINGS,
            "unix_socket_directories": f'"{self.sockets}"',
            **(settings or {}),
        }
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries.program("postgres")), "-D", str(self.cluster), *options]

    def is_ready(self) -> bool:
        """Say whether the server takes a connection right now."""
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=_CONNECT_TIMEOUT_S).close()
        except psycopg.OperationalError:
            return False
        return True

    def make_database(self) -> None:
        """Make Cohoi's database where there is none."""
        with psycopg.connect(
            self.dsn("postgres"), connect_timeout=_CONNECT_TIMEOUT_S, autocommit=True
        ) as connection:
            make_database(connection, DATABASE)


def make_database(connection: psycopg.Connection, name: str) -> None:
    """Make a database where there is none of that name."""
    exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if exists is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        )


def cluster_major(cluster: Path) -> int | None:
    """Return the major version that wrote a cluster, or None where there is none yet."""
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        if cluster.exists():
            raise Refused(
                f"{cluster} is no PostgreSQL cluster: it lacks the file PG_VERSION. "
                "Restore it from a backup, or name another directory with --data-dir."
            ) from None
        return None
    except (OSError, ValueError) as error:
        raise Refused(
            f"{cluster}/PG_VERSION cannot be read ({error}). Start Cohoi as the user who "
            "made the directory, or name another one with --data-dir."
        ) from error


def _why_initdb_failed(home: Path, said: str) -> str:
    if "No space left on device" in said:
        return f"The disk of {home} is full: make room, or name another one with --data-dir."
    reason = next((line for line in said.splitlines() if "error:" in line), said.strip()[-300:])
    return f"PostgreSQL could not make its cluster in {home}: {reason.strip()}"
