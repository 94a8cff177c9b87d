"""The heartbeat of an attempt: says that it lives, and learns when it is no longer wanted."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, Self

import structlog

from report_worker.domain.report import Attempt

_log: Final = structlog.get_logger(__name__)


class Beats(Protocol):
    """Where heartbeats are written; used by the pulse's own thread alone."""

    def beat(self, attempt: Attempt, rows: int, progress: float) -> bool:
        """Write a heartbeat; False where the attempt is no longer wanted."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class Unwanted(Exception):  # noqa: N818 - says what is so
    """The report was cancelled, or given to another attempt: stop, and leave nothing."""


class Stopping(Exception):  # noqa: N818 - says what is so
    """The worker is asked to end: give the report back and leave nothing."""


class Pulse:
    """Beats in a thread of its own, since a query or the packing of a file may take long.

    A beat that fails is tried again with the next: whether the attempt was given up meanwhile is
    settled by the row at its end, not here.
    """

    def __init__(
        self,
        attempt: Attempt,
        beats: Callable[[], Beats],
        *,
        interval_s: float,
        stopping: threading.Event,
    ) -> None:
        self._attempt = attempt
        self._open_beats = beats
        self._interval_s = interval_s
        self._stopping = stopping
        self._rows = 0
        self._unwanted = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="report-pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=30)

    def advance(self, rows: int) -> None:
        """Count rows that are written; raise Unwanted or Stopping where there is no more to do."""
        self._rows += rows
        self.check()

    def check(self) -> None:
        """Raise Unwanted or Stopping where there is no more to do."""
        if self._unwanted.is_set():
            raise Unwanted
        if self._stopping.is_set():
            raise Stopping

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than the attempt is wanted."""
        self._unwanted.wait(seconds)
        self.check()

    def _run(self) -> None:
        beats = self._open_beats()
        try:
            while not self._ended.wait(self._interval_s):
                try:
                    wanted = beats.beat(self._attempt, self._rows, self._progress())
                except Exception:  # noqa: BLE001 - a thread that dies would stop the heart
                    _log.warning("heartbeat_failed", report=str(self._attempt.order.id))
                    continue
                if not wanted:
                    self._unwanted.set()
                    return
        finally:
            beats.close()

    def _progress(self) -> float:
        """Return how far it is, by the rows expected; whole only when it is done."""
        return min(0.99, self._rows / max(1, self._attempt.order.expected_rows))
