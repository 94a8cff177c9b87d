"""P1: durable commands over HTTP beside an empty FastAPI POST, and their latency under load."""

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from cohoi_bench.bench_room import Room
from cohoi_bench.load import Plan, Report
from cohoi_bench.machine import cpu_seconds
from cohoi_bench.outcome import Outcome, Target, in_turn
from cohoi_bench.results import median
from cohoi_bench.stage import Office, Served, Stage, fresh_stage, send_load, served

CLIENTS: Final = 64
FEW: Final = 8
_LOAD_OF_OURS: Final = 0.5
_EMPTY_BODY: Final = {"title": "Deal 1 of 2", "confidence": 50}


@dataclass
class _Bout:
    """Two servers, and what was answered by ours so far."""

    room: Room
    stage: Stage
    office: Office
    empty: Served
    ours: Served
    accepted: int = 0
    refused: str = ""
    cpu_us: list[float] = field(default_factory=list[float])

    def load_empty(self, clients: int, seconds: float, rate: float | None = None) -> Report:
        """Send the empty POST with a body of the same shape."""
        body = json.dumps({**_EMPTY_BODY, "customer_id": str(self.office.customer)})
        arguments = {"method": "POST", "path": "/empty", "headers": self.office.headers}
        return send_load(
            Plan(
                host="127.0.0.1",
                port=self.empty.port,
                clients=clients,
                seconds=seconds,
                kind="same",
                arguments={**arguments, "body": body},
                rate=rate,
            )
        )

    def load_ours(
        self, kind: str, clients: int, seconds: float, run: str, rate: float | None = None
    ) -> Report:
        """Send commands, each under a key of its own."""
        arguments: dict[str, object] = {"headers": self.office.headers, "run": run}
        if kind == "creations":
            fields = {"customer_id": str(self.office.customer), "confidence": 50}
            arguments |= {"path": "/v1/opportunities", "fields": fields}
        else:
            arguments["paths"] = self._paths()
        before = cpu_seconds(self.ours.pid)
        report = send_load(
            Plan("127.0.0.1", self.ours.port, clients, seconds, kind, arguments, rate)
        )
        if report.answered:
            used = cpu_seconds(self.ours.pid) - before
            self.cpu_us.append(used / report.answered * 1e6)
        self.accepted += report.accepted
        self.refused = self.refused or report.first_refusal
        return report

    def _paths(self) -> list[str]:
        return asyncio.run(_opportunities(self.stage.dsn))


def measure(room: Room) -> list[Outcome]:
    """Measure throughput at 64 and 8 clients, then latency at half of the smaller throughput."""
    stage = fresh_stage(room.cluster, room.directory, "bench_p1")
    office = asyncio.run(stage.open_office())
    with ExitStack() as stack:
        empty = stack.enter_context(served("empty", stage.environment, room.log("empty")))
        outcomes: list[Outcome] = []
        for what, name in (("command", "command-api alone"), ("web", "the embedded web process")):
            ours = stack.enter_context(served(what, stage.environment, room.log(what)))
            bout = _Bout(room, stage, office, empty, ours)
            outcomes += _bout(bout, what, name)
    return outcomes


def _bout(bout: _Bout, what: str, name: str) -> list[Outcome]:
    room = bout.room
    before = asyncio.run(_receipts(bout.stage.dsn, bout.office))
    bout.load_ours("creations", CLIENTS, room.seconds(15, 4), f"{what}-seed")
    seconds = room.seconds(10, 3)
    outcomes = [
        _throughput(bout, f"{name}: create", "creations", CLIENTS, seconds, what),
        _throughput(bout, f"{name}: edit", "edits", CLIENTS, seconds, what),
    ]
    if what == "command":
        outcomes.append(_throughput(bout, f"{name}: edit", "edits", FEW, seconds, what))
        outcomes.append(_latency(bout, outcomes[1], seconds))
    committed = asyncio.run(_receipts(bout.stage.dsn, bout.office)) - before
    for outcome in outcomes:
        outcome.checks["rows committed = commands answered"] = committed == bout.accepted
        outcome.checks["nothing was refused"] = not bout.refused
        if bout.refused:
            outcome.notes.append(f"refused: {bout.refused[-200:]}")
    return outcomes


def _throughput(
    bout: _Bout, work: str, kind: str, clients: int, seconds: float, what: str
) -> Outcome:
    bout.cpu_us.clear()
    empty, ours = in_turn(
        bout.room.rounds,
        lambda _: bout.load_empty(clients, seconds).rate,
        lambda n: bout.load_ours(kind, clients, seconds, f"{what}-{kind}-{clients}-{n}").rate,
    )
    few = clients == FEW
    return Outcome(
        part="P1",
        work=f"durable commands, {clients} clients, {work}",
        unit="commands/s",
        baseline="empty FastAPI POST",
        baseline_rounds=empty,
        our_rounds=ours,
        first=None if few else Target("≥ 1.0x", 1.0),
        then=Target("≥ 1.2x", 1.2) if few else Target("≥ 2.0x", 2.0),
        notes=[f"{median(bout.cpu_us):.0f} µs of the server's processor time a command"],
    )


def _latency(bout: _Bout, throughput: Outcome, seconds: float) -> Outcome:
    """Take p99 with an open loop, at a rate that both bear: half of what ours reached."""
    rate = max(50.0, median(throughput.our_rounds) * _LOAD_OF_OURS)
    empty, ours = in_turn(
        bout.room.rounds,
        lambda _: bout.load_empty(CLIENTS, seconds, rate).latency_ms["p99"],
        lambda n: bout.load_ours("edits", CLIENTS, seconds, f"open-{n}", rate).latency_ms["p99"],
    )
    return Outcome(
        part="P1b",
        work=f"p99 of an edit, open loop at {rate:.0f}/s",
        unit="ms",
        baseline="p99 of the empty POST at that rate",
        baseline_rounds=empty,
        our_rounds=ours,
        first=Target("≤ 1.5x", 1.5, better="lower"),
        then=Target("≤ 0.5x", 0.5, better="lower"),
    )


async def _opportunities(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select id from log.streams where kind = 'opportunity' limit 20000"
        )
    finally:
        await connection.close()
    return [f"/v1/opportunities/{row['id']}" for row in rows]


async def _receipts(dsn: str, office: Office) -> int:
    """Count the commands in the log by their receipts: one each, "already so" included."""
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetchval(
            "select count(*) from log.receipts where org = $1", office.org
        )
    finally:
        await connection.close()
    return int(found)
