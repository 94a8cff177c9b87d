"""`python -m cohoi_bench.part NAME`: one part in a process of its own, so that it can be ended.

Reads where it measures from standard input, and writes its outcomes to the file named there.
"""

import importlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from cohoi_bench.bench_room import Room
from cohoi_bench.cluster import Cluster
from cohoi_bench.outcome import Outcome

PARTS: Final = {
    "P1": "commands",
    "P2": "appends",
    "P3": "imports",
    "P4": "projection",
    "P5": "rebuild",
    "P6": "board",
    "P7": "board_over_http",
    "P8": "stream",
    "P9": "exports",
    "P10": "deletion",
    "P11": "growth",
    "P12": "topic",
}
"""The parts, each with the module that measures it."""

Measure = Callable[[Room], list[Outcome]]


class Order(msgspec.Struct):
    """What a part is told."""

    admin_dsn: str
    bindir: str | None
    directory: str
    quick: bool
    rounds: int
    result: str


def main() -> None:
    """Measure one part."""
    name = sys.argv[1]
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    room = Room(
        Cluster(order.admin_dsn, None if order.bindir is None else Path(order.bindir)),
        Path(order.directory),
        order.quick,
        order.rounds,
    )
    try:
        measure: Measure = importlib.import_module(f"cohoi_bench.parts.{PARTS[name]}").measure
        outcomes = measure(room)
    except Exception as error:  # noqa: BLE001 - a part that fails must not end the others
        traceback.print_exc()
        said = f"{type(error).__name__}: {error}"[:400]
        outcomes = [Outcome(name, PARTS[name], "", "", [], [], error=said)]
    Path(order.result).write_bytes(msgspec.json.encode(outcomes))


if __name__ == "__main__":
    main()
