"""A process of one service, to be stopped, killed, paused: nothing of it outlives the test."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self


class ServiceProcess:
    """`python -m MODULE` with a few variables, its words in a file; use it as a context."""

    def __init__(self, module: str, environment: Mapping[str, str], log: Path) -> None:
        self._command = [sys.executable, "-P", "-m", module]
        self._environment = {"PATH": os.defpath, **environment}
        self._log = log.open("ab")
        self.process = self._start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=30)

    def kill_and_start(self) -> None:
        """End it so, and start the next one."""
        self.kill()
        self.process = self._start()

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def pause(self) -> None:
        """Let it stand still."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on, as if no time had passed."""
        self.process.send_signal(signal.SIGCONT)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own programs
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self._log.close()
