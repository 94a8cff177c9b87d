"""A PostgreSQL of one test's own, which it may stop, kill, freeze, fill up and start again."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from cohoi.adapters.child_process import spawn
from cohoi.adapters.postgres_binaries import find_postgres_binaries
from cohoi.adapters.postgres_home import postgres_server, settle_postgres_home
from cohoi.adapters.postgres_server import STOP_SIGNAL
from cohoi.bootstrap import schema_migrations
from service_runtime.migrations import migrate
from support.deadlines import eventually

_QUICK = {"fsync": "off", "full_page_writes": "off"}


class PrivatePostgres:
    """The product's own cluster with Cohoi's schemas; as a context it leaves nothing running."""

    def __init__(
        self, data_dir: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self._made = data_dir is None
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="cohoi-own-"))
        self.data_dir.chmod(0o711)  # as root, PostgreSQL's user must enter it
        self._settings = {**_QUICK, **(settings or {})}
        self._server = postgres_server(
            settle_postgres_home(self.data_dir),
            find_postgres_binaries(),
            Path(tempfile.gettempdir()),
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._frozen: list[int] = []

    def __enter__(self) -> Self:
        self._server.make_cluster(durable=False)
        self.start()
        self._server.make_database()
        asyncio.run(migrate(self.dsn, schema_migrations()))
        return self

    def __exit__(self, *_: object) -> None:
        self.thaw()
        self.stop()
        self._log.unlink(missing_ok=True)
        if self._made:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    @property
    def dsn(self) -> str:
        """The superuser's address of Cohoi's database."""
        return self._server.dsn()

    @property
    def cluster(self) -> Path:
        """The data directory in PostgreSQL's sense."""
        return self._server.cluster

    @property
    def said(self) -> str:
        """All that the server wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def _log(self) -> Path:
        # beside a data directory, which a test may fill up
        return self.data_dir.with_name(f"{self.data_dir.name}.log")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with self._log.open("ab") as output:
            self._process = spawn(
                self._server.command(self._settings),
                environment=self._server.environment,
                directory=self.data_dir,
                output=output,
                death_signal=STOP_SIGNAL,
                account=self._server.account,
            )
        eventually(self._server.is_ready, "PostgreSQL takes connections")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it, as a crash would; what was committed is there when it starts again."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=60)
            self._process = None

    @property
    def runs(self) -> bool:
        """Whether the server lives."""
        return self._process is not None and self._process.poll() is None

    def freeze(self) -> None:
        """Stop every process of the server where it stands: connections hang and do not break."""
        if self._process is None:
            raise RuntimeError("it does not run")
        listed = subprocess.run(  # noqa: S603 - a fixed program
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)],  # noqa: S607 - the system's
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
        self._frozen = [self._process.pid, *map(int, listed.split())]
        for pid in self._frozen:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        for pid in self._frozen:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
        self._frozen = []
