"""The product in containers: every service apart, scaled, stopped, started again."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from service_runtime.ids import new_id
from support.deadlines import eventually
from support.native_kafka import free_port

CHECKOUT: Final = Path(__file__).parents[2]
_SCALE: Final = ("--scale", "projector=3", "--scale", "command-api=2")
_UP_WITHIN_S: Final = 900
_RUN_WITHIN_S: Final = 120

pytestmark = [
    pytest.mark.needs_docker,
    pytest.mark.maven_data,
    pytest.mark.timeout(1_800),
]


@dataclass
class Containers:
    """A project of compose of the test's own."""

    name: str
    environment: dict[str, str]
    port: int

    def compose(self, *arguments: str, within_s: float = _RUN_WITHIN_S) -> str:
        """Run docker compose, and return its stdout."""
        done = subprocess.run(  # noqa: S603 - docker's own program
            [
                str(shutil.which("docker")),
                *("compose", "--project-name", self.name),
                *("--file", str(CHECKOUT / "deploy" / "docker-compose.yml")),
                *arguments,
            ],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self, *, with_kafka: bool = True) -> None:
        """Build, start, and wait until everything is healthy."""
        if with_kafka:
            self.environment["COMPOSE_PROFILES"] = "kafka"
        else:
            self.environment.update(COMPOSE_PROFILES="", COHOI_KAFKA_BOOTSTRAP="")
        self.compose("up", "--build", "--detach", "--wait", *_SCALE, within_s=_UP_WITHIN_S)

    def down(self, *arguments: str) -> None:
        """Stop everything."""
        self.compose("--profile", "kafka", "down", *arguments)

    def standings(self) -> list[dict[str, Any]]:
        """Return what `cohoi lanes` says of each lane."""
        return json.loads(self.cohoi("lanes", "--json"))

    def cohoi(self, *arguments: str) -> str:
        """Run a command of the command line inside."""
        return self.compose("exec", "-T", "command-api", "cohoi", *arguments).strip()


@pytest.fixture
def containers() -> Iterator[Containers]:
    port = free_port()
    environment = {
        **os.environ,  # noqa: TID251 - what a shell would give
        "POSTGRES_PASSWORD": new_id().hex,
        "COHOI_PORT": str(port),
        "COHOI_LANES": "2",
        "COHOI_KAFKA_STATES_TOPIC": "cohoi.opportunities",
    }
    project = Containers(f"cohoi-test-{new_id().hex[-8:]}", environment, port)
    try:
        yield project
    finally:
        project.down("--volumes", "--timeout", "10")


def test_the_real_pipeline_goes_in_and_comes_out_and_outlives_a_restart(
    containers: Containers, maven_data: Path
) -> None:
    containers.up()
    org = containers.cohoi("org", "create", "Maven", "--currency", "USD")
    token = containers.cohoi("token", "--org", org, "--user", "Lan", "--role", "admin")
    address = f"http://127.0.0.1:{containers.port}"
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as lan:
        assert lan.get("/readyz").json()["status"] == "ready"
        _import(lan, maven_data / "sales_pipeline.csv")
        totals = _totals(lan)
        assert (totals["won"]["count"], totals["lost"]["count"]) == (4_238, 2_473)
        assert totals["won"]["value_minor"]["one_time"] == "1000553400"
        report = lan.post("/v1/reports", json={"kind": "opportunities", "format": "csv"}).json()
        eventually(lambda: _is_done(lan, f"/v1/reports/{report['id']}"), "the report is done")
        assert len(lan.get(f"/v1/reports/{report['id']}/file").text.splitlines()) == 8_801
        eventually(lambda: _is_published(containers), "both topics have every fact")
        for with_kafka in (True, False):
            containers.down("--timeout", "30")
            containers.up(with_kafka=with_kafka)
            assert _totals(lan) == totals
            assert lan.get("/readyz").json()["status"] == "ready"
    assert containers.cohoi("verify").startswith("0 differences")


def _is_published(containers: Containers) -> bool:
    return all(
        lane["head"] == lane["published"] == lane["states_published"]
        for lane in containers.standings()
    )


def _import(lan: httpx.Client, file: Path) -> None:
    board = lan.post("/v1/boards", json={"name": "Sales"}).json()["id"]
    options = f'{{"board_id": "{board}", "currency": "USD"}}'
    with file.open("rb") as opened:
        job = lan.post("/v1/imports", files={"file": opened}, data={"options": options}).json()
    eventually(lambda: _is_done(lan, f"/v1/jobs/{job['job_id']}"), "the import is done")


def _is_done(lan: httpx.Client, path: str) -> bool:
    said: dict[str, Any] = lan.get(path).json()
    assert said["state"] in {"queued", "running", "done"}, said
    return said["state"] == "done"


def _totals(lan: httpx.Client) -> dict[str, Any]:
    """Return the totals once the read models are at the log's head."""

    def ask() -> dict[str, Any] | None:
        (said,) = lan.get("/v1/opportunities/totals").json()["totals"] or [None]
        return said if said is not None and said["count"] == 8_800 else None

    found = eventually(ask, "every opportunity is there")
    assert found is not None
    return found
