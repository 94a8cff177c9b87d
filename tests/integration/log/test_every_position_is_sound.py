"""Three processes at random on one board and its deals: the log is sound at every position."""

import asyncio
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from command_api.domain import commands as c
from command_api.domain import refusal
from command_api.domain.board.state import Board
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.streams import State, encode_state, evolve
from opportunity_events import v1
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream
from service_runtime.ids import new_id
from support.office import Office, open_committer

ROUNDS, AT_ONCE = 8, 60
TYPES: tuple[v1.StatusType, ...] = ("active", "won", "lost")


class Chances:
    """Makes commands on one board, most of them possible, many of them at odds."""

    def __init__(self, seed: int, board: UUID, statuses: list[UUID], customer: UUID) -> None:
        self.random = Random(seed)  # noqa: S311 - repeatable, not secret
        self.board = board
        self.statuses = statuses
        self.customer = customer
        self.deals: list[UUID] = []

    def command(self) -> c.Command:
        choose = self.random.choice
        status = choose(self.statuses)
        if not self.deals or self.random.random() < 0.15:
            self.deals.append(new_id())
            return c.CreateOpportunity(
                self.deals[-1], "Deal", self.customer, board_id=self.board, status_id=status
            )
        deal = choose(self.deals)
        return choose((self._of_status, self._of_deal, self._of_deal))(status, deal)

    def _of_status(self, status: UUID, _: UUID) -> c.Command:
        match self.random.randrange(4):
            case 0:
                self.statuses.append(new_id())
                name = f"New {self.random.randrange(20)}"
                new = c.NewStatus(self.statuses[-1], name, self._type(), None, None)
                return c.AddStatus(self.board, new, 0)
            case 1:
                return c.EditStatus(self.board, status, name=f"Name {self.random.randrange(999)}")
            case 2:
                return c.EditStatus(self.board, status, type=self._type())
            case _:
                to = self.random.choice((None, *self.statuses))
                return c.DeleteStatus(self.board, status, to, allow_type_change=True)

    def _of_deal(self, status: UUID, deal: UUID) -> c.Command:
        commands: tuple[c.Command, ...] = (
            c.MoveOpportunity(deal, status),
            c.WinOpportunity(deal),
            c.ReopenOpportunity(deal),
            c.DeleteOpportunity(deal),
            c.RestoreOpportunity(deal),
            c.EditOpportunity(deal, title=f"Deal {self.random.randrange(9)}"),
            c.BulkOpportunities(
                tuple(c.MoveOpportunity(one, status) for one in self.deals[-5:]), dry_run=False
            ),
        )
        return self.random.choice(commands)

    def _type(self) -> v1.StatusType:
        return self.random.choice(TYPES)


@pytest.mark.parametrize("seed", range(4))
async def test_every_position_of_a_raced_log_is_sound(
    office: Office, database: str, seed: int
) -> None:
    board, statuses = await office.add_board("A", "B", "C")
    chances = Chances(seed, board, list(statuses.values()), await office.add_customer())
    answers: list[Any] = []
    async with open_committer(database) as (second, _), open_committer(database) as (third, _):
        others = [Office(one, office.pool, office.org, office.admin) for one in (second, third)]
        for _round in range(ROUNDS):
            asked: list[Any] = []
            for _one in range(AT_ONCE):
                one = chances.random.choice((office, *others))
                asked.append(one.ask(chances.command(), key=str(new_id())))
            answers += await asyncio.gather(*asked, return_exceptions=True)
    wrong = [a for a in answers if not isinstance(a, dict | refusal.Refusal)]
    assert wrong == []
    connection = await asyncpg.connect(database)
    try:
        facts = await connection.fetch("select position, bytes from log.facts order by position")
        rows = await connection.fetch("select org, kind, id, state from log.streams")
    finally:
        await connection.close()
    states, reached = _folded(facts)
    assert all(
        bytes(row["state"]) == encode_state(states[Stream(row["org"], row["kind"], row["id"])])
        for row in rows
    )
    for answer in answers:
        if isinstance(answer, dict) and (version := answer.get("version")):
            of = UUID(answer["id"])
            subject = of if (of, 1) in reached else board
            after = reached.get((subject, version + 1))
            assert reached[subject, version] <= answer["position"]
            assert after is None or after > answer["position"]


def _folded(facts: list[Any]) -> tuple[dict[Stream, State], dict[tuple[UUID, int], int]]:
    """Fold the facts in their order, checking after each what must hold at its position."""
    states: dict[Stream, State] = {}
    reached: dict[tuple[UUID, int], int] = {}
    for row in facts:
        fact = CODEC.decode(row["bytes"])
        before = states.get(fact.stream)
        states[fact.stream] = evolve(before, fact.data, fact.version)
        reached[fact.stream.id, fact.version] = row["position"]
        boards = {s.id: state for s, state in states.items() if isinstance(state, Board)}
        if isinstance(fact.data, v1.OpportunityFact) and not fact.data.after.deleted:
            status = boards[fact.data.board_id].live(fact.data.after.status.id)
            assert status is not None
            assert status.ref == fact.data.after.status  # its name and type of that moment
        if isinstance(fact.data, v1.BoardFact):
            _demand_sound_board(boards[fact.stream.id], states)
    return states, reached


def _demand_sound_board(board: Board, states: dict[Stream, State]) -> None:
    assert all(board.live_of(kind) for kind in TYPES)
    for state in states.values():
        if isinstance(state, Opportunity) and not state.cell.deleted:
            status = board.live(state.cell.status.id)
            assert status is not None
            assert status.type == state.cell.status.type
