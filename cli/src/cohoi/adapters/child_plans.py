"""What each child of the stack is, in the terms of the supervisor."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cohoi.adapters.postgres_server import IMMEDIATE_STOP_SIGNAL, PostgresServer
from cohoi.adapters.postgres_server import STOP_SIGNAL as POSTGRES_STOP
from cohoi.adapters.redis_server import STOP_SIGNAL as REDIS_STOP
from cohoi.adapters.redis_server import RedisServer, redis_answers
from cohoi.adapters.supervisor import ChildPlan
from cohoi.application.launch import DEMO, MIGRATE, POSTGRES, REDIS
from cohoi.application.services import Service

_POSTGRES_LAYER, _REDIS_LAYER, _SERVICE_LAYER = range(3)
_RECOVERY_WITHIN_S = 600.0  # after a crash it first replays what it had promised
_WEB_READY_WITHIN_S = 120.0
_DEMO_WITHIN_S = 900.0
_MIGRATE_WITHIN_S = 24 * 3_600.0  # after an upgrade it may replay the whole history


def postgres_plan(server: PostgresServer) -> ChildPlan:
    """Return how PostgreSQL is run; ready means that Cohoi's database is there too."""

    def ready() -> bool:
        if not server.is_ready():
            return False
        server.make_database()
        return True

    return ChildPlan(
        name=POSTGRES,
        command=tuple(server.command()),
        environment=server.environment,
        directory=server.home,
        layer=_POSTGRES_LAYER,
        stop_signal=POSTGRES_STOP,
        hard_stop_signal=IMMEDIATE_STOP_SIGNAL,
        stop_within_s=15.0,
        death_signal=POSTGRES_STOP,
        account=server.account,
        ready=ready,
        ready_within_s=_RECOVERY_WITHIN_S,
    )


def redis_plan(server: RedisServer) -> ChildPlan:
    """Return how Valkey is run; a file that it cannot read is set aside, as it can be missed."""

    def mend() -> str:
        return f"redis cannot read its file: it was moved to {server.set_aside()}"

    return ChildPlan(
        name=REDIS,
        command=tuple(server.command()),
        environment={"PATH": os.defpath},
        directory=server.home.parent,
        layer=_REDIS_LAYER,
        stop_signal=REDIS_STOP,
        death_signal=REDIS_STOP,
        ready=lambda: redis_answers(server.url),
        mend=mend,
    )


def service_plan(
    service: Service,
    environment: Mapping[str, str],
    directory: Path,
    ready: Callable[[], bool] | None,
) -> ChildPlan:
    """Return how one service is run."""
    return ChildPlan(
        name=service.name,
        command=_python(service.arguments),
        environment=environment,
        directory=directory,
        layer=_SERVICE_LAYER,
        stop_within_s=service.stop_within_s,
        ready=ready,
        ready_within_s=_WEB_READY_WITHIN_S,
    )


def one_off_plans(environment: Mapping[str, str], directory: Path) -> list[ChildPlan]:
    """Return the children that end by themselves: the migrations and the demo."""
    modules = {
        MIGRATE: (("-m", "cohoi.entrypoints.main", "migrate"), _MIGRATE_WITHIN_S),
        DEMO: (("-m", "cohoi.entrypoints.demo"), _DEMO_WITHIN_S),
    }
    return [
        ChildPlan(
            name=name,
            command=_python(arguments),
            environment=environment,
            directory=directory,
            layer=_SERVICE_LAYER,
            ready_within_s=within_s,
        )
        for name, (arguments, within_s) in modules.items()
    ]


def _python(arguments: Sequence[str]) -> tuple[str, ...]:
    """Call the interpreter that runs us; -P keeps modules of the working directory out."""
    return (sys.executable, "-P", *arguments)
