"""`python -m cohoi_bench.load`: a cheap HTTP load generator, in a process of its own.

Reads one JSON plan from standard input and writes one JSON report to standard output. A closed
loop (no `rate`) keeps one request under way per connection and measures throughput; an open
loop (`rate`, in requests/s) sends on a fixed schedule and measures each latency from the moment
at which its request was due, so that a stall is counted in full.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import msgspec
import uvloop

from cohoi_bench import requests
from cohoi_bench.requests import RequestOf

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "


class Plan(msgspec.Struct):
    """What to send where, for how long."""

    host: str
    port: int
    clients: int
    seconds: float
    kind: str
    """`same`, `creations`, `edits` or `moves`."""
    arguments: dict[str, Any]
    rate: float | None = None
    limit: int | None = None
    """Stop after so many requests."""
    grace_s: float = 15.0
    """How long to wait in the end for what is still under way."""
    keep: bool = False
    """Whether to report every latency, so that several reports can be told as one."""


class Report(msgspec.Struct):
    """What came back."""

    seconds: float
    answered: int
    statuses: dict[str, int]
    broken: int
    """Connections that were lost, and requests that had no answer in the end."""
    latency_ms: dict[str, float]
    first_refusal: str
    """The beginning of the first answer that was no success, for whoever has to find out why."""
    kept_ms: list[float] = []
    """Every latency, where the plan said so."""

    @property
    def accepted(self) -> int:
        """How many were answered 2xx."""
        return sum(n for status, n in self.statuses.items() if status.startswith("2"))

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


@dataclass
class _Tally:
    statuses: Counter[int] = field(default_factory=Counter[int])
    latencies: list[float] = field(default_factory=list[float])
    broken: int = 0
    first_refusal: str = ""


class _Connection(asyncio.Protocol):
    """One keep-alive connection; answers come in order."""

    def __init__(self, client: int, request_of: RequestOf, tally: _Tally) -> None:
        self._client = client
        self._request_of = request_of
        self._tally = tally
        self._due: deque[float] = deque()
        self._received = b""
        self._sent = 0
        self._transport: asyncio.Transport | None = None
        self.loops = False
        self.idle = asyncio.Event()
        self.idle.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's stands under no ABC

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._tally.broken += len(self._due)
        self._due.clear()
        self.loops = False
        self.idle.set()
        self._transport = None

    @property
    def under_way(self) -> int:
        return len(self._due)

    def send(self, due: float) -> None:
        if self._transport is None:
            self._tally.broken += 1
            return
        self._due.append(due)
        self.idle.clear()
        self._transport.write(self._request_of(self._client, self._sent))
        self._sent += 1

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        while True:
            head = received.find(_HEAD_END)
            if head < 0:
                break
            at = received.find(_LENGTH, 0, head)
            if at < 0:
                at = received.lower().find(_LENGTH, 0, head)
            length = 0
            if at >= 0:
                end = received.find(b"\r\n", at)
                length = int(received[at + len(_LENGTH) : end])
            whole = head + 4 + length
            if len(received) < whole:
                break
            self._answered(received[:whole])
            received = received[whole:]
            if not received:
                break
        self._received = received

    def _answered(self, answer: bytes) -> None:
        now = time.perf_counter()
        self._tally.latencies.append(now - self._due.popleft())
        status = int(answer[9:12])
        self._tally.statuses[status] += 1
        if not 200 <= status < 300 and not self._tally.first_refusal:  # noqa: PLR2004 - a success
            self._tally.first_refusal = answer[-600:].decode(errors="replace")
        if self.loops:
            self.send(now)
        elif not self._due:
            self.idle.set()


def as_one(reports: Sequence[Report]) -> Report:
    """Tell reports that kept their latencies, and came one after another, as one."""
    statuses: Counter[str] = Counter()
    for report in reports:
        statuses.update(report.statuses)
    kept = [one for report in reports for one in report.kept_ms]
    return Report(
        seconds=sum(report.seconds for report in reports),
        answered=sum(report.answered for report in reports),
        statuses=dict(statuses),
        broken=sum(report.broken for report in reports),
        latency_ms=_quantiles([one / 1000 for one in kept]),
        first_refusal=next((r.first_refusal for r in reports if r.first_refusal), ""),
        kept_ms=kept,
    )


async def run(plan: Plan) -> Report:
    """Carry a plan out."""
    loop = asyncio.get_running_loop()
    tally = _Tally()
    request_of = _request_of(plan)
    connections: list[_Connection] = []
    for client in range(plan.clients):
        _, connection = await loop.create_connection(
            lambda client=client: _Connection(client, request_of, tally), plan.host, plan.port
        )
        connections.append(connection)
    began = time.perf_counter()
    if plan.rate is None:
        await _closed_loop(plan, connections, tally)
    else:
        await _open_loop(plan, plan.rate, connections)
    seconds = time.perf_counter() - began
    for connection in connections:
        tally.broken += connection.under_way
    return Report(
        seconds=seconds,
        answered=sum(tally.statuses.values()),
        statuses={str(status): n for status, n in sorted(tally.statuses.items())},
        broken=tally.broken,
        latency_ms=_quantiles(tally.latencies),
        first_refusal=tally.first_refusal,
        kept_ms=[round(one * 1000, 3) for one in tally.latencies] if plan.keep else [],
    )


async def _closed_loop(plan: Plan, connections: list[_Connection], tally: _Tally) -> None:
    for connection in connections:
        connection.loops = True
        connection.send(time.perf_counter())
    until = time.perf_counter() + plan.seconds
    while time.perf_counter() < until:
        await asyncio.sleep(min(0.02, max(0.0, until - time.perf_counter())))
        if plan.limit is not None and len(tally.latencies) >= plan.limit:
            break
    for connection in connections:
        connection.loops = False
    await _drain(connections, plan.grace_s)


async def _open_loop(plan: Plan, rate: float, connections: list[_Connection]) -> None:
    """Send each request when it is due, on the next connection, whatever is still under way."""
    began = time.perf_counter()
    total = int(rate * plan.seconds)
    for n in range(total):
        due = began + n / rate
        ahead = due - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        elif n % 64 == 0:
            await asyncio.sleep(0)
        connections[n % len(connections)].send(due)
    await _drain(connections, plan.grace_s)


async def _drain(connections: list[_Connection], grace_s: float) -> None:
    try:
        async with asyncio.timeout(grace_s):
            for connection in connections:
                await connection.idle.wait()
    except TimeoutError:
        pass


def _request_of(plan: Plan) -> RequestOf:
    arguments = dict(plan.arguments)
    if isinstance(arguments.get("body"), str):
        arguments["body"] = arguments["body"].encode()
    match plan.kind:
        case "same":
            return requests.the_same(**arguments)
        case "creations":
            return requests.creations(**arguments)
        case "edits":
            return requests.edits(**arguments)
        case "moves":
            return requests.moves(**arguments)
        case other:
            raise ValueError(f"no such load: {other}")


def _quantiles(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return {
        name: round(ordered[min(last, int(len(ordered) * part))] * 1000, 3)
        for name, part in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1.0))
    }


def main() -> None:
    """Carry out the plan on standard input."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    report = uvloop.run(run(plan))
    sys.stdout.write(json.dumps(msgspec.to_builtins(report)))


if __name__ == "__main__":
    main()
