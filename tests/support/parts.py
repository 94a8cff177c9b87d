"""Tests whose part is missing on this machine are left out by name, never skipped in silence.

A test marked `maven_data` needs the folder ../shared/data/maven_crm beside the checkout, one
marked `needs_curl` needs curl, one marked `needs_mount` needs to mount small disks, one marked
`needs_broker` a Kafka broker, one marked `needs_kafka` Kafka's programs, to kill brokers with, one
marked `needs_kcat` kcat and jq, one marked `needs_docker` a Docker engine with Compose, one marked
`needs_helm` Helm.
Where the part is missing such tests are deselected and named in the last lines; with
COHOI_DEMAND=all, as CI has it, the run fails.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from support.brokers import has_broker
from support.native_kafka import find_kafka

MAVEN_DATA = Path(__file__).parents[3] / "shared" / "data" / "maven_crm"


def _may_mount() -> bool:
    """Say whether we may mount a disk in memory: root may, outside of most containers."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    folder = tempfile.mkdtemp(prefix="cohoi-mount-")
    mounted = _quietly("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
    if mounted:
        _quietly("umount", folder)
    Path(folder).rmdir()
    return mounted


def _has_docker() -> bool:
    """Say whether an engine answers, and knows compose."""
    return shutil.which("docker") is not None and (
        _quietly("docker", "info") and _quietly("docker", "compose", "version")
    )


def _quietly(*command: str) -> bool:
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)  # noqa: S603 - ours
    return done.returncode == 0


_PARTS: dict[str, Callable[[], bool]] = {
    "maven_data": MAVEN_DATA.is_dir,
    "needs_curl": lambda: shutil.which("curl") is not None,
    "needs_mount": _may_mount,
    "needs_broker": has_broker,
    "needs_docker": _has_docker,
    "needs_helm": lambda: shutil.which("helm") is not None,
    "needs_kcat": lambda: shutil.which("kcat") is not None and shutil.which("jq") is not None,
    "needs_kafka": lambda: find_kafka() is not None,
}
_LEFT_OUT = pytest.StashKey[dict[str, list[str]]]()


@pytest.fixture(scope="session")
def maven_data() -> Path:
    """Return the folder of the real pipeline."""
    return MAVEN_DATA


@pytest.hookimpl(trylast=True)  # after -m and -k: what nobody asked for is not missing
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {name for name, is_there in _PARTS.items() if not is_there()}
    left_out: dict[str, list[str]] = {}
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        lacking = next((name for name in missing if item.get_closest_marker(name)), None)
        (kept if lacking is None else dropped).append(item)
        if lacking is not None:
            left_out.setdefault(lacking, []).append(item.nodeid)
    if not left_out:
        return
    config.stash[_LEFT_OUT] = left_out
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    demanded = os.environ.get("COHOI_DEMAND") == "all"  # noqa: TID251 - the tests' own setting
    if demanded and session.config.stash.get(_LEFT_OUT, {}):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for part, tests in config.stash.get(_LEFT_OUT, {}).items():
        terminalreporter.section(f"left out: {part} is missing on this machine", red=True)
        for test in tests:
            terminalreporter.line(test)
