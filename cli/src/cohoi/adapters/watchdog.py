"""The supervisor's line to the watchdog, which ends children where the kernel does not."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Self


class Watchdog:
    """A process that reads a pipe of ours: at its end, which is ours too, it ends our children.

    Linux has PR_SET_PDEATHSIG for this. Elsewhere PostgreSQL and Valkey would live on after a
    `kill -9` of the supervisor, and they watch no pipe.
    """

    def __init__(self, process: subprocess.Popen[bytes], pipe: int) -> None:
        self._process = process
        self._pipe = pipe

    @classmethod
    def start(cls) -> Self:
        """Start the process, in a session of its own so that Ctrl-C does not reach it."""
        reading, writing = os.pipe()
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cohoi.entrypoints.watchdog"],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(reading)
        return cls(process, writing)

    def watch(self, pid: int, death_signal: signal.Signals) -> None:
        """Have a child ended by that signal should we die first."""
        self._send(f"+{pid} {int(death_signal)}\n")

    def forget(self, pid: int) -> None:
        """Leave a pid alone from now on: its process has ended, and the number may return."""
        self._send(f"-{pid}\n")

    def close(self, *, within_s: float = 15) -> None:
        """Let it end what it still watches, and itself."""
        os.close(self._pipe)
        self._process.wait(timeout=within_s)

    def _send(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # it was killed; nothing else hangs on it
            os.write(self._pipe, line.encode("ascii"))
