"""Fifty people in eight teams with their deals, and a model that says who may see which of them."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

from command_api.domain import commands as c
from opportunity_events.v1 import RoleName
from service_runtime.ids import new_id
from support.office import Office

TEAMS: Final = 8
PEOPLE: Final = 50
ROLES: Final[tuple[RoleName, ...]] = ("rep",) * 8 + ("manager", "rep")
SETTINGS: Final[tuple[Literal["own", "team", "all"], ...]] = ("own", "team", "all")
_CURRENCIES: Final = ("VND", "USD")
_ACTIVE: Final = ("Mới", "Đàm phán")
_TYPES: Final = {"Won": "won", "Lost": "lost"}


@dataclass(frozen=True)
class Member:
    """Somebody of the crowd."""

    id: UUID
    role: RoleName
    team: UUID | None


@dataclass
class Deal:
    """An opportunity as the commands that were told made it."""

    id: UUID
    owner: UUID
    board: UUID
    status: UUID
    type: str
    customer: UUID
    amount: int | None
    currency: str
    title: str
    confidence: int
    deleted: bool = False

    @property
    def expected(self) -> int:
        """Value times effective confidence."""
        sure = {"won": 100, "lost": 0}.get(self.type, self.confidence)
        return (self.amount or 0) * sure // 100


@dataclass
class Crowd:
    """An organization of many, and what the model knows of it."""

    office: Office
    chance: Random
    teams: list[UUID] = field(default_factory=list[UUID])
    members: list[Member] = field(default_factory=list[Member])
    boards: dict[UUID, dict[str, UUID]] = field(default_factory=dict[UUID, dict[str, UUID]])
    customers: list[UUID] = field(default_factory=list[UUID])
    deals: dict[UUID, Deal] = field(default_factory=dict[UUID, Deal])
    setting: str = "all"

    async def gather(self, deals: int) -> None:
        """Begin everything: teams, people, boards, customers, deals, and what became of these."""
        self.teams = [new_id() for _ in range(TEAMS)]
        await self._all(c.AddTeam(team, f"Nhóm {n}") for n, team in enumerate(self.teams))
        roles: list[RoleName] = [*(ROLES * 5)[: PEOPLE - 2], "admin", "auditor"]
        self.members = [
            Member(new_id(), role, team)
            for role, team in zip(
                roles,
                [self.chance.choice([*self.teams, *self.teams, None]) for _ in range(PEOPLE)],
                strict=True,
            )
        ]
        await self._all(
            c.AddUser(one.id, f"Người {n}", None, one.role, one.team)
            for n, one in enumerate(self.members)
        )
        for _ in range(2):
            board, statuses = await self.office.add_board(*_ACTIVE)
            self.boards[board] = statuses
        self.customers = [new_id() for _ in range(10)]
        await self._all(
            c.AddCustomer(one, f"Khách {n}", None, person=False)
            for n, one in enumerate(self.customers)
        )
        await self._all([self._create(number) for number in range(deals)])
        await self._all([self._change(deal) for deal in self.deals.values()])
        await self._all(
            [self._delete(deal) for deal in self.deals.values() if self.chance.random() < 0.1]
        )

    async def allow(self, setting: Literal["own", "team", "all"]) -> None:
        """Change the organization's setting."""
        await self.office.ask(c.EditOrganization(visibility=setting))
        self.setting = setting

    def sees(self, member: Member, deal: Deal) -> bool:
        """Say by the contract's words whether somebody sees a deal."""
        if member.role in ("admin", "auditor") or self.setting == "all":
            return True
        if deal.owner == member.id:
            return True
        owner = next((one for one in self.members if one.id == deal.owner), None)
        mate = owner is not None and member.team is not None and owner.team == member.team
        return mate and (self.setting == "team" or member.role == "manager")

    def seen(self, member: Member) -> list[Deal]:
        """Return what somebody sees."""
        return [deal for deal in self.deals.values() if self.sees(member, deal)]

    def hidden(self, member: Member) -> list[Deal]:
        """Return what somebody does not see."""
        return [deal for deal in self.deals.values() if not self.sees(member, deal)]

    def _create(self, number: int) -> c.CreateOpportunity:
        board = self.chance.choice([*self.boards])
        status = self.chance.choice(_ACTIVE)
        deal = Deal(
            id=new_id(),
            owner=self.chance.choice(self.members).id,
            board=board,
            status=self.boards[board][status],
            type="active",
            customer=self.chance.choice(self.customers),
            amount=self.chance.choice([None, self.chance.randrange(100) * 100]),
            currency=self.chance.choice(_CURRENCIES),
            title=f"Mật {number:04} kín{number % 7}",
            confidence=self.chance.choice([0, 25, 50, 100]),
        )
        self.deals[deal.id] = deal
        return c.CreateOpportunity(
            deal.id,
            deal.title,
            deal.customer,
            board_id=board,
            status_id=deal.status,
            owner_id=deal.owner,
            value=c.Money(deal.amount, deal.currency),
            confidence=deal.confidence,
        )

    def _change(self, deal: Deal) -> c.Command:
        if self.chance.random() < 0.4:
            deal.owner = self.chance.choice(self.members).id
            return c.EditOpportunity(deal.id, owner_id=deal.owner)
        status = self.chance.choice([*self.boards[deal.board]])
        deal.status, deal.type = self.boards[deal.board][status], _TYPES.get(status, "active")
        return c.MoveOpportunity(deal.id, deal.status)

    def _delete(self, deal: Deal) -> c.Command:
        deal.deleted = True
        return c.DeleteOpportunity(deal.id)

    async def _all(self, commands: Iterable[c.Command]) -> None:
        await asyncio.gather(*(self.office.ask(command) for command in commands))


def sums(deals: Iterable[Deal]) -> list[dict[str, Any]]:
    """Return what the model adds up: by currency and type count, open figures, listed sums."""
    held = list(deals)
    return [
        {
            "currency": currency,
            "count": len(of_currency),
            **{
                kind: _sum([deal for deal in of_currency if deal.type == kind])
                for kind in ("active", "won", "lost")
            },
        }
        for currency in sorted({deal.currency for deal in held})
        if (of_currency := [deal for deal in held if deal.currency == currency])
    ]


def shown_sums(totals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of totals that were shown what the model knows too."""
    return [
        {
            "currency": one["currency"],
            "count": one["count"],
            **{kind: _shown(one[kind]) for kind in ("active", "won", "lost")},
        }
        for one in totals
    ]


def status_sums(deals: Iterable[Deal], status: str) -> list[tuple[Any, ...]]:
    """Return what the model adds up for one status."""
    held = [deal for deal in deals if str(deal.status) == status]
    return [
        (currency, *_sum([deal for deal in held if deal.currency == currency]))
        for currency in sorted({deal.currency for deal in held})
    ]


def shown_status_sums(totals: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return of a status's totals what the model knows too."""
    return [(one["currency"], *_shown(one)) for one in totals]


def _sum(deals: list[Deal]) -> tuple[int, int, str, str]:
    return (
        len(deals),
        sum(deal.amount is None for deal in deals),
        str(sum(deal.amount or 0 for deal in deals)),
        str(sum(deal.expected for deal in deals)),
    )


def _shown(one: dict[str, Any]) -> tuple[int, int, str, str]:
    return (
        one["count"],
        one["not_estimated"],
        one["value_minor"]["listed"],
        one["expected_minor"]["listed"],
    )


Filtered = tuple[dict[str, Any], Callable[[Deal], bool]]
"""A filter as a query, and what it demands of a deal."""


def any_filter(crowd: Crowd, chance: Random) -> Filtered:
    """Return a filter by chance; it may well name what its asker does not see."""
    deal = chance.choice([*crowd.deals.values()])
    owners = {one.id: one.team for one in crowd.members}
    team = chance.choice(crowd.teams)
    choices: list[Filtered] = [
        ({"owner": str(deal.owner)}, lambda one: one.owner == deal.owner),
        ({"team": str(team)}, lambda one: owners.get(one.owner) == team),
        ({"customer": str(deal.customer)}, lambda one: one.customer == deal.customer),
        ({"status": str(deal.status)}, lambda one: one.status == deal.status),
        ({"board": str(deal.board)}, lambda one: one.board == deal.board),
        ({"type": deal.type}, lambda one: one.type == deal.type),
        ({"q": deal.title}, lambda one: one.title == deal.title),
        ({"q": "kin3 mat"}, lambda one: "kín3" in one.title),
        ({"currency": deal.currency}, lambda one: one.currency == deal.currency),
        (
            {"currency": deal.currency, "value_min": "5000"},
            lambda one: one.currency == deal.currency and (one.amount or 0) >= 5000,
        ),
        ({}, lambda _: True),
    ]
    query, holds = chance.choice(choices)
    if chance.random() < 0.15:
        return {**query, "deleted": "true"}, lambda one: one.deleted and holds(one)
    return query, lambda one: not one.deleted and holds(one)
