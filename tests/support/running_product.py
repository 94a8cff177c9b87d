"""The running product as tests call it: over HTTP as somebody, and by its command line."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from support.product_process import ProductProcess

DEMO: Final = "Cohoi Demo"
COHOI: Final = str(Path(sys.executable).with_name("cohoi"))


@dataclass(frozen=True)
class Product:
    """The running product and how its command line is called."""

    process: ProductProcess
    data_dir: Path

    @property
    def address(self) -> str:
        """Where the web is."""
        return str(self.process.record["address"])

    def run(self, *arguments: str, code: int = 0, within_s: float = 120) -> str:
        """Run a command of the command line; return its stdout."""
        environment = {**os.environ, "COHOI_DATA_DIR": str(self.data_dir)}  # noqa: TID251 - a shell's
        done = subprocess.run(  # noqa: S603 - our own command line
            [COHOI, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        assert done.returncode == code, f"cohoi {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def caller(self, org: str, user: str, role: str = "admin") -> httpx.Client:
        """Open a client that calls as a user, who is made where there is none."""
        token = self.run("token", "--org", org, "--user", user, "--role", role).strip()
        return httpx.Client(
            base_url=self.address, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )


def wait_for(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """Demand success of a command, wait until reads show it, and return its answer."""
    assert answer.is_success, answer.text
    said: dict[str, Any] = answer.json()
    seen = client.get("/v1/me", params={"min_position": said["position"]})
    assert seen.status_code == httpx.codes.OK, seen.text
    return said
