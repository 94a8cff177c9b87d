"""The scheduler: `python -m report_worker.entrypoints.scheduler`, ended by SIGTERM or SIGINT."""

import signal
from types import FrameType

from report_worker.bootstrap.background import open_rounds
from report_worker.entrypoints.celery_app import app
from report_worker.settings import load_settings
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics


def main() -> None:
    """Enqueue and tidy until a signal ends it."""
    configure_logs("report-scheduler")
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    with open_rounds(settings, app) as rounds:

        def stop(_signal: int, _frame: FrameType | None) -> None:
            rounds.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        rounds.run()


if __name__ == "__main__":
    main()
