"""Clients at a steady pace over HTTP: what each command took from the moment at which it was due.

Open loop: a command that is due while another one stalls is late from then on, and that counts.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx


@dataclass
class Taken:
    """What was seen of a stretch of time."""

    seconds: list[float] = field(default_factory=list[float])
    late: list[float] = field(default_factory=list[float])
    shown_after: list[float] = field(default_factory=list[float])
    answers: Counter[str] = field(default_factory=Counter[str])

    def p(self, share: float) -> float:
        """Return the time within which so many commands were answered, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{len(self.seconds)} commands, p50 {self.p(0.5):.1f} ms, p99 {self.p(0.99):.1f} ms, "
            f"worst {max(self.seconds) * 1000:.0f} ms; asked late by up to "
            f"{max(self.late, default=0) * 1000:.0f} ms; reads behind at most "
            f"{max(self.shown_after, default=0):.2f} s"
        )


@dataclass
class SteadyLoad:
    """So many clients, each with so many commands a second, on one board."""

    client: httpx.AsyncClient
    board: str
    customer: str
    statuses: list[str]
    deals: list[str]
    every_s: float
    taken: Taken = field(default_factory=Taken)
    over: bool = False

    @asynccontextmanager
    async def running(self, clients: int) -> AsyncGenerator[None]:
        """Work beside the body, and look once in a while how far the reads are."""
        tasks = [asyncio.create_task(self._work(n, clients)) for n in range(clients)]
        tasks.append(asyncio.create_task(self._look()))
        try:
            yield
        finally:
            self.over = True  # who is cancelled in the middle of a request leaves it unclosed
            await asyncio.gather(*tasks)

    def fresh(self) -> Taken:
        """Begin another stretch, and return what was seen of the one before."""
        before, self.taken = self.taken, Taken()
        return before

    async def _work(self, number: int, clients: int) -> None:
        chance = Random(number)  # noqa: S311 - a reproducible load
        due = time.monotonic() + self.every_s * number / clients
        while not self.over:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            method, path, body = self._command(chance)
            self.taken.late.append(time.monotonic() - due)
            answer = await self.client.request(method, path, json=body)
            kind = "" if answer.is_success else f" {answer.json().get('type')}"
            self.taken.answers[f"{answer.status_code}{kind}"] += 1
            self.taken.seconds.append(time.monotonic() - due)
            due += self.every_s

    def _command(self, chance: Random) -> tuple[str, str, Any]:
        deal = f"/v1/opportunities/{chance.choice(self.deals)}"
        kind = chance.randrange(10)
        if kind < 5:
            return "PATCH", deal, {"confidence": chance.randrange(101)}
        if kind < 8:
            return "POST", f"{deal}/move", {"status_id": chance.choice(self.statuses)}
        made = {"title": "Beside", "customer_id": self.customer, "board_id": self.board}
        return "POST", "/v1/opportunities", made

    async def _look(self) -> None:
        """Ask how long it takes until a command is shown."""
        while not self.over:
            path = f"/v1/opportunities/{self.deals[0]}"
            body = {"title": f"Seen {time.monotonic()}"}
            answer = await self.client.patch(path, json=body)
            began = time.monotonic()
            if answer.is_success:
                seen = await self.client.get(
                    "/v1/me", params={"min_position": answer.json()["position"]}
                )
                if seen.is_success:
                    self.taken.shown_after.append(time.monotonic() - began)
                else:
                    self.taken.shown_after.append(5.0)
            await asyncio.sleep(0.2)
