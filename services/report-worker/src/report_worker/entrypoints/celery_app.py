"""The Celery application: `celery -A report_worker.entrypoints.celery_app worker --pool solo`."""

from functools import cache
from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

from report_worker.adapters.celery_queues import TASK, celery_settings
from report_worker.application.making import Maker
from report_worker.bootstrap.background import build_maker
from report_worker.settings import load_settings
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics

app = Celery("report_worker", set_as_current=False)
app.add_defaults(lambda: celery_settings(load_settings().redis_url))  # read when first needed


@cache
def _maker() -> Maker:
    return build_maker(load_settings())


def make_report(report: str, attempt: int) -> None:
    """Make a report under a fencing token; without an effect where the row says otherwise."""
    _maker().make(UUID(report), attempt)


app.task(name=TASK)(make_report)


@setup_logging.connect
def _configure_logs(**_: Any) -> None:  # noqa: ANN401 - Celery's signal
    """Write our logs, not Celery's: whoever listens to this signal replaces them."""
    configure_logs("report-worker")


@worker_ready.connect
def _serve_metrics(**_: Any) -> None:  # noqa: ANN401 - Celery's signal
    where = load_settings().metrics_listen
    if where is not None:
        serve_metrics(where)


@worker_shutting_down.connect
def _give_back(**_: Any) -> None:  # noqa: ANN401 - Celery's signal
    """Give the report in hand back at once, so that stopping does not wait for its end."""
    if _maker.cache_info().currsize:
        _maker().stop()
