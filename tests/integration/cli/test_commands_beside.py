"""Commands that work beside the product say so where none runs, and heed DATABASE_URL."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cohoi.application.refusal import Refused
from cohoi.entrypoints.main import app


def test_without_a_product_a_command_says_how_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    result = CliRunner().invoke(app, ["migrate", "--data-dir", str(tmp_path)])
    assert isinstance(result.exception, Refused)
    assert str(result.exception) == (
        f"Cohoi is not running in {tmp_path}: start it with `make run`."
    )


def test_a_run_record_that_a_killed_product_left_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    record = {"pid": 1, "address": "", "port": 1, "dsn": "", "redis_url": "", "postgres_bindir": ""}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    result = CliRunner().invoke(app, ["migrate", "--data-dir", str(tmp_path)])
    assert isinstance(result.exception, Refused)


def test_a_named_database_is_migrated_once(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database)
    command = ["migrate", "--json", "--data-dir", str(tmp_path)]
    first = CliRunner().invoke(app, command)
    assert "log/0001_create_log.sql" in json.loads(first.stdout)["applied"]
    second = CliRunner().invoke(app, command)
    assert json.loads(second.stdout) == {"applied": [], "rebuilt": None}
