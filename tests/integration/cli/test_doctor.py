"""The doctor says what there is, changes nothing, and fails where `cohoi up` would."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cohoi.entrypoints.main import app


def _doctor(*arguments: str) -> tuple[Result, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["doctor", "--json", *arguments])
    return result, json.loads(result.stdout)["findings"]


@pytest.fixture(autouse=True)
def free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        monkeypatch.setenv("COHOI_PORT", str(probe.getsockname()[1]))
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_on_a_good_machine_it_finds_no_problem_and_leaves_no_trace(tmp_path: Path) -> None:
    result, findings = _doctor("--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 0, result.stdout
    subjects = {finding["subject"] for finding in findings}
    assert {"machine", "postgres", "redis", "disk", "sockets", "keys", "port"} <= subjects
    used = [one for one in findings if "used: the newest" in one["found"]]
    assert len(used) == 1
    assert used[0]["subject"] == "postgres"
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_a_problem_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("COHOI_PORT", str(taken.getsockname()[1]))
        result, findings = _doctor("--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 1
    problems = [finding for finding in findings if finding["level"] == "problem"]
    assert [problem["subject"] for problem in problems] == ["port"]
    assert "--port" in problems[0]["found"]


def test_data_of_an_unknown_major_version_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("14\n", encoding="ascii")
    result, findings = _doctor("--data-dir", str(tmp_path / "data"))
    assert result.exit_code == 1
    assert any("were written by PostgreSQL 14" in finding["found"] for finding in findings)


def test_for_people_it_writes_a_line_a_finding(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["doctor", "--data-dir", str(tmp_path / "data")])
    assert result.exit_code == 0
    assert "  ok  product: does not run in" in result.stdout
    assert "→ Start it: make run" in result.stdout
