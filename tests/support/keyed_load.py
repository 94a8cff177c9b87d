"""A mixed load whose every command has a key, and which can say afterwards what became of each.

Commands, bulk work, imports and reports, as several clients send them. What is not acknowledged
(no connection, 5xx) is sent again under its key until the product says what became of it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import httpx

from service_runtime.ids import new_id

_PAUSE_S: Final = 0.2
_SETTLED_WITHIN_S: Final = 60.0
_ROWS_OF_IMPORT: Final = 120
Pace = Callable[[], Awaitable[None]]


async def full_speed() -> None:
    """Let a client send its next request at once."""


@dataclass(frozen=True)
class Sent:
    """One request under a key, as it can be sent again."""

    key: str
    kind: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    file: bytes | None = None


@dataclass
class Ground:
    """What the load works on."""

    board: str
    statuses: list[str]
    customer: str
    deals: list[str] = field(default_factory=list[str])


class KeyedLoad:
    """Clients of one organization, and a ledger of their commands."""

    def __init__(self, client: httpx.AsyncClient, ground: Ground, seed: int) -> None:
        self._client = client
        self._ground = ground
        self._chance = Random(seed)  # noqa: S311 - a reproducible load
        self._on = True
        self.acknowledged: dict[str, tuple[Sent, bytes]] = {}
        self.open: dict[str, Sent] = {}
        self.jobs: list[str] = []
        self.reports: list[str] = []
        self.answers: Counter[str] = Counter()
        self.last_acknowledged_at = 0.0

    async def run(self, pace: Pace = full_speed) -> None:
        """Send one request after another until told to stop."""
        while self._on:
            await pace()
            await self.once(self._next())

    def stop(self) -> None:
        """Let every client end with the request in hand."""
        self._on = False

    def go_on(self) -> None:
        """Let clients run again."""
        self._on = True

    async def once(self, sent: Sent) -> bool:
        """Send a request; say whether the product said what became of it."""
        try:
            answer = await self._send(sent)
        except httpx.TransportError as error:
            self.answers[type(error).__name__] += 1
            self.open[sent.key] = sent
            await asyncio.sleep(_PAUSE_S)
            return False
        slug = "" if answer.is_success else f" {_slug(answer)}"
        self.answers[f"{answer.status_code}{slug}"] += 1
        if answer.is_server_error:
            self.open[sent.key] = sent
            await asyncio.sleep(_PAUSE_S)
            return False
        self.open.pop(sent.key, None)
        if answer.is_success:
            self._note(sent, answer)
        return True

    async def settle(self) -> None:
        """Send again what was not acknowledged, until it is known what became of it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _SETTLED_WITHIN_S
        while self.open:
            assert loop.time() < until, f"not settled: {self.answers}"
            for sent in list(self.open.values()):
                await self.once(sent)

    async def demand_same_answers(self, keys: list[str]) -> None:
        """Send acknowledged commands again: the same bytes, so none is done twice."""
        for key in keys:
            sent, body = self.acknowledged[key]
            answer = await self._send(sent)
            assert answer.content == body, f"{sent}: {answer.content!r}, before {body!r}"

    def _note(self, sent: Sent, answer: httpx.Response) -> None:
        self.acknowledged[sent.key] = (sent, answer.content)
        self.last_acknowledged_at = asyncio.get_running_loop().time()
        body = answer.json()
        if sent.kind == "create":
            self._ground.deals.append(body["id"])
        elif "job_id" in body:
            self.jobs.append(body["job_id"])
        elif sent.kind == "report":
            self.reports.append(body["id"])

    async def _send(self, sent: Sent) -> httpx.Response:
        headers = {"Idempotency-Key": sent.key}
        if sent.file is None:
            return await self._client.request(
                sent.method, sent.path, json=sent.body, headers=headers
            )
        return await self._client.post(
            sent.path,
            files={"file": ("deals.csv", sent.file, "text/csv")},
            data={"options": json.dumps(sent.body)},
            headers=headers,
        )

    def _next(self) -> Sent:
        draw = self._chance.random()
        if draw < 0.55 or len(self._ground.deals) < 20:
            return self._create()
        if draw < 0.93:
            return self._change()
        if draw < 0.97:
            return self._bulk()
        if draw < 0.975:
            return self._bulk_by_filter()
        return self._import() if draw < 0.985 else self._report()

    def _create(self) -> Sent:
        key = str(new_id())
        body = {
            "title": f"Deal {key[-6:]}",
            "customer_id": self._ground.customer,
            "board_id": self._ground.board,
            "value": {"amount_minor": self._chance.randrange(10**9), "currency": "VND"},
        }
        return Sent(key, "create", "POST", "/v1/opportunities", body)

    def _change(self) -> Sent:
        path = f"/v1/opportunities/{self._deal()}"
        key, what = str(new_id()), self._chance.choice(["move", "win", "lose", "reopen", "edit"])
        if what == "edit":
            body: dict[str, Any] = {"confidence": self._chance.randrange(101)}
            return Sent(key, what, "PATCH", path, body)
        moved = {"status_id": self._chance.choice(self._ground.statuses)}
        return Sent(key, what, "POST", f"{path}/{what}", moved if what == "move" else None)

    def _bulk(self) -> Sent:
        ids = list({self._deal() for _ in range(20)})
        body = {"command": self._chance.choice(["win", "lose", "reopen"]), "ids": ids}
        return Sent(str(new_id()), "bulk", "POST", "/v1/opportunities/bulk", body)

    def _bulk_by_filter(self) -> Sent:
        """Return a job over one opportunity in 256, by how its title ends."""
        body: dict[str, Any] = {
            "command": "edit",
            "params": {"confidence": self._chance.randrange(101)},
            "filter": {"q": f"{self._chance.randrange(256):02x}"},
        }
        return Sent(str(new_id()), "bulk by filter", "POST", "/v1/opportunities/bulk", body)

    def _import(self) -> Sent:
        key = str(new_id())
        rows = "".join(f"{key[-6:]}-{n},Acme {n % 9},{n * 10}\n" for n in range(_ROWS_OF_IMPORT))
        options = {"board_id": self._ground.board, "currency": "USD"}
        file = f"title,customer,value\n{rows}".encode()
        return Sent(key, "import", "POST", "/v1/imports", options, file)

    def _report(self) -> Sent:
        form = self._chance.choice(["csv", "csv-raw", "xlsx"])
        body = {"kind": "opportunities", "format": form}
        return Sent(str(new_id()), "report", "POST", "/v1/reports", body)

    def _deal(self) -> str:
        recent = self._ground.deals[-500:]
        return self._chance.choice(recent)


async def prepare_ground(client: httpx.AsyncClient) -> Ground:
    """Make a board and a customer to work on."""
    board = (await client.post("/v1/boards", json={"name": "Load"})).json()["id"]
    made = (await client.post("/v1/customers", json={"name": "Khách"})).json()
    view = await client.get(f"/v1/boards/{board}", params={"min_position": made["position"]})
    statuses = [one["id"] for one in view.json()["statuses"]]
    return Ground(board, statuses, made["id"])


def _slug(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["type"])
    except (ValueError, KeyError):
        return answer.text[:40]
