"""A projector as a process of its own, to be killed in the middle of whatever it does."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Self

from projector.settings import Settings


class ProjectorProcess:
    """`python -m projector.entrypoints.run` over a log and a topic; use it as a context."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._log: IO[bytes] = (folder / "projector.log").open("ab")
        self.process = self._start()

    def kill_and_start(self) -> None:
        """End it as a power cut would, and start the next one."""
        self.process.kill()
        self.process.wait(timeout=30)
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self._settings
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "projector.entrypoints.run"],
            env={
                "PATH": os.defpath,
                "COHOI_LOG_DSN": settings.log_dsn,
                "COHOI_READ_DSN": settings.read_dsn,
                "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
                "COHOI_KAFKA_BOOTSTRAP": str(settings.kafka_bootstrap),
                "COHOI_KAFKA_TOPIC": settings.kafka_topic,
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(timeout=30)
        self._log.close()
