"""What people see of the supervisor: its own sentences, and the important lines of children."""

import contextlib
import sys
from dataclasses import dataclass, field
from typing import TextIO

from cohoi.domain.log_line import is_important, tells_of_progress

_WINDOW_S = 10.0
_LINES_A_WINDOW = 10
_LONGEST_LINE = 500


@dataclass
class _Quota:
    since: float = 0.0
    shown: int = 0


@dataclass
class Console:
    """Writes to stderr; a terminal that went away is no reason to stop."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _quotas: dict[str, _Quota] = field(default_factory=dict[str, _Quota])

    def say(self, sentence: str) -> None:
        """Show a sentence of the supervisor's own."""
        self._write(f"cohoi | {sentence}")

    def pass_on(self, child: str, line: str, now: float) -> None:
        """Show a child's line if it matters, or is waited for; up to a few in ten seconds."""
        if not (is_important(child, line) or tells_of_progress(line)):
            return
        quota = self._quotas.setdefault(child, _Quota(since=now))
        if now - quota.since >= _WINDOW_S:
            quota.since, quota.shown = now, 0
        quota.shown += 1
        if quota.shown <= _LINES_A_WINDOW:
            self._write(f"{child} | {line[:_LONGEST_LINE]}")
        elif quota.shown == _LINES_A_WINDOW + 1:
            self._write(f"{child} | … more of this stands in its log")

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"{line}\n")
            self.stream.flush()
