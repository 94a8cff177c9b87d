"""The results of a run: one JSON file that grows part by part, and the table beside it."""

import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from cohoi_bench.outcome import Outcome, spread

_HEAD: Final = (
    "Medians (ranges) of rounds in which baseline and ours were measured in turn. Only the ratios "
    "can be compared between machines."
)


class Run(msgspec.Struct):
    """A run of the bench."""

    began_at: str
    quick: bool
    rounds: int
    machine: dict[str, Any]
    outcomes: list[Outcome] = msgspec.field(default_factory=list[Outcome])
    seconds: dict[str, float] = msgspec.field(default_factory=dict[str, float])
    around: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    """How busy the machine was when each part began."""

    @property
    def done(self) -> set[str]:
        """The parts that were measured."""
        return {outcome.part for outcome in self.outcomes if outcome.error is None}


def file_of(folder: Path, run: Run) -> Path:
    """Return the run's file: by date and commit, the quick ones apart."""
    quick = "-quick" if run.quick else ""
    return folder / f"{run.began_at[:10]}-{run.machine['commit']}{quick}.json"


def load(path: Path) -> Run | None:
    """Read a run back; None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError):
        return None


def save(folder: Path, run: Run) -> Path:
    """Write both files, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = file_of(folder, run)
    _replace(path, msgspec.json.format(msgspec.json.encode(run), indent=1))
    _replace(path.with_suffix(".md"), table(run).encode())
    return path


def table(run: Run) -> str:
    """Write the run as a page."""
    machine = run.machine
    lines = [
        f"# Bench of {run.began_at[:16].replace('T', ' ')} UTC, commit {machine['commit']}",
        "",
        _HEAD,
        "",
        _told_of(run),
        "",
        _busy(machine),
        "",
        "| # | work | unit | baseline | its figure | ours | ours/baseline | first | then |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(outcome) for outcome in run.outcomes),
        "",
    ]
    lines += _below(run)
    settings = ", ".join(f"{k} {v}" for k, v in machine["settings"].items())
    packages = ", ".join(f"{k} {v}" for k, v in machine["packages"].items())
    return "\n".join([*lines, f"PostgreSQL: {settings}.", "", f"Packages: {packages}.", ""])


def _told_of(run: Run) -> str:
    machine = run.machine
    size = "Small sizes (`--quick`). " if run.quick else ""
    return (
        f"{size}{run.rounds} rounds. {machine['processors']} processors, "
        f"{machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']}, "
        f"{machine['postgresql']}."
    )


def _busy(machine: dict[str, Any]) -> str:
    others = ", ".join(machine["busiest"]) or "nothing else"
    return f"Load average at the start {machine['load_average']}; running: {others}."


def now() -> str:
    """Return this moment as runs are named by it."""
    return datetime.now(UTC).isoformat()  # noqa: TID251 - the bench is no part of the product


def _row(outcome: Outcome) -> str:
    ratios = [round(ratio, 3) for ratio in outcome.ratios]
    ratio = spread(ratios)
    if len(ratios) > 1:
        ratio += f" [{', '.join(f'{one:.3g}' for one in ratios)}]"
    verdicts = [
        "-" if target is None else f"{target.words}: **{outcome.reached(target)}**"
        for target in (outcome.first, outcome.then)
    ]
    if outcome.error is not None:
        return f"| {outcome.part} | {outcome.work} | - | - | - | - | - | **failed** | **failed** |"
    cells = (
        outcome.part,
        outcome.work,
        outcome.unit,
        outcome.baseline,
        spread(outcome.baseline_rounds),
        spread(outcome.our_rounds),
        ratio,
        *verdicts,
    )
    return f"| {' | '.join(cells)} |"


def _below(run: Run) -> list[str]:
    lines: list[str] = []
    for outcome in run.outcomes:
        told = [f"{name}: {'yes' if good else 'NO'}" for name, good in outcome.checks.items()]
        told += outcome.notes
        if outcome.error is not None:
            told.append(f"failed: {outcome.error}")
        if told:
            lines.append(f"- **{outcome.part}** {outcome.work}: {'; '.join(told)}.")
    if run.seconds:
        total = sum(run.seconds.values())
        parts = ", ".join(f"{part} {seconds:.0f} s" for part, seconds in run.seconds.items())
        lines += ["", f"It took {total / 60:.0f} minutes: {parts}."]
    met = sum(outcome.reached(outcome.first) == "met" for outcome in run.outcomes)
    aimed = sum(outcome.first is not None for outcome in run.outcomes)
    lines += ["", f"First targets met: {met} of {aimed}.", ""]
    return lines


def median(figures: list[float]) -> float:
    """Return the median, 0 of nothing."""
    return statistics.median(figures) if figures else 0.0


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(f"{path.suffix}.new")
    unfinished.write_bytes(content)
    unfinished.rename(path)
