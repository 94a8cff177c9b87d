"""P7: a board's view over HTTP at a million opportunities, one client."""

from contextlib import ExitStack

from cohoi_bench.bench_room import Room
from cohoi_bench.large_stage import large_stage
from cohoi_bench.load import Plan, Report
from cohoi_bench.outcome import Outcome, Target, in_turn
from cohoi_bench.parts.board import OPPORTUNITIES, QUICK_OPPORTUNITIES
from cohoi_bench.stage import send_load, served


def measure(room: Room) -> list[Outcome]:
    """Measure one client's p50 beside an empty GET."""
    size = room.size(OPPORTUNITIES, QUICK_OPPORTUNITIES)
    large = large_stage(room, size)
    seconds = room.seconds(8, 2)
    statuses: set[str] = set()

    def load(port: int, path: str) -> float:
        arguments = {"method": "GET", "path": path, "headers": large.office.headers, "body": None}
        report: Report = send_load(Plan("127.0.0.1", port, 1, seconds, "same", arguments))
        statuses.update(report.statuses)
        return report.latency_ms["p50"]

    with ExitStack() as stack:
        environment = large.stage.environment
        empty = stack.enter_context(served("empty", environment, room.log("empty")))
        web = stack.enter_context(served("web", environment, room.log("web")))
        view = f"/v1/boards/{large.office.board.id}/view"
        load(web.port, view)
        base, own = in_turn(
            room.rounds, lambda _: load(empty.port, "/empty"), lambda _: load(web.port, view)
        )
    return [
        Outcome(
            part="P7",
            work=f"board view over HTTP of {size:,} opportunities, one client, p50",
            unit="ms",
            baseline="empty FastAPI GET",
            baseline_rounds=base,
            our_rounds=own,
            first=Target("≤ 4x", 4.0, better="lower"),
            then=Target("≤ 3x", 3.0, better="lower"),
            checks={"every answer was 200": statuses == {"200"}},
        )
    ]
