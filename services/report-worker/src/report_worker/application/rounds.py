"""The scheduler's rounds: enqueue often, tidy now and then, end when asked to."""

import threading
from collections.abc import Callable
from typing import Final

import structlog

from report_worker.application.making import DatabaseUnavailable, TooSlow
from report_worker.application.sweeping import Sweeper

_log: Final = structlog.get_logger(__name__)


class Rounds:
    """Runs a sweeper until it is stopped; a database that is away is waited for."""

    def __init__(
        self,
        sweeper: Sweeper,
        *,
        wait: Callable[[float], None],
        round_s: float,
        rounds_between_tidying: int,
    ) -> None:
        self._sweeper = sweeper
        self._wait = wait
        self._round_s = round_s
        self._rounds_between_tidying = rounds_between_tidying
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End with the present round; for signal handlers."""
        self._stopping.set()

    def run(self) -> None:
        """Go round until stopped, tidying in the first round and every so many after it."""
        rounds = 0
        while not self._stopping.is_set():
            try:
                self._sweeper.enqueue()
                self._sweeper.follow_erasures()
                if rounds % self._rounds_between_tidying == 0:
                    self._sweeper.tidy()
            except (DatabaseUnavailable, TooSlow) as error:
                _log.warning("sweep_failed", reason=type(error).__name__)
            except OSError as error:
                _log.warning("report_store_unusable", reason=error.strerror)
            rounds += 1
            if not self._stopping.is_set():
                self._wait(self._round_s)
