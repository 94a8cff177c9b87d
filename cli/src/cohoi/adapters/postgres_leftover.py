"""A PostgreSQL that a killed supervisor left behind in our directory, and its pid file."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

_POLL_S = 0.1
_PS_TIMEOUT_S = 10


def end_leftover_postgres(cluster: Path, *, within_s: float = 30) -> None:
    """Wait for the end of a server that still runs on this cluster, and help it after a while.

    Only for whoever holds the data directory's lock: such a server is nobody's any more. The
    pid in the file may meanwhile be that of another program, for which PostgreSQL would wait
    for ever: such a file is removed.
    """
    pid_file = cluster / "postmaster.pid"
    deadline = time.monotonic() + within_s
    signals = iter((signal.SIGINT, signal.SIGQUIT))
    next_signal_at = time.monotonic() + within_s / 10
    while (pid := _pid_in(pid_file)) is not None and time.monotonic() < deadline:
        if not _is_postgres(pid):
            pid_file.unlink(missing_ok=True)
            return
        if time.monotonic() >= next_signal_at:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, next(signals, signal.SIGQUIT))
            next_signal_at = time.monotonic() + within_s / 3
        time.sleep(_POLL_S)


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_postgres(pid: int) -> bool:
    """Ask the system for the name of a process's program; a dead one has none."""
    try:
        said = subprocess.run(  # noqa: S603 - a number
            ["ps", "-o", "stat=,comm=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
            capture_output=True,
            text=True,
            timeout=_PS_TIMEOUT_S,
            check=False,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return True  # without knowing better, let PostgreSQL judge for itself
    return "postgres" in said and not said.startswith("Z")
