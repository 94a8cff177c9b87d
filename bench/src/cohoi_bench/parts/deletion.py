"""P10: the deletion of a status with a hundred thousand opportunities, while others work."""

import asyncio
import json
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from cohoi_bench.bench_room import Room
from cohoi_bench.facts_in_bulk import Shape, write_in_bulk
from cohoi_bench.load import Plan, Report, as_one
from cohoi_bench.machine import resident_mb
from cohoi_bench.outcome import Outcome, Target
from cohoi_bench.parts.imports import ask, side_processes, wait_for_job
from cohoi_bench.stage import Office, Served, Stage, fresh_stage, send_load, served
from projector.bootstrap import rebuild
from service_runtime.addresses import Addresses

_CLIENTS: Final = 16
_RATE: Final = 40.0
"""Commands a second of all clients together: people at work, and no race."""

_LAG: Final = """
select extract(epoch from clock_timestamp() - coalesce((
    select f.recorded_at from log.facts f where f.lane = 0 and f.lane_position = 1 + (
        select c.lane_position from projection.checkpoints c
        join projection.current p on p.number = c.generation where c.lane = 0)),
    clock_timestamp()))::float8
"""


@dataclass
class _Watch:
    """Looks at lag and memory until it is told to stop."""

    dsn: str
    pids: dict[str, int]
    lags: list[float] = field(default_factory=list[float])
    memory: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            while not self._ended.wait(0.1):
                found = connection.execute(_LAG).fetchone()
                self.lags.append(float(found[0]) if found else 0.0)
                for name, pid in self.pids.items():
                    self.memory.setdefault(name, []).append(resident_mb(pid))

    def stop(self) -> None:
        self._ended.set()


def measure(room: Room) -> list[Outcome]:
    """Measure others' p99 without the deletion, then with it; lag and memory meanwhile."""
    size = room.size(100_000, 1_500)
    stage = fresh_stage(room.cluster, room.directory, "bench_p10")
    office = asyncio.run(stage.open_office())
    paths = _fill(stage, office, size)
    with ExitStack() as stack:
        web = stack.enter_context(served("web", stage.environment, room.log("web")))
        pids = {"web": web.pid, **side_processes(stack, room, stage)}
        load = _Load(web, office, paths)
        load.send(room.seconds(5, 2), "warm")
        alone = load.send(room.seconds(20, 4), "alone")
        watch = _Watch(stage.dsn, pids)
        watching = threading.Thread(target=watch.run)
        watching.start()
        try:
            seconds, job, beside = _delete(web, office, load)
        finally:
            watch.stop()
            watching.join()
        left = _standing(stage, office)
    checks = {
        "the job is done": job["state"] == "done",
        "nobody stands in the status": left == 0,
        "nobody was refused": set(alone.statuses) | set(beside.statuses) == {"200"},
    }
    return _outcomes(size, alone, beside, seconds, watch, checks)


def _outcomes(
    size: int,
    alone: Report,
    beside: Report,
    seconds: float,
    watch: _Watch,
    checks: dict[str, bool],
) -> list[Outcome]:
    work = f"deletion of a status with {size:,} opportunities"
    growth = {name: round(max(seen) - seen[0], 1) for name, seen in watch.memory.items() if seen}
    lag = sorted(watch.lags)
    return [
        Outcome(
            "P10", f"{work}: done", "s", "-", [], [seconds],
            Target("≤ 60 s", 60, "ours", "lower"), Target("≤ 20 s", 20, "ours", "lower"),
            checks=checks,
        ),
        Outcome(
            "P10", f"{work}: p99 of {_CLIENTS} clients' edits at {_RATE:.0f}/s", "ms",
            "the same load without it", [alone.latency_ms["p99"]], [beside.latency_ms["p99"]],
            Target("≤ 3x", 3.0, better="lower"), Target("≤ 1.5x", 1.5, better="lower"),
            checks=checks,
        ),
        Outcome(
            "P10", f"{work}: the projector's largest lag", "s", "-", [], [lag[-1] if lag else 0.0],
            Target("≤ 2 s", 2.0, "ours", "lower"),
            checks=checks,
        ),
        Outcome(
            "P10", f"{work}: growth of the largest process meanwhile", "MB", "-", [],
            [max(growth.values(), default=0.0)],
            notes=[f"{name} {grown} MB" for name, grown in growth.items()],
        ),
    ]  # fmt: skip


class _Load:
    """People who edit, at a steady pace."""

    def __init__(self, web: Served, office: Office, paths: list[str]) -> None:
        self._web = web
        self._office = office
        self._paths = paths

    def send(self, seconds: float, run: str) -> Report:
        """Send edits for so long, each when it is due."""
        arguments = {"paths": self._paths, "headers": self._office.headers, "run": run}
        return send_load(
            Plan(
                host="127.0.0.1",
                port=self._web.port,
                clients=_CLIENTS,
                seconds=seconds,
                kind="edits",
                arguments=arguments,
                rate=_RATE,
                keep=True,
            )
        )


def _fill(stage: Stage, office: Office, size: int) -> list[str]:
    """Put four times as many on the first board, and some on the second, where people work."""
    first, second = office.boards
    shape = Shape(size * 4, 1, (first,))
    asyncio.run(write_in_bulk(stage.dsn, office, shape))
    others = asyncio.run(write_in_bulk(stage.dsn, office, Shape(2_000, 1, (second,))))
    asyncio.run(rebuild(Addresses.one(stage.dsn), stage.keys.master_key, lambda _done, _all: None))
    return [f"/v1/opportunities/{one}" for one in others]


def _delete(web: Served, office: Office, load: _Load) -> tuple[float, dict[str, Any], Report]:
    """Delete while a load goes on that lasts at least as long."""
    status, target = office.board.active[0].id, office.board.active[1].id
    path = f"/v1/boards/{office.board.id}/statuses/{status}?replacement={target}"
    began = time.perf_counter()
    code, said = ask(web, "DELETE", path, office.headers)
    if "job_id" not in said:
        raise RuntimeError(f"the deletion was answered {code}: {json.dumps(said)[:300]}")
    reports: list[Report] = []
    ended = threading.Event()

    def keep_on() -> None:
        n = 0
        while not ended.is_set():
            reports.append(load.send(4, f"beside-{n}"))
            n += 1

    working = threading.Thread(target=keep_on)
    working.start()
    try:
        job = wait_for_job(web, office, said["job_id"])
        seconds = time.perf_counter() - began
    finally:
        ended.set()
        working.join()
    return seconds, job, as_one(reports)


def _standing(stage: Stage, office: Office) -> int:
    with psycopg.connect(stage.dsn) as connection:
        asked = "select count(*) from log.streams where board_id = %s and status_id = %s"
        status = office.board.active[0].id
        found = connection.execute(asked, [office.board.id, status]).fetchone()
    return int(found[0]) if found else -1
