"""P3: an import of a file through real decisions, beside COPY of the same facts."""

import asyncio
import http.client
import json
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

import asyncpg

from cohoi_bench.bench_room import Room
from cohoi_bench.outcome import Outcome, Target
from cohoi_bench.stage import Office, Served, Stage, fresh_stage, running, served

_LIMIT_S: Final = 1_800.0
_BOUNDARY: Final = "a-boundary-of-the-bench"
_COPY_TABLE: Final = """
create table copied (like log.facts including all);
"""


def measure(room: Room) -> list[Outcome]:
    """Import a file over HTTP, with the jobs process and the projector at work."""
    rows = room.size(50_000, 500)
    base: list[float] = []
    own: list[float] = []
    checks: dict[str, bool] = {}
    for _ in range(min(3, room.rounds)):
        stage = fresh_stage(room.cluster, room.directory, "bench_p3")
        office = asyncio.run(stage.open_office())
        before = asyncio.run(_count(stage))
        seconds, job = _import(room, stage, office, rows)
        facts = asyncio.run(_count(stage)) - before
        checks["every row was done"] = job["state"] == "done" and job["done"] == rows
        own.append(facts / seconds)
        base.append(asyncio.run(_copy(stage)))
    return [
        Outcome(
            part="P3",
            work=f"import of {rows:,} rows over HTTP, projector and jobs at work",
            unit="facts/s",
            baseline="COPY of the same facts into a table like the log's",
            baseline_rounds=base,
            our_rounds=own,
            first=Target("≥ 0.1x", 0.1),
            then=Target("≥ 0.3x", 0.3),
            checks=checks,
        )
    ]


def side_processes(stack: ExitStack, room: Room, stage: Stage) -> dict[str, int]:
    """Start jobs and projector; return their pids by name."""
    pids: dict[str, int] = {}
    for name, module in (
        ("projector", "projector.entrypoints.run"),
        ("jobs", "command_api.entrypoints.jobs"),
    ):
        output = stack.enter_context(room.log(name).open("ab"))
        command = [sys.executable, "-m", module]
        pids[name] = stack.enter_context(running(command, stage.environment, output)).pid
    return pids


def ask(
    web: Served, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
) -> tuple[int, Any]:
    """Send one request and return status and JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def wait_for_job(web: Served, office: Office, job_id: str) -> dict[str, Any]:
    """Ask for a job until it ended."""
    deadline = time.monotonic() + _LIMIT_S
    while time.monotonic() < deadline:
        _, job = ask(web, "GET", f"/v1/jobs/{job_id}", office.headers)
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise TimeoutError(f"the job {job_id} did not end")


def _import(room: Room, stage: Stage, office: Office, rows: int) -> tuple[float, dict[str, Any]]:
    lines = ["Title,Customer,Value,Currency,Expected close"]
    lines += [
        f"Deal {n},Customer {n % 500},{n * 1000},VND,2026-{n % 12 + 1:02}-15" for n in range(rows)
    ]
    options = json.dumps({"board_id": str(office.board.id), "currency": "VND"})
    body = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="options"\r\n\r\n{options}\r\n'
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="deals.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n" + "\n".join(lines) + f"\r\n--{_BOUNDARY}--\r\n"
    ).encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    with ExitStack() as stack:
        web = stack.enter_context(served("web", stage.environment, room.log("web")))
        side_processes(stack, room, stage)
        began = time.perf_counter()
        status, said = ask(web, "POST", "/v1/imports", {**office.headers, **kind}, body)
        if status != http.HTTPStatus.ACCEPTED:
            raise RuntimeError(f"the import was answered {status}: {said}")
        job = wait_for_job(web, office, said["job_id"])
        return time.perf_counter() - began, job


async def _count(stage: Stage) -> int:
    connection = await asyncpg.connect(stage.dsn)
    try:
        return int(await connection.fetchval("select count(*) from log.facts"))
    finally:
        await connection.close()


async def _copy(stage: Stage) -> float:
    """Copy the facts out and in again, into a table with the log's keys and checks."""
    connection = await asyncpg.connect(stage.dsn)
    try:
        await connection.execute(_COPY_TABLE)
        records = [tuple(row) for row in await connection.fetch("select * from log.facts")]
        began = time.perf_counter()
        await connection.copy_records_to_table("copied", records=records)
        return len(records) / (time.perf_counter() - began)
    finally:
        await connection.close()
