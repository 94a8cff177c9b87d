"""The log file of a child: lines with the time, and a limit on its size."""

import contextlib
import os
from pathlib import Path
from typing import BinaryIO

from service_runtime.clock import utc_now

LARGEST_BYTES = 10 * 1024 * 1024  # then it becomes the `.1`, which is dropped the next time


class ChildLog:
    """Appends lines to a file, which it turns over when it has grown."""

    def __init__(self, path: Path, *, largest_bytes: int = LARGEST_BYTES) -> None:
        self.path = path
        self._largest = largest_bytes
        self._file = _appending(path)
        self._size = self._file.tell()

    def write(self, line: bytes) -> None:
        """Append one line. A disk that is full loses lines, not the product."""
        stamped = b"%s | %s\n" % (utc_now().isoformat(timespec="milliseconds").encode(), line)
        if self._size + len(stamped) > self._largest:
            self._turn_over()
        with contextlib.suppress(OSError):
            self._size += self._file.write(stamped)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _turn_over(self) -> None:
        with contextlib.suppress(OSError):
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
            renewed = _appending(self.path)
            self._file.close()
            self._file, self._size = renewed, 0


def _appending(path: Path) -> BinaryIO:
    """Open a log for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", 0)
