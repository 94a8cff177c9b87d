"""P9: exports from the interval tables, rows a second and memory, beside COPY and XlsxWriter."""

import json
import subprocess
import sys
from typing import Any, Final

import msgspec
import psycopg

from cohoi_bench.bench_room import Room
from cohoi_bench.export_once import Export
from cohoi_bench.large_stage import Large, large_stage, read_schema
from cohoi_bench.outcome import Outcome, Target, in_turn
from cohoi_bench.parts.board import QUICK_OPPORTUNITIES

_OPPORTUNITIES: Final = 500_000
_FACTS_EACH: Final = 3
_LIMIT_S: Final = 1_200.0
_FEW_ROUNDS: Final = 3


def measure(room: Room) -> list[Outcome]:
    """Measure each format beside COPY to CSV, and XLSX beside XlsxWriter too."""
    size = room.size(_OPPORTUNITIES, QUICK_OPPORTUNITIES)
    large = large_stage(room, size, _FACTS_EACH)
    with psycopg.connect(large.stage.dsn) as connection:
        asked = "select head from log.organizations where org = %s"
        found = connection.execute(asked, [large.office.org]).fetchone()
    position = int(found[0]) if found else 0
    exports = _Exports(room, large, size, position)
    copy = "COPY to CSV"
    return [
        exports.beside("csv", "copy", copy, Target("≥ 0.5x", 0.5), Target("≥ 0.9x", 0.9)),
        exports.beside("csv-raw", "copy", copy, Target("≥ 0.5x", 0.5), Target("≥ 0.9x", 0.9)),
        exports.beside("xlsx", "copy", copy, Target("≥ 0.014x", 0.014), Target("≥ 0.33x", 0.33)),
        exports.beside("xlsx", "xlsxwriter", "XlsxWriter, constant memory", None, None),
        *exports.memory(),
    ]


class _Exports:
    def __init__(self, room: Room, large: Large, size: int, position: int) -> None:
        self._room = room
        self._large = large
        self._size = size
        self._position = position
        self._peaks: dict[str, list[float]] = {}
        self._floor = 0.0

    def beside(
        self, way: str, other: str, name: str, first: Target | None, then: Target | None
    ) -> Outcome:
        """Measure one of ours beside another way."""
        rows: set[int] = set()

        def rate(chosen: str) -> float:
            said = self._export(chosen)
            rows.add(int(said["rows"]))
            self._peaks.setdefault(chosen, []).append(float(said["peak_mb"]))
            return float(said["rows"]) / float(said["seconds"])

        rounds = min(_FEW_ROUNDS, self._room.rounds)
        base, own = in_turn(rounds, lambda _: rate(other), lambda _: rate(way))
        return Outcome(
            part="P9",
            work=f"{way} of {self._size:,} opportunities",
            unit="rows/s",
            baseline=name,
            baseline_rounds=base,
            our_rounds=own,
            first=first,
            then=then,
            checks={"both wrote every row": rows == {self._size}},
        )

    def memory(self) -> list[Outcome]:
        """Return the peaks: of the whole process, the interpreter and what it imports included."""
        return [
            Outcome(
                part="P9",
                work=f"peak memory of {way}, the interpreter included",
                unit="MB",
                baseline="-",
                baseline_rounds=[],
                our_rounds=self._peaks[way],
                first=Target(f"≤ {bound} MB", bound, "ours", "lower"),
            )
            for way, bound in (("csv", 64), ("csv-raw", 64), ("xlsx", 64))
        ]

    def _export(self, way: str) -> dict[str, Any]:
        export = Export(
            way=way,
            dsn=self._large.stage.dsn,
            schema=read_schema(self._large.stage.dsn),
            org=self._large.office.org,
            position=self._position,
            expected_rows=self._size,
            folder=str(self._room.directory),
        )
        done = subprocess.run(
            [sys.executable, "-m", "cohoi_bench.export_once"],
            input=msgspec.json.encode(export),
            stdout=subprocess.PIPE,
            timeout=_LIMIT_S,
            check=True,
        )
        return json.loads(done.stdout)
