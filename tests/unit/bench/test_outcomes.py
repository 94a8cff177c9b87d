"""What the bench says of figures: ratios, verdicts, and the page."""

from pathlib import Path
from typing import Any, Final

import pytest

from cohoi_bench import results
from cohoi_bench.__main__ import BENCH
from cohoi_bench.outcome import Outcome, Target, in_turn, spread

MACHINE: Final[dict[str, Any]] = {
    "commit": "abc1234",
    "python": "3.11",
    "system": "Linux",
    "processors": 2,
    "memory_gib": 8.0,
    "postgresql": "PostgreSQL 18",
    "settings": {"fsync": "on"},
    "packages": {"asyncpg": "0.32.0"},
    "load_average": [0.1, 0.2, 0.3],
    "busiest": [],
}


def _outcome(baseline: list[float], ours: list[float], **more: Any) -> Outcome:
    return Outcome("P1", "commands", "commands/s", "empty", baseline, ours, **more)


def test_baseline_and_ours_are_measured_in_turn() -> None:
    order: list[str] = []

    def baseline(n: int) -> float:
        order.append(f"A{n}")
        return 1.0

    def ours(n: int) -> float:
        order.append(f"B{n}")
        return 2.0

    assert in_turn(2, baseline, ours) == ([1.0, 1.0], [2.0, 2.0])
    assert order == ["A0", "B0", "A1", "B1"]


def test_ratios_are_taken_round_by_round() -> None:
    assert _outcome([100, 50], [200, 25]).ratios == [2.0, 0.5]
    assert _outcome([0, 50], [200, 25]).ratios == [0.5]
    assert _outcome([], [200]).ratios == []


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (Target("≥ 1.0x", 1.0), "met"),
        (Target("≥ 2.1x", 2.1), "not met"),
        (Target("≤ 2.0x", 2.0, better="lower"), "met"),
        (Target("≤ 1.9x", 1.9, better="lower"), "not met"),
        (Target("≤ 200 ms", 200, "ours", "lower"), "met"),
        (Target("≤ 199 ms", 199, "ours", "lower"), "not met"),
        (None, "no target"),
    ],
)
def test_a_target_is_met_by_the_median(target: Target | None, verdict: str) -> None:
    assert _outcome([100, 100, 100], [10, 200, 900]).reached(target) == verdict


def test_nothing_is_met_where_a_check_failed_or_nothing_was_measured() -> None:
    target = Target("≥ 1.0x", 1.0)
    assert _outcome([1], [9], checks={"same rows": False}).reached(target) == "failed"
    assert _outcome([1], [9], error="it ended").reached(target) == "failed"
    assert _outcome([], [9]).reached(target) == "failed"
    assert _outcome([1], [9], checks={"same rows": True}).reached(target) == "met"


def test_a_spread_is_median_and_range() -> None:
    assert spread([3.0, 1.0, 2.0]) == "2 (1-3)"
    assert spread([1234.5]) == "1,234"
    assert spread([]) == "-"


def _run() -> results.Run:
    run = results.Run("2026-11-25T03:00:00+00:00", quick=True, rounds=3, machine=MACHINE)
    run.outcomes.append(_outcome([100.0], [150.0], first=Target("≥ 1.0x", 1.0)))
    run.outcomes.append(Outcome("P2", "appends", "", "", [], [], error="no such table"))
    return run


def test_a_run_can_be_read_back_and_goes_on_with_what_is_missing(tmp_path: Path) -> None:
    run = _run()
    path = results.save(tmp_path / "results", run)
    assert path.name == "2026-11-25-abc1234-quick.json"
    assert results.load(path) == run
    assert run.done == {"P1"}
    path.write_text("{", encoding="utf-8")
    assert results.load(path) is None


def test_the_page_says_what_was_met_and_what_failed(tmp_path: Path) -> None:
    page = results.save(tmp_path, _run()).with_suffix(".md").read_text(encoding="utf-8")
    assert "| P1 | commands | commands/s | empty | 100 | 150 | 1.5 | ≥ 1.0x: **met** | - |" in page
    assert "failed: no such table" in page
    assert "First targets met: 1 of 1." in page
    assert "Small sizes" in page


def test_results_stand_beside_the_bench_that_made_them() -> None:
    assert (BENCH / "results" / ".gitkeep").exists()
    assert (BENCH / "src" / "cohoi_bench").is_dir()
