"""Schemathesis over the whole document: every check, every operation, along its links."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from support.running_product import Product

_HOOKS: Final = Path(__file__).parents[1] / "support" / "fuzz_checks.py"
_SCHEMATHESIS: Final = str(Path(sys.executable).with_name("schemathesis"))
_REFUSALS: Final = '["2xx", 400, 401, 403, 404, 409, 410, 412, 422, 503]'
_CONFIGURATION: Final = """
hooks = "{hooks}"
[headers]
Authorization = "Bearer {token}"
[checks]
# our own check says which refusals a good request may meet
positive_data_acceptance.expected-statuses = {refusals}
[[operations]]
include-path = "/v1/lanes/{{lane}}/facts"
headers = {{ Authorization = "Bearer {operator}" }}
"""
# a stream that was asked for well goes on for ever: other tests follow it
_BUT_STREAMS: Final = ("--exclude-path", "/v1/events/stream")
_GENERATED: Final = re.compile(r"^\s+(\d+) generated", re.MULTILINE)


def test_some_thousand_requests(product: Product, tmp_path: Path) -> None:
    asked = fuzz(product, tmp_path, "Fuzzed", *_BUT_STREAMS, examples=8, within_s=280)
    assert asked > 3_000


def test_what_no_stream_can_follow_from_is_refused(product: Product, tmp_path: Path) -> None:
    only = (
        "--include-path",
        "/v1/events/stream",
        "--mode",
        "negative",
        "--phases",
        "coverage,fuzzing",
    )
    assert fuzz(product, tmp_path, "Fuzzed streams", *only, examples=20, within_s=120) > 10


@pytest.mark.storm
@pytest.mark.timeout(3_600)
def test_fifty_thousand_requests(product: Product, tmp_path: Path) -> None:
    examples = int(os.environ.get("COHOI_FUZZ_EXAMPLES", "750"))  # noqa: TID251 - a storm's size
    asked = fuzz(
        product, tmp_path, "Fuzzed for long", *_BUT_STREAMS, examples=examples, within_s=3_500
    )
    sys.stdout.write(f"{asked} requests, each answered as documented\n")
    assert asked > 50_000 * examples / 750


def fuzz(
    product: Product,
    folder: Path,
    org: str,
    *which: str,
    examples: int,
    within_s: int,
) -> int:
    """Ask whatever the document allows and forbids, as an admin; return how many requests."""
    product.run("org", "create", org)
    token = product.run("token", "--org", org, "--user", "Admin", "--role", "admin").strip()
    key = ("api-key", "create", "--org", org, "--name", "operator", "--operator")
    configuration = folder / "schemathesis.toml"
    configuration.write_text(
        _CONFIGURATION.format(
            hooks=_HOOKS,
            token=token,
            operator=product.run(*key).split()[-1],
            refusals=_REFUSALS,
        ),
        encoding="utf-8",
    )
    command = [_SCHEMATHESIS, "--config-file", str(configuration), "run"]
    options = [f"{product.address}/openapi.json", "--checks", "all", "--continue-on-failure"]
    options += ["--no-color", "--seed", "20261125", "--request-timeout", "30"]
    done = subprocess.run(  # noqa: S603 - a tool of our own environment
        [*command, *options, "-n", str(examples), *which],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    found = _GENERATED.search(done.stdout)
    assert found is not None, done.stdout
    return int(found[1])
