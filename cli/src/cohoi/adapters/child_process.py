"""Start a child process that cannot outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from cohoi.adapters.account import Account

_PR_SET_PDEATHSIG = 1
DIES_WITH_PARENT = sys.platform == "linux"  # elsewhere the watchdog process sees to it


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: Path,
    output: IO[bytes] | int,
    death_signal: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that Ctrl-C reaches it through us alone.

    `death_signal` is what the kernel sends it when we die, in whatever way. That follows the
    *thread* that forked, so only the main thread may call this.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started by the main thread: their lives hang on it")
    return subprocess.Popen(  # noqa: S603 - our own programs
        list(command),
        env=dict(environment),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
        umask=0o077,
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
        # runs after the change of user, which would clear the signal
        preexec_fn=_dying_with(os.getpid(), death_signal) if DIES_WITH_PARENT else None,  # noqa: PLW1509 - there are no other threads, and no other way to ask for it
    )


def _dying_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: after the fork is too late for it

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask
