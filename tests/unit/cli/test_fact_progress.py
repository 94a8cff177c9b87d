"""Long work says how far it is where no bar can be drawn, and the supervisor lets people see it."""

import io

import pytest

from cohoi.adapters.console import Console
from cohoi.entrypoints import fact_progress as module
from cohoi.entrypoints.fact_progress import LINE_EVERY_S, fact_progress


def test_without_a_terminal_a_line_says_how_far_it_is_and_people_see_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    with fact_progress("rebuilding") as show:
        show(10, 3_000)
        now += LINE_EVERY_S
        show(2_000, 3_000)
        show(2_010, 3_000)
    said = capsys.readouterr().err
    assert said == "rebuilding: 2,000 of 3,000 facts\n"
    seen = io.StringIO()
    Console(seen).pass_on("migrate", said.strip(), now)
    assert seen.getvalue() == "migrate | rebuilding: 2,000 of 3,000 facts\n"
