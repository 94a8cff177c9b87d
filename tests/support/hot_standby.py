"""A hot standby of a test's own PostgreSQL: it replays what the primary writes, as it writes it."""

import shutil
import signal
import tempfile
from pathlib import Path
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

import psycopg

from support.deadlines import eventually
from support.private_postgres import PrivatePostgres

_SETTINGS: Final = {
    "hot_standby": "on",
    "hot_standby_feedback": "off",
    # what is in the way of replaying is cancelled at once
    "max_standby_streaming_delay": "100ms",
    "wal_receiver_status_interval": "1s",
}


class HotStandby:
    """Streams from a primary; as a context it leaves nothing running and nothing on the disk."""

    def __init__(self, primary: PrivatePostgres) -> None:
        self._primary = primary
        self._directory = Path(tempfile.mkdtemp(prefix="cohoi-standby-"))
        self._directory.chmod(0o711)  # as root, PostgreSQL's user must enter it
        self._server: PrivatePostgres | None = None

    def __enter__(self) -> Self:
        """Copy the primary while it stands still, which needs no program but PostgreSQL's own."""
        self._primary.stop(signal.SIGINT)
        _copy(self._primary.cluster, self._directory / "postgres")
        self._primary.start()
        asked = parse_qs(urlsplit(self._primary.dsn).query)
        conninfo = f"host={asked['host'][0]} port={asked['port'][0]} user=cohoi"
        settings = {**_SETTINGS, "primary_conninfo": conninfo}
        self._server = PrivatePostgres(self._directory, settings)
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.__exit__()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def dsn(self) -> str:
        """The superuser's address of Cohoi's database on the standby."""
        assert self._server is not None
        return self._server.dsn

    def pause(self) -> None:
        """Let it replay nothing more."""
        self.run("select pg_wal_replay_pause()")
        paused = "select pg_get_wal_replay_pause_state()"
        eventually(lambda: self.run(paused) == "paused", "replay is paused")

    def resume(self) -> None:
        """Let it go on replaying."""
        self.run("select pg_wal_replay_resume()")

    def promote(self) -> None:
        """Make a primary of it."""
        assert self.run("select pg_promote()") is True

    def catch_up(self) -> None:
        """Wait until it has replayed what the primary has written so far."""
        with psycopg.connect(self._primary.dsn, autocommit=True) as connection:
            row = connection.execute("select pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        reached = f"select pg_last_wal_replay_lsn() >= '{row[0]}'::pg_lsn"
        eventually(lambda: self.run(reached), "the standby has replayed it")

    def run(self, statement: str) -> object:
        """Run a statement on the standby; return its first cell."""
        with psycopg.connect(self.dsn, autocommit=True, connect_timeout=10) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return None if row is None else row[0]


def _copy(cluster: Path, copy: Path) -> None:
    """Copy a cluster that does not run, with its owner."""
    shutil.copytree(cluster, copy, symlinks=True)
    owner = cluster.stat()
    (copy / "standby.signal").touch()
    for path in (copy, *copy.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    copy.chmod(0o700)
