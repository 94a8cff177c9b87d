"""A jobs process of its own, to be killed; and one at a time until a job has ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from support.real_command_door import write_settings

DEAD_AFTER_S = 1


class JobProcess:
    """`python -m command_api.entrypoints.jobs` over a database; nothing of it outlives the test."""

    def __init__(self, database: str, folder: Path) -> None:
        settings = write_settings(database, folder)
        self._log = (folder / "jobs.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "command_api.entrypoints.jobs"],
            env={
                "PATH": os.defpath,
                "COHOI_LOG_DSN": settings.log_dsn,
                "COHOI_READ_DSN": settings.read_dsn,
                "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
                "COHOI_JWKS": str(settings.jwks),
                "COHOI_JOBS_DEAD_AFTER_S": str(DEAD_AFTER_S),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=30)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self._log.close()
