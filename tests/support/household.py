"""The processes of a running product, by name: who they are, what they use, and their end."""

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MARKS: Final = {
    "web": "cohoi.entrypoints.web",
    "projector": "projector.entrypoints.run",
    "jobs": "command_api.entrypoints.jobs",
    "scheduler": "report_worker.entrypoints.scheduler",
    "reports-fast": "reports.fast",
    "reports-slow": "reports.slow",
    "purger": "cohoi.entrypoints.purge_watch",
    "postgres": "/postgres -D",
    "redis": "redis.sock",
}
"""What a child's command line has and no other's."""

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Use:
    """What one process uses: memory of its own in bytes, and open files and sockets."""

    memory: int
    handles: int


def children(supervisor: int) -> dict[str, int]:
    """Return the pids of a supervisor's children by their names; who is dead is left out."""
    listed = subprocess.run(  # noqa: S603 - a fixed program
        ["ps", "-ww", "-o", "pid=,stat=,args=", "--ppid", str(supervisor)],  # noqa: S607 - the system's
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    ).stdout
    found: dict[str, int] = {}
    for line in listed.splitlines():
        pid, state, args = line.split(None, 2)
        names = [name for name, mark in MARKS.items() if mark in args]
        if names and not state.startswith("Z"):
            found[names[0]] = int(pid)
    return found


def kill(pid: int) -> None:
    """End a process as nobody asks it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def use_of(pid: int) -> Use | None:
    """Return what a process uses; None where it is gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        handles = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return None
    # shared pages are the database's buffers, or the interpreter's code
    return Use((int(pages[1]) - int(pages[2])) * _PAGE, handles)
