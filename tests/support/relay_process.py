"""A relay as a process of its own, to be stopped, killed and found by its hold."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from support.real_command_door import write_settings

DEAD_AFTER_S = 1.0


class RelayProcess:
    """`python -m command_api.entrypoints.relay` over a log and a topic; use it as a context."""

    def __init__(self, database: str, folder: Path, bootstrap: str, topic: str) -> None:
        settings = write_settings(database, folder)
        self._log = (folder / "relay.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "command_api.entrypoints.relay"],
            env={
                "PATH": os.defpath,
                "COHOI_LOG_DSN": settings.log_dsn,
                "COHOI_READ_DSN": settings.read_dsn,
                "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
                "COHOI_JWKS": str(settings.jwks),
                "COHOI_KAFKA_BOOTSTRAP": bootstrap,
                "COHOI_KAFKA_TOPIC": topic,
                "COHOI_RELAY_DEAD_AFTER_S": str(DEAD_AFTER_S),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    @property
    def pid(self) -> int:
        """Its process id, which stands in its holds too."""
        return self.process.pid

    def pause(self) -> None:
        """Let it stand still."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on, as if no time had passed."""
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(timeout=30)
        self._log.close()
