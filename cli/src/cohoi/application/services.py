"""The services that `cohoi up` runs, as one table: a new one is a line here."""

from dataclasses import dataclass

_WORKER = ("-m", "celery", "--app", "report_worker.entrypoints.celery_app", "worker")
_SOLO = ("--pool", "solo", "--loglevel", "INFO", "--without-gossip", "--without-mingle")


@dataclass(frozen=True)
class Service:
    """One process: its name, and what the Python interpreter is called with."""

    name: str
    arguments: tuple[str, ...]
    stop_within_s: float = 8.0


RELAY = Service("relay", ("-m", "command_api.entrypoints.relay"))
"""Publishes the log to Kafka, where Kafka is named."""

# In the order of starting. Those behind the web do not keep people waiting for it.
SERVICES = (
    Service("projector", ("-m", "projector.entrypoints.run")),
    Service("jobs", ("-m", "command_api.entrypoints.jobs")),
    Service("web", ("-m", "cohoi.entrypoints.web")),
    Service("scheduler", ("-m", "report_worker.entrypoints.scheduler")),
    Service("reports-fast", (*_WORKER, *_SOLO, "-Q", "reports.fast", "-n", "fast@cohoi")),
    Service("reports-slow", (*_WORKER, *_SOLO, "-Q", "reports.slow", "-n", "slow@cohoi")),
    Service("purger", ("-m", "cohoi.entrypoints.purge_watch")),
)


def services_of(*, kafka: bool) -> tuple[Service, ...]:
    """Return the services that run: with a relay where there is Kafka to publish to."""
    return (RELAY, *SERVICES) if kafka else SERVICES
