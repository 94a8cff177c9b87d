"""`python -m cohoi_bench`: measures the table of performance targets, and writes it down."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from cohoi_bench import results
from cohoi_bench.cluster import Cluster, open_cluster
from cohoi_bench.machine import business, describe
from cohoi_bench.outcome import Outcome
from cohoi_bench.part import PARTS, Order

BENCH: Final = Path(__file__).parents[2]
_ROUNDS: Final = 5
_QUICK_ROUNDS: Final = 3
_LIMIT_S: Final = 3_600.0
_QUICK_LIMIT_S: Final = 240.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 0 where every part that was asked for could be measured."""
    asked = _parser().parse_args(arguments)
    parts = _chosen(asked.only)
    rounds = asked.rounds or (_QUICK_ROUNDS if asked.quick else _ROUNDS)
    limit_s = asked.limit or (_QUICK_LIMIT_S if asked.quick else _LIMIT_S)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        _directory(asked.data_dir) as directory,
        open_cluster(directory / "cluster", asked.database_url) as cluster,
    ):
        run = results.Run(results.now(), asked.quick, rounds, describe(cluster.admin_dsn))
        earlier = results.load(results.file_of(asked.results, run))
        if earlier is not None and not asked.anew:
            run = earlier
            parts = [part for part in parts if asked.only or part not in run.done]
        for part in parts:
            _measure(part, run, cluster, directory, limit_s)
            path = results.save(asked.results, run)
            sys.stderr.write(f"written to {path}\n")
    sys.stdout.write(results.table(run))
    return int(any(outcome.error for outcome in run.outcomes))


def _measure(
    part: str, run: results.Run, cluster: Cluster, directory: Path, limit_s: float
) -> None:
    sys.stderr.write(f"{part} …\n")
    run.around[part] = business()
    began = time.monotonic()
    outcomes = _outcomes(part, run, cluster, directory, limit_s)
    run.seconds[part] = round(time.monotonic() - began, 1)
    names = {part, *(outcome.part for outcome in outcomes)}
    kept = [outcome for outcome in run.outcomes if outcome.part not in names]
    run.outcomes = sorted([*kept, *outcomes], key=lambda outcome: _order(outcome.part))


def _outcomes(
    part: str, run: results.Run, cluster: Cluster, directory: Path, limit_s: float
) -> list[Outcome]:
    result = directory / f"{part}.outcomes"
    result.unlink(missing_ok=True)
    order = Order(
        admin_dsn=cluster.admin_dsn,
        bindir=None if cluster.bindir is None else str(cluster.bindir),
        directory=str(directory),
        quick=run.quick,
        rounds=run.rounds,
        result=str(result),
    )
    said = directory / f"{part}.said"
    with said.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "cohoi_bench.part", part],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
        try:
            process.communicate(msgspec.json.encode(order), timeout=limit_s)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
            error = f"not done within {limit_s:.0f} s"
            return [Outcome(part, PARTS[part], "", "", [], [], error=error)]
        except BaseException:
            process.terminate()
            process.wait()
            raise
    try:
        outcomes = msgspec.json.decode(result.read_bytes(), type=list[Outcome])
    except FileNotFoundError:
        error = f"its process ended with {process.returncode}: see {said}"
        outcomes = [Outcome(part, PARTS[part], "", "", [], [], error=error)]
    for outcome in outcomes:
        if outcome.error is not None:
            sys.stderr.write(f"{part}: {outcome.error}\n{said.read_text(errors='replace')[-2000:]}")
    return outcomes


@contextmanager
def _directory(chosen: Path | None) -> Generator[Path]:
    """Give where the cluster is made: a folder that stays, or one that goes with the run."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        chosen.chmod(0o711)  # as root, PostgreSQL's user must enter it
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="cohoi-bench-", ignore_cleanup_errors=True) as made:
        path = Path(made)
        path.chmod(0o711)
        yield path


def _chosen(only: str | None) -> list[str]:
    if only is None:
        return list(PARTS)
    asked = [part.strip().upper().rstrip("B") for part in only.split(",")]
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        raise SystemExit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return [part for part in PARTS if part in asked]


def _order(part: str) -> tuple[int, str]:
    digits = "".join(c for c in part if c.isdigit())
    return int(digits or 0), part


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cohoi bench", description=__doc__)
    parser.add_argument("--only", help="parts to measure, such as P1,P6")
    parser.add_argument("--quick", action="store_true", help="small sizes: some minutes in all")
    parser.add_argument("--rounds", type=int, help="rounds of A B A B …")
    parser.add_argument("--limit", type=float, help="seconds that a part may take")
    parser.add_argument("--anew", action="store_true", help="measure again what was measured today")
    parser.add_argument("--data-dir", type=Path, help="keep cluster and data here between runs")
    parser.add_argument("--database-url", help="a superuser's address of another PostgreSQL")
    parser.add_argument("--results", type=Path, default=BENCH / "results")
    return parser


if __name__ == "__main__":
    sys.exit(main())
