"""In which order the embedded stack comes up, and when the demo data are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cohoi.application.refusal import Refused

POSTGRES, REDIS, MIGRATE, DEMO, WEB = "postgres", "redis", "migrate", "demo", "web"


class Stage(Protocol):
    """Where children come on; the supervisor is one."""

    def start(self, name: str) -> None:
        """Start a child that stays."""
        ...

    def wait_until_ready(self, name: str) -> None:
        """Wait until it can do its work, or refuse."""
        ...

    def run_to_end(self, name: str) -> None:
        """Run a child that ends by itself, or refuse."""
        ...


class Herald(Protocol):
    """Who tells people what goes on."""

    def say(self, sentence: str) -> None:
        """Say one sentence."""
        ...


@dataclass(frozen=True)
class Cast:
    """Who takes part: a database and a Redis of somebody else's are not started by us."""

    embedded_postgres: bool
    embedded_redis: bool
    services: Sequence[str]
    demo: bool


def launch_stores(stage: Stage, cast: Cast) -> None:
    """Bring up the database and Redis, and bring the schemas up to date."""
    if cast.embedded_postgres:
        stage.start(POSTGRES)
    if cast.embedded_redis:
        stage.start(REDIS)  # beside the database: neither knows of the other
    if cast.embedded_postgres:
        stage.wait_until_ready(POSTGRES)
    if cast.embedded_redis:
        stage.wait_until_ready(REDIS)
    stage.run_to_end(MIGRATE)


def launch_services(stage: Stage, cast: Cast, herald: Herald) -> bool:
    """Make the demo data where they are due, bring up the services, wait for the web.

    Returns whether demo data were made. Without them the product is as good: a failure is said
    and no more.
    """
    made = False
    if cast.demo:
        herald.say("making the demo data …")
        try:
            stage.run_to_end(DEMO)
        except Refused as refused:
            herald.say(f"there are no demo data: {refused}")
        else:
            made = True
    for service in cast.services:
        stage.start(service)
        if service == WEB:
            stage.wait_until_ready(WEB)
    return made
