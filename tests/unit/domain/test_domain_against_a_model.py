"""The domain against a small model of our own: whatever is asked in whatever order, they agree.

The model knows boards as lists and deals as dictionaries, and counts totals from the deals; the
domain's totals are counted from the facts' cells alone, as every consumer of the log counts them.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from command_api.domain import commands as c
from command_api.domain import refusal
from opportunity_events import v1
from support.paper import Paper, ident

TYPES: tuple[v1.StatusType, ...] = ("active", "won", "lost")
BOARD, CUSTOMER = ident(10), ident(20)
pick = st.integers(0, 1_000_000)


@dataclass
class ModelStatus:
    id: UUID
    name: str
    type: v1.StatusType
    default: int | None
    going_to: UUID | None = None


@dataclass
class ModelDeal:
    status: UUID
    amount: int | None = None
    confidence: int | None = None
    by_user: bool = False
    deleted: bool = False
    last_active: UUID | None = None
    title: str = "Deal"


@dataclass
class Model:
    statuses: list[ModelStatus] = field(default_factory=list[ModelStatus])
    gone: dict[UUID, UUID | None] = field(default_factory=dict[UUID, UUID | None])
    deals: dict[UUID, ModelDeal] = field(default_factory=dict[UUID, ModelDeal])
    renamed: set[UUID] = field(default_factory=set[UUID])

    def status(self, status_id: UUID) -> ModelStatus | None:
        return next((status for status in self.statuses if status.id == status_id), None)

    def of(self, kind: v1.StatusType) -> list[ModelStatus]:
        """Return those of a type that may be entered."""
        return [s for s in self.statuses if s.type == kind and s.going_to is None]

    def going(self) -> list[ModelStatus]:
        return [status for status in self.statuses if status.going_to is not None]

    def full(self) -> list[ModelStatus]:
        """Return those that hold deals and may be deleted."""
        return [
            status
            for kind in TYPES
            for status in self.of(kind)
            if len(self.of(kind)) > 1 and self.standing(status.id) and not self.receives(status)
        ]

    def receives(self, status: ModelStatus) -> bool:
        return any(other.going_to == status.id for other in self.statuses)

    def standing(self, status_id: UUID) -> list[ModelDeal]:
        return [d for d in self.deals.values() if d.status == status_id and not d.deleted]

    def enter(self, deal: ModelDeal, status: ModelStatus) -> None:
        deal.status = status.id
        if status.type == "active":
            deal.last_active = status.id
            if not deal.by_user:
                deal.confidence = status.default

    def end_of(self, status_id: UUID) -> ModelStatus | None:
        at: UUID | None = status_id
        while at is not None:
            status = self.status(at)
            if status is not None and status.going_to is None:
                return status
            at = self.gone.get(at) if status is None else status.going_to
        return None


class DomainAgainstModel(RuleBasedStateMachine):
    """Asks both for the same and compares what stands, what was refused, and every total."""

    def __init__(self) -> None:
        super().__init__()
        self.paper = Paper()
        self.model = Model()
        self.types: dict[UUID, v1.StatusType] = {}
        self.number = 100

    def new_id(self) -> UUID:
        self.number += 1
        return ident(self.number)

    def deal(self, at: int) -> tuple[UUID, ModelDeal]:
        deals = list(self.model.deals.items())
        return deals[at % len(deals)]

    def some_status(self, at: int) -> ModelStatus:
        return self.model.statuses[at % len(self.model.statuses)]

    def ask(self, command: c.Command) -> type[refusal.Refusal] | None:
        """Tell the domain; return the class of its refusal."""
        try:
            self.paper.tell(command)
        except refusal.Refusal as refused:
            return type(refused)
        return None

    @initialize()
    def begin(self) -> None:
        named: list[tuple[v1.StatusType, str]] = [
            (kind, f"{kind} {n}") for kind in TYPES for n in (1, 2)
        ]
        statuses = tuple(c.NewStatus(self.new_id(), name, kind, None, None) for kind, name in named)
        self.paper.tell(c.AddCustomer(CUSTOMER, "An", None, person=False))
        self.paper.tell(c.CreateBoard(BOARD, "B", statuses, (ident(7), ident(8), ident(9))))
        self.model.statuses = [
            ModelStatus(status.status_id, name, kind, None)
            for status, (kind, name) in zip(statuses, named, strict=True)
        ]
        for _ in range(3):
            self.create(None, None)

    @rule(kind=st.sampled_from(TYPES), name=st.sampled_from("abcdef"), figure=st.integers(0, 100))
    def add_status(self, kind: v1.StatusType, name: str, figure: int) -> None:
        status_id, default = self.new_id(), figure if kind == "active" else None
        refused = self.ask(c.AddStatus(BOARD, c.NewStatus(status_id, name, kind, None, default), 0))
        taken = any(status.name == name for status in self.model.statuses)
        assert refused is (refusal.NameTaken if taken else None)
        if not taken:
            self.model.statuses.insert(0, ModelStatus(status_id, name, kind, default))

    @rule(at=pick, kind=st.sampled_from(TYPES))
    def retype_status(self, at: int, kind: v1.StatusType) -> None:
        status = self.some_status(at)
        refused = self.ask(c.EditStatus(BOARD, status.id, type=kind))
        if kind == status.type:
            assert refused is None
        elif status.going_to is not None:
            assert refused is refusal.StatusGone
        elif len(self.model.of(status.type)) == 1:
            assert refused is refusal.LastOfType
        elif self.model.standing(status.id) or self.model.receives(status):
            assert refused is refusal.TypeInUse
        else:
            assert refused is None
            status.type = kind
            status.default = status.default if kind == "active" else None

    @rule(shift=pick)
    def reorder(self, shift: int) -> None:
        by = shift % len(self.model.statuses)
        order = self.model.statuses[by:] + self.model.statuses[:by]
        assert self.ask(c.ReorderStatuses(BOARD, tuple(status.id for status in order))) is None
        self.model.statuses = order

    @rule(
        at=pick, to=pick, named=st.booleans(), retype=st.booleans(), at_once=st.sampled_from([0, 9])
    )
    def delete_status(self, at: int, to: int, *, named: bool, retype: bool, at_once: int) -> None:
        status, target = self.some_status(at), self.some_status(to)
        standing = self.model.standing(status.id)
        to_id = target.id if named else None
        refused = self.ask(
            c.DeleteStatus(BOARD, status.id, to_id, allow_type_change=retype, at_once=at_once)
        )
        if named and target is status:
            assert refused is refusal.Invalid
        elif status.going_to is not None:
            assert refused is (None if status.going_to == to_id else refusal.StatusGone)
        elif len(self.model.of(status.type)) == 1:
            assert refused is refusal.LastOfType
        elif self.model.receives(status):
            assert refused is refusal.StatusInUse
        elif named and target.going_to is not None:
            assert refused is refusal.StatusGone
        elif standing and not named:
            assert refused is refusal.StatusInUse
        elif standing and target.type != status.type and not retype:
            assert refused is refusal.TypeChange
        else:
            assert refused is None
            self._delete(status, target if named else None, at_once)

    def _delete(self, status: ModelStatus, target: ModelStatus | None, at_once: int) -> None:
        standing = self.model.standing(status.id)
        if target is not None and len(standing) > at_once:
            status.going_to = target.id
            return
        for deal in standing:
            assert target is not None
            self.model.enter(deal, target)
        self.model.statuses.remove(status)
        self.model.gone[status.id] = None if target is None else target.id

    @precondition(lambda self: self.model.full())
    @rule(at=pick, to=pick)
    def begin_to_delete_a_full_status(self, at: int, to: int) -> None:
        """Chance alone would seldom find one that may go."""
        full = self.model.full()
        status = full[at % len(full)]
        others = [one for kind in TYPES for one in self.model.of(kind) if one is not status]
        target = others[to % len(others)]
        command = c.DeleteStatus(BOARD, status.id, target.id, allow_type_change=True, at_once=0)
        assert self.ask(command) is None
        status.going_to = target.id

    @precondition(lambda self: self.model.going())
    @rule(at=pick)
    def do_the_job_of_a_deletion(self, at: int) -> None:
        """Move one out, or let the status go where nobody is left in it."""
        going = self.model.going()
        status = going[at % len(going)]
        standing = self.model.standing(status.id)
        target = self.model.end_of(status.id)
        assert target is not None
        assert status.going_to == target.id
        if standing:
            deal = standing[at % len(standing)]
            deal_id = next(one for one, found in self.model.deals.items() if found is deal)
            assert self.ask(c.MoveOut(deal_id, BOARD, status.id)) is None
            self.model.enter(deal, target)
        else:
            assert self.ask(c.FinishDeletion(BOARD, status.id, 0)) is None
            self.model.statuses.remove(status)
            self.model.gone[status.id] = target.id

    @precondition(lambda self: self.model.deals and self.model.going())
    @rule(at=pick, to=pick)
    def the_job_leaves_alone_who_left(self, at: int, to: int) -> None:
        going = self.model.going()
        status = going[to % len(going)]
        deal_id, deal = self.deal(at)
        if deal.deleted or deal.status != status.id:
            before = len(self.paper.log)
            assert self.ask(c.MoveOut(deal_id, BOARD, status.id)) is None
            assert len(self.paper.log) == before

    @rule(amount=st.none() | st.integers(0, 2**53 - 1), figure=st.none() | st.integers(0, 100))
    def create(self, amount: int | None, figure: int | None) -> None:
        deal_id = self.new_id()
        command = c.CreateOpportunity(
            deal_id, "Deal", CUSTOMER, board_id=BOARD, value=c.Money(amount, "VND")
        )
        if figure is not None:
            command = c.CreateOpportunity(
                deal_id,
                "Deal",
                CUSTOMER,
                board_id=BOARD,
                value=c.Money(amount, "VND"),
                confidence=figure,
            )
        assert self.ask(command) is None
        deal = ModelDeal(self.model.of("active")[0].id, amount, figure, figure is not None)
        self.model.enter(deal, self.model.of("active")[0])
        self.model.deals[deal_id] = deal

    @precondition(lambda self: self.model.deals)
    @rule(at=pick, to=pick)
    def move(self, at: int, to: int) -> None:
        deal_id, deal = self.deal(at)
        status = self.some_status(to)
        refused = self.ask(c.MoveOpportunity(deal_id, status.id))
        if deal.deleted:
            assert refused is refusal.AlreadyDeleted
        elif status.id != deal.status and status.going_to is not None:
            assert refused is refusal.StatusGone
        else:
            assert refused is None
            if status.id != deal.status:
                self.model.enter(deal, status)

    @precondition(lambda self: self.model.deals and self.model.gone)
    @rule(at=pick, to=pick)
    def move_into_what_is_gone(self, at: int, to: int) -> None:
        deal_id, deal = self.deal(at)
        status_id = list(self.model.gone)[to % len(self.model.gone)]
        refused = self.ask(c.MoveOpportunity(deal_id, status_id))
        assert refused is (refusal.AlreadyDeleted if deal.deleted else refusal.StatusGone)

    @precondition(lambda self: self.model.deals)
    @rule(at=pick)
    def win(self, at: int) -> None:
        self._close(c.WinOpportunity, "won", at)

    @precondition(lambda self: self.model.deals)
    @rule(at=pick)
    def lose(self, at: int) -> None:
        self._close(c.LoseOpportunity, "lost", at)

    def _close(self, command: Any, kind: v1.StatusType, at: int) -> None:
        deal_id, deal = self.deal(at)
        refused = self.ask(command(deal_id))
        if deal.deleted:
            assert refused is refusal.AlreadyDeleted
            return
        assert refused is None
        if self._type_of(deal) != kind:
            self.model.enter(deal, self.model.of(kind)[0])

    @precondition(lambda self: self.model.deals)
    @rule(at=pick)
    def reopen(self, at: int) -> None:
        deal_id, deal = self.deal(at)
        refused = self.ask(c.ReopenOpportunity(deal_id))
        if deal.deleted:
            assert refused is refusal.AlreadyDeleted
            return
        assert refused is None
        if self._type_of(deal) != "active":
            last = None if deal.last_active is None else self.model.status(deal.last_active)
            usable = last in self.model.of("active")
            self.model.enter(deal, last if usable and last else self.model.of("active")[0])

    @precondition(lambda self: self.model.deals)
    @rule(at=pick, amount=st.none() | st.integers(0, 2**53 - 1), figure=st.integers(0, 100))
    def edit(self, at: int, amount: int | None, figure: int) -> None:
        deal_id, deal = self.deal(at)
        refused = self.ask(
            c.EditOpportunity(deal_id, value=c.Money(amount, "VND"), confidence=figure)
        )
        assert refused is (refusal.AlreadyDeleted if deal.deleted else None)
        if not deal.deleted:
            deal.amount, deal.confidence, deal.by_user = amount, figure, True

    @precondition(lambda self: self.model.deals)
    @rule(at=pick)
    def delete(self, at: int) -> None:
        deal_id, deal = self.deal(at)
        assert self.ask(c.DeleteOpportunity(deal_id)) is None
        deal.deleted = True

    @precondition(lambda self: self.model.deals)
    @rule(at=pick)
    def restore(self, at: int) -> None:
        deal_id, deal = self.deal(at)
        kind = self._type_of_fact(deal_id)
        assert self.ask(c.RestoreOpportunity(deal_id)) is None
        if not deal.deleted:
            return
        deal.deleted = False
        home = self.model.status(deal.status)
        if home is None or home.type != kind or home.going_to is not None:
            end = self.model.end_of(deal.status)
            home = end if end is not None and end.type == kind else self.model.of(kind)[0]
        deal.status = home.id
        if kind == "active":
            deal.last_active = home.id

    def _type_of(self, deal: ModelDeal) -> v1.StatusType:
        status = self.model.status(deal.status)
        assert status is not None
        return status.type

    def _type_of_fact(self, deal_id: UUID) -> v1.StatusType:
        return self.paper.state("opportunity", deal_id).cell.status.type

    @invariant()
    def boards_are_equal(self) -> None:
        if not self.model.statuses:
            return
        board = self.paper.state("board", BOARD)
        assert [
            (s.id, s.name, s.type, s.default_confidence, s.going_to) for s in board.statuses
        ] == [(s.id, s.name, s.type, s.default, s.going_to) for s in self.model.statuses]
        assert all(self.model.of(kind) for kind in TYPES)

    @invariant()
    def deals_are_equal(self) -> None:
        for deal_id, deal in self.model.deals.items():
            cell = self.paper.state("opportunity", deal_id).cell
            assert (cell.status.id, cell.amount_minor, cell.confidence, cell.deleted) == (
                deal.status,
                deal.amount,
                deal.confidence,
                deal.deleted,
            )

    @invariant()
    def totals_of_the_cells_in_the_facts_are_those_of_the_deals(self) -> None:
        counted: Counter[tuple[UUID, str]] = Counter()
        for fact in self.paper.log:
            data: Any = fact.data
            if fact.stream.kind == "opportunity":
                count_cell(counted, data.before, -1)
                count_cell(counted, data.after, 1)
        expected: Counter[tuple[UUID, str]] = Counter()
        for deal in self.model.deals.values():
            if not deal.deleted:
                expected[deal.status, "count"] += 1
                expected[deal.status, "value"] += deal.amount or 0
        assert {k: v for k, v in counted.items() if v} == {k: v for k, v in expected.items() if v}

    @invariant()
    def versions_are_dense(self) -> None:
        for stream, facts in self.paper.facts.items():
            assert [fact.version for fact in facts] == list(range(1, len(facts) + 1))
            assert self.paper.streams[stream].version == len(facts)


def count_cell(counted: Counter[tuple[UUID, str]], cell: v1.Cell | None, sign: int) -> None:
    if cell is not None and not cell.deleted:
        counted[cell.status.id, "count"] += sign
        counted[cell.status.id, "value"] += sign * (cell.amount_minor or 0)


TestDomainAgainstModel = DomainAgainstModel.TestCase
TestDomainAgainstModel.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, derandomize=True
)
