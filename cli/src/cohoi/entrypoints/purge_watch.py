"""The embedded stack's own purge: within a day of an erasure, without anybody asking."""

import signal
import subprocess
import sys
import threading
from typing import Final

import structlog

from cohoi.adapters.database_files import PostgresFiles
from cohoi.application.refusal import Refused
from cohoi.bootstrap import addresses_of
from cohoi.settings import load_settings
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics

_ROUND_S: Final = 600.0
_LONGEST_S: Final = 3 * 3600.0
_AFTER_FAILURE_S: Final = 24 * 3600.0  # what its role may not do, it may not do in ten minutes
_STOP_WITHIN_S: Final = 5.0
_log: Final = structlog.get_logger(__name__)


def main() -> None:
    """Look now and then, and purge once the oldest erasure has waited long enough."""
    configure_logs("purger")
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    files = PostgresFiles(addresses_of(settings))
    stopping = threading.Event()

    def stop(_signal: int, _frame: object) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    pause_s = min(_ROUND_S, max(1.0, settings.purge_after_s))
    while not stopping.is_set():
        failed = _is_due(files, settings.purge_after_s) and not _purge(stopping)
        stopping.wait(_AFTER_FAILURE_S if failed else pause_s)


def _is_due(files: PostgresFiles, after_s: float) -> bool:
    try:
        waited_s = files.oldest_pending_s()
    except Refused as refused:
        _log.warning("purge_not_asked", reason=str(refused))
        return False
    return waited_s is not None and waited_s >= after_s


def _purge(stopping: threading.Event) -> bool:
    """Run the command as a process of its own, so that this one stays small; stop with it.

    Returns whether it did all.
    """
    command = [sys.executable, "-P", "-m", "cohoi.entrypoints.main", "purge", "--json"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as child:  # noqa: S603 - our own
        waited_s = 0.0
        while child.poll() is None and waited_s < _LONGEST_S:
            if stopping.wait(0.5):
                break
            waited_s += 0.5
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()
        code = child.wait()
    if code == 0:
        _log.info("purged")
    else:
        _log.error("purge_failed", exit_code=code, advice="run `cohoi purge` and read what it says")
    return code == 0


if __name__ == "__main__":
    main()
