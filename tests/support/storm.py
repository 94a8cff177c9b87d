"""A storm of callers over HTTP: everything that may happen to boards and deals, at once.

Each client asks for random things of its organization and notes what was acknowledged, so that
the log can be asked afterwards whether it has exactly that.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import httpx

_NAMES: Final = ("Gặp gỡ", "Khảo sát", "Báo giá", "Ký kết", "Thử nghiệm", "Chờ duyệt", "Pilot")
_TYPES: Final = ("active", "active", "won", "lost")


@dataclass
class Ground:
    """What the clients of one organization storm over; grows while they do."""

    client: httpx.AsyncClient
    boards: list[str]
    customers: list[str]
    deals: list[str] = field(default_factory=list[str])
    statuses: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    acknowledged: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    answers: Counter[str] = field(default_factory=Counter[str])


class Stormer:
    """One client; the same seed asks for the same kinds of things."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self._ground = ground
        self._chance = Random(seed)  # noqa: S311 - a reproducible storm
        self._seed = seed
        self._asked = 0

    async def rage(self, commands: int) -> None:
        """Ask for so many things, one after the other."""
        for _ in range(commands):
            await self._chance.choice(self._kinds())()

    def _kinds(self) -> list[Any]:
        often = [self._move, self._edit, self._win, self._lose, self._create]
        seldom = [self._reopen, self._delete, self._restore, self._bulk]
        rare = [self._add_status, self._rename_status, self._reorder, self._delete_status]
        return often * 6 + seldom * 3 + rare

    async def _ask(self, method: str, path: str, body: Any = None, **extra: Any) -> httpx.Response:
        self._asked += 1
        headers = {"Idempotency-Key": f"storm-{self._seed}-{self._asked}"}
        if self._chance.random() < 0.2:
            headers["If-Match"] = f'"{self._chance.randrange(1, 6)}"'
        answer = await self._ground.client.request(
            method, path, json=body, headers=headers, **extra
        )
        kind = "" if answer.is_success else f" {answer.json().get('type')}"
        self._ground.answers[f"{answer.status_code}{kind}"] += 1
        if answer.is_success:
            self._ground.acknowledged.append(answer.json())
        return answer

    def _deal(self) -> str:
        return self._chance.choice(self._ground.deals)

    def _status(self) -> tuple[str, str]:
        board = self._chance.choice(self._ground.boards)
        return board, self._chance.choice(self._ground.statuses[board])

    async def _create(self) -> None:
        board, status = self._status()
        body: dict[str, Any] = {
            "title": f"Deal {self._seed}.{self._asked}",
            "customer_id": self._chance.choice(self._ground.customers),
            "board_id": board,
            "period": self._chance.choice(["one_time", "monthly", "annual"]),
            "value": self._money(),
        }
        if self._chance.random() < 0.4:
            body["status_id"] = status
        if self._chance.random() < 0.3:
            body |= {"note": "Gọi lại", "confidence": self._chance.randrange(101)}
        answer = await self._ask("POST", "/v1/opportunities", body)
        if answer.is_success:
            self._ground.deals.append(answer.json()["id"])

    def _money(self) -> dict[str, Any] | None:
        if self._chance.random() < 0.2:
            return None
        currency = self._chance.choice(["VND", "USD", "EUR"])
        return {"amount_minor": self._chance.randrange(10**9), "currency": currency}

    async def _move(self) -> None:
        _, status = self._status()
        await self._ask("POST", f"/v1/opportunities/{self._deal()}/move", {"status_id": status})

    async def _edit(self) -> None:
        body = self._chance.choice(
            [
                {"title": f"Tên {self._asked}"},
                {"value": self._money()},
                {"confidence": self._chance.randrange(101)},
                {"period": "monthly"},
                {"expected_close_date": "2027-03-01"},
                {"note": None},
            ]
        )
        await self._ask("PATCH", f"/v1/opportunities/{self._deal()}", body)

    async def _win(self) -> None:
        await self._ask("POST", f"/v1/opportunities/{self._deal()}/win")

    async def _lose(self) -> None:
        await self._ask("POST", f"/v1/opportunities/{self._deal()}/lose", {"reason": "Giá"})

    async def _reopen(self) -> None:
        await self._ask("POST", f"/v1/opportunities/{self._deal()}/reopen")

    async def _delete(self) -> None:
        await self._ask("DELETE", f"/v1/opportunities/{self._deal()}")

    async def _restore(self) -> None:
        await self._ask("POST", f"/v1/opportunities/{self._deal()}/restore")

    async def _bulk(self) -> None:
        ids = [self._deal() for _ in range(self._chance.randrange(2, 12))]
        command = self._chance.choice(["win", "lose", "delete", "restore"])
        await self._ask("POST", "/v1/opportunities/bulk", {"command": command, "ids": ids})

    async def _add_status(self) -> None:
        board, _ = self._status()
        body = {"name": self._chance.choice(_NAMES), "type": self._chance.choice(_TYPES)}
        answer = await self._ask("POST", f"/v1/boards/{board}/statuses", body)
        if answer.is_success:
            self._ground.statuses[board].append(answer.json()["id"])

    async def _rename_status(self) -> None:
        board, status = self._status()
        body: dict[str, Any] = {"name": f"{self._chance.choice(_NAMES)} {self._chance.random():.3}"}
        if self._chance.random() < 0.3:
            body["type"] = self._chance.choice(_TYPES)
        await self._ask("PATCH", f"/v1/boards/{board}/statuses/{status}", body)

    async def _reorder(self) -> None:
        board, _ = self._status()
        shown = (await self._ground.client.get(f"/v1/boards/{board}")).json()["statuses"]
        ids = [status["id"] for status in shown]
        self._chance.shuffle(ids)
        await self._ask("PUT", f"/v1/boards/{board}/statuses/order", {"status_ids": ids})

    async def _delete_status(self) -> None:
        board, status = self._status()
        replacement = self._chance.choice(self._ground.statuses[board])
        await self._ask(
            "DELETE",
            f"/v1/boards/{board}/statuses/{status}",
            params={"replacement": replacement, "allow_type_change": "true"},
        )


async def prepare(client: httpx.AsyncClient) -> Ground:
    """Make two boards and some customers to storm over."""
    boards = [
        (await client.post("/v1/boards", json={"name": f"Bảng {n}"})).json()["id"] for n in (1, 2)
    ]
    customers: list[str] = []
    for number in range(5):
        body = {"name": f"Khách {number}"}
        customers.append((await client.post("/v1/customers", json=body)).json()["id"])
    ground = Ground(client, boards, customers)
    for board in boards:
        body = {"title": "Đầu tiên", "customer_id": customers[0], "board_id": board}
        made = (await client.post("/v1/opportunities", json=body)).json()
        ground.deals.append(made["id"])
        view = await client.get(f"/v1/boards/{board}", params={"min_position": made["position"]})
        ground.statuses[board] = [status["id"] for status in view.json()["statuses"]]
    return ground


async def storm(grounds: list[Ground], clients: int, commands: int) -> None:
    """Let so many clients rage, shared out between the grounds."""
    await asyncio.gather(
        *(Stormer(grounds[n % len(grounds)], n).rage(commands) for n in range(clients))
    )
