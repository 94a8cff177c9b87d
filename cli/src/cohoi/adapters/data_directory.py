"""The data directory: made, locked for one supervisor, and checked for room."""

import contextlib
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cohoi.application.refusal import Refused

NEEDED_BYTES = 200 * 1024 * 1024  # a new cluster with its first write-ahead log, and some data
_LOCK_NAME = "lock"
_LOCK_WITHIN_S = 1.0  # a command that looks whether we run holds the lock for an instant
_LOCK_POLL_S = 0.05
_SUBDIRECTORIES = ("logs", "reports")


@contextmanager
def locked_data_directory(
    directory: Path, *, needed_bytes: int = NEEDED_BYTES
) -> Generator[Path, None, None]:
    """Make the directory and hold its lock; refuse where it is in use, unwritable or full.

    The lock is the kernel's, and ends with us however we end.
    """
    with sentences_for(directory):
        made = not directory.exists()
        directory.mkdir(parents=True, exist_ok=True)
        if made:
            # as root: PostgreSQL's user goes through it, and can list nothing
            directory.chmod(0o711 if os.geteuid() == 0 else 0o700)
        descriptor = os.open(directory / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with sentences_for(directory):
            _take(descriptor, directory)
            _refuse_full_disk(directory, needed_bytes)
            for name in _SUBDIRECTORIES:
                (directory / name).mkdir(mode=0o700, exist_ok=True)
        yield directory
    finally:
        os.close(descriptor)


def is_locked(directory: Path) -> bool:
    """Say whether a supervisor works in this directory right now."""
    try:
        descriptor = os.open(directory / _LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Refused(_sentence(directory, error)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def sentences_for(directory: Path) -> Generator[None, None, None]:
    """Turn what the file system answers into a sentence about the data directory."""
    try:
        yield
    except OSError as error:
        raise Refused(_sentence(directory, error)) from error


def _take(descriptor: int, directory: Path) -> None:
    deadline = time.monotonic() + _LOCK_WITHIN_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(_in_use(descriptor, directory)) from None
            time.sleep(_LOCK_POLL_S)
        else:
            break
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _in_use(descriptor: int, directory: Path) -> str:
    owner = ""
    with contextlib.suppress(OSError):
        pid = os.pread(descriptor, 32, 0).decode("ascii", errors="replace").strip()
        owner = f" by process {pid}" if pid.isdigit() else ""
    return (
        f"The data directory {directory} is in use{owner}: a Cohoi runs there. Stop it first, "
        "or name another directory with --data-dir."
    )


def _refuse_full_disk(directory: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(directory).free
    if free < needed_bytes:
        raise Refused(
            f"The disk of {directory} is full: {free // 1024**2} MB are free, and Cohoi needs "
            f"{needed_bytes // 1024**2} MB. Make room, or name another directory with --data-dir."
        )


def _sentence(directory: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk of {directory} is full: make room, or name another directory with "
            "--data-dir."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"The data directory {directory} cannot be used ({error.strerror}: "
            f"{error.filename or directory}). Start Cohoi as the user who owns it, or name "
            "another directory with --data-dir."
        )
    return (
        f"The data directory {directory} cannot be used: {error.strerror} "
        f"({error.filename or directory}). Name another one with --data-dir."
    )
