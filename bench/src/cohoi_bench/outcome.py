"""What a measurement says: figures of baseline and ours from the same run, and the target."""

import statistics
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

Better = Literal["higher", "lower"]
Verdict = Literal["met", "not met", "no target", "failed"]


class Target(msgspec.Struct, frozen=True):
    """A bound of a row of the table: of the ratio ours/baseline, or of our own figure."""

    words: str
    bound: float
    of: Literal["ratio", "ours"] = "ratio"
    better: Better = "higher"


class Outcome(msgspec.Struct):
    """One row: rounds of baseline and ours, taken in turn."""

    part: str
    work: str
    unit: str
    baseline: str
    baseline_rounds: list[float]
    our_rounds: list[float]
    first: Target | None = None
    then: Target | None = None
    checks: dict[str, bool] = msgspec.field(default_factory=dict[str, bool])
    notes: list[str] = msgspec.field(default_factory=list[str])
    more: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    error: str | None = None

    @property
    def ratios(self) -> list[float]:
        """Ours over the baseline's, round by round."""
        pairs = zip(self.our_rounds, self.baseline_rounds, strict=False)
        return [ours / baseline for ours, baseline in pairs if baseline]

    def reached(self, target: Target | None) -> Verdict:
        """Say whether a target was reached, by the medians; never where a check failed."""
        if self.error is not None or not all(self.checks.values()):
            return "failed"
        if target is None:
            return "no target"
        figures = self.ratios if target.of == "ratio" else self.our_rounds
        if not figures:
            return "failed"
        median = statistics.median(figures)
        good = median >= target.bound if target.better == "higher" else median <= target.bound
        return "met" if good else "not met"


def in_turn(
    rounds: int, baseline: Callable[[int], float], ours: Callable[[int], float]
) -> tuple[list[float], list[float]]:
    """Measure A B A B …; each is told the number of its round."""
    pairs = [(baseline(n), ours(n)) for n in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def spread(figures: Sequence[float]) -> str:
    """Write median and range down."""
    if not figures:
        return "-"
    middle = short(statistics.median(figures))
    if len(figures) == 1:
        return middle
    return f"{middle} ({short(min(figures))}-{short(max(figures))})"


def short(figure: float) -> str:
    """Write a figure with three digits that count."""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"  # noqa: PLR2004
