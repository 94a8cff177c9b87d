"""The demo organization as a script: the same seed and day give the same people and deals.

Nothing here decides: the script is commands, which go through the same decisions as everybody's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid5

from cohoi.domain import demo_words as words
from command_api.domain import commands as c
from opportunity_events.v1 import Period, RoleName, StatusType

DAYS: Final = 210
DEALS_VI: Final = 190
DEALS_EN: Final = 130
CUSTOMERS: Final = 44
_STEP_DAYS: Final = (4.0, 32.0)
_ROLES: Final[dict[str, RoleName]] = {"manager": "manager", "rep": "rep"}
_TYPES: Final[dict[str, StatusType]] = {"active": "active", "won": "won", "lost": "lost"}
_PERIODS: Final[tuple[Period, ...]] = ("one_time", "one_time", "one_time", "monthly", "annual")


@dataclass(frozen=True, slots=True)
class Step:
    """A command and the user who gives it, None for the system."""

    command: c.Command
    user: UUID | None


@dataclass(frozen=True, slots=True)
class Market:
    """One of the two halves of the demo: a board with its people, customers and words."""

    board: UUID
    actives: tuple[UUID, ...]
    won: UUID
    losses: tuple[UUID, ...]
    owners: tuple[UUID, ...]
    customers: tuple[UUID, ...]
    contacts: tuple[UUID, ...]
    titles: tuple[str, ...]
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    currencies: tuple[str, ...]
    scale: int  # minor units of a middling deal


class Demo:
    """The script of the demo for one organization and one moment."""

    def __init__(self, org: UUID, now: datetime, seed: int = 20_261_124) -> None:
        self._org = org
        self._now = now
        self._random = Random(seed)  # noqa: S311 - a believable story, not a secret
        self._made = 0

    def groundwork(self) -> tuple[list[Step], tuple[Market, Market]]:
        """Return people, boards and customers, in order, and what the stories are about."""
        steps: list[Step] = []
        for name, role in ((words.ADMIN, "admin"), (words.AUDITOR, "auditor")):
            steps.append(self._user(name, "admin" if role == "admin" else "auditor", None))
        vietnamese = self._market(steps, vietnamese=True)
        english = self._market(steps, vietnamese=False)
        return steps, (vietnamese, english)

    def stories(self, markets: tuple[Market, Market]) -> list[list[Step]]:
        """Return each deal's own story, in the order of its time."""
        vietnamese, english = markets
        stories = [list(self._story(vietnamese)) for _ in range(DEALS_VI)]
        return stories + [list(self._story(english)) for _ in range(DEALS_EN)]

    # --- people, boards, customers ------------------------------------------------------

    def _id(self) -> UUID:
        self._made += 1
        return uuid5(self._org, f"demo/{self._made}")

    def _user(self, name: str, role: RoleName, team: UUID | None) -> Step:
        return Step(c.AddUser(self._id(), name, None, role, team), None)

    def _market(self, steps: list[Step], *, vietnamese: bool) -> Market:
        team = self._id()
        steps.append(Step(c.AddTeam(team, words.TEAM_VI if vietnamese else words.TEAM_EN), None))
        owners: list[UUID] = []
        for name, role in words.PEOPLE_VI if vietnamese else words.PEOPLE_EN:
            step = self._user(name, _ROLES[role], team)
            owners.append(_user_id(step))
            steps.append(step)
        named = words.STATUSES_VI if vietnamese else words.STATUSES_EN
        statuses = tuple(
            c.NewStatus(self._id(), name, _TYPES[kind], color, default)
            for name, kind, default, color in named
        )
        board = self._id()
        title = words.BOARD_VI if vietnamese else words.BOARD_EN
        spare = (self._id(), self._id(), self._id())
        steps.append(Step(c.CreateBoard(board, title, statuses, spare), None))
        customers, contacts = self._customers(steps, vietnamese=vietnamese)
        return Market(
            board=board,
            actives=tuple(s.status_id for s in statuses if s.type == "active"),
            won=next(s.status_id for s in statuses if s.type == "won"),
            losses=tuple(s.status_id for s in statuses if s.type == "lost"),
            owners=tuple(owners),
            customers=customers,
            contacts=contacts,
            titles=words.DEALS_VI if vietnamese else words.DEALS_EN,
            reasons=words.REASONS_VI if vietnamese else words.REASONS_EN,
            notes=words.NOTES_VI if vietnamese else words.NOTES_EN,
            currencies=("VND",) if vietnamese else ("USD", "USD", "EUR"),
            scale=180_000_000 if vietnamese else 1_800_000,
        )

    def _customers(
        self, steps: list[Step], *, vietnamese: bool
    ) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
        names: set[str] = set()
        while len(names) < CUSTOMERS // 2:
            names.add(self._customer_name(vietnamese=vietnamese))
        customers: list[UUID] = []
        contacts: list[UUID] = []
        people = words.PERSONS_VI if vietnamese else words.PERSONS_EN
        for number, name in enumerate(sorted(names), start=1):
            customer, contact = self._id(), self._id()
            reference = f"{'KH' if vietnamese else 'C'}-{number:04d}"
            person = self._random.choice(people)
            steps += [
                Step(c.AddCustomer(customer, name, reference, person=False), None),
                Step(c.AddContact(customer, contact, person, None, None, None), None),
            ]
            customers.append(customer)
            contacts.append(contact)
        return tuple(customers), tuple(contacts)

    def _customer_name(self, *, vietnamese: bool) -> str:
        pick = self._random.choice
        if vietnamese:
            return f"{pick(words.KINDS_VI)} {pick(words.NAMES_VI)}"
        return f"{pick(words.FIRST_EN)} {pick(words.LAST_EN)}"

    # --- deals ---------------------------------------------------------------------------

    def _story(self, market: Market) -> Iterator[Step]:
        """Tell one deal: created, moved on, edited now and then, and mostly closed in the end."""
        chance = self._random
        deal, owner = self._id(), chance.choice(market.owners)
        at = self._now - timedelta(days=chance.triangular(1, DAYS, DAYS / 3))
        yield Step(self._creation(market, deal, owner, at), owner)
        place = 0
        patience = chance.random()
        while True:
            at += timedelta(days=chance.uniform(*_STEP_DAYS), seconds=chance.randrange(3_600))
            if at >= self._now:
                return
            if chance.random() < 0.25:  # noqa: PLR2004 - a quarter of the steps are edits
                yield Step(self._edit(market, deal, at), owner)
                continue
            if chance.random() < 0.14 + 0.1 * patience:
                yield from self._loss(market, deal, owner, at)
                return
            place += 1
            if place == len(market.actives):
                yield Step(c.WinOpportunity(deal, occurred_at=at), owner)
                return
            yield Step(c.MoveOpportunity(deal, market.actives[place], occurred_at=at), owner)

    def _creation(
        self, market: Market, deal: UUID, owner: UUID, at: datetime
    ) -> c.CreateOpportunity:
        chance = self._random
        place = chance.randrange(len(market.customers))
        estimated = chance.random() > 0.12  # noqa: PLR2004 - some deals have no figure yet
        return c.CreateOpportunity(
            deal,
            f"{chance.choice(market.titles)} #{self._made}",
            market.customers[place],
            board_id=market.board,
            value=c.Money(
                self._amount(market) if estimated else None, chance.choice(market.currencies)
            ),
            period=chance.choice(_PERIODS),
            expected_close_date=(at + timedelta(days=chance.randrange(20, 140))).date(),
            contact_ids=(market.contacts[place],) if chance.random() < 0.5 else (),  # noqa: PLR2004
            owner_id=owner,
            note=chance.choice(market.notes) if chance.random() < 0.3 else None,  # noqa: PLR2004
            occurred_at=at,
        )

    def _edit(self, market: Market, deal: UUID, at: datetime) -> c.EditOpportunity:
        if self._random.random() < 0.5:  # noqa: PLR2004 - half of them are about the figure
            value = c.Money(self._amount(market), market.currencies[0])
            return c.EditOpportunity(deal, value=value, occurred_at=at)
        later = (at + timedelta(days=self._random.randrange(10, 90))).date()
        return c.EditOpportunity(deal, expected_close_date=later, occurred_at=at)

    def _loss(self, market: Market, deal: UUID, owner: UUID, at: datetime) -> Iterator[Step]:
        chance = self._random
        reason, status = chance.choice(market.reasons), chance.choice(market.losses)
        yield Step(c.LoseOpportunity(deal, status, reason=reason, occurred_at=at), owner)
        again = at + timedelta(days=chance.uniform(*_STEP_DAYS))
        if chance.random() < 0.1 and again < self._now:  # noqa: PLR2004 - some come back
            yield Step(c.ReopenOpportunity(deal, occurred_at=again), owner)

    def _amount(self, market: Market) -> int:
        rough = self._random.lognormvariate(0, 0.8) * market.scale
        step = 1_000_000 if market.currencies == ("VND",) else 10_000
        return max(step, round(rough / step) * step)


def _user_id(step: Step) -> UUID:
    if not isinstance(step.command, c.AddUser):
        raise TypeError("a step that adds a user")
    return step.command.user_id
