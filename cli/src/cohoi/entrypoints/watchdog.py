"""The process that outlives a killed supervisor by seconds, to end the children it left."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

_GRACE_S = 5
_POLL_S = 0.1


def watched_at_the_end(lines: Iterable[str]) -> dict[int, int]:
    """Read `+pid signal` and `-pid` to the end of the pipe; return what is still watched."""
    watched: dict[int, int] = {}
    for line in lines:
        if line.startswith("+"):
            pid, number = line[1:].split()
            watched[int(pid)] = int(number)
        else:
            watched.pop(int(line[1:]), None)
    return watched


def end(watched: dict[int, int]) -> None:
    """Send each process its signal, and SIGKILL to those that do not heed it."""
    for pid, number in watched.items():
        _send(pid, number)
    deadline = time.monotonic() + _GRACE_S
    while any(_lives(pid) for pid in watched) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    for pid in watched:
        _send(pid, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    end(watched_at_the_end(sys.stdin))
