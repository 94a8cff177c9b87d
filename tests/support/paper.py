"""The domain on paper: an organization whose log is a list, for tests that need no database.

Questions are answered from memory, so that what is tested is deciding and evolving alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from command_api.application.committer import MAX_ASKS
from command_api.application.draft import Draft, stands_in
from command_api.application.group import Decided, decide_group
from command_api.application.known import (
    BoardsOf,
    DeletionOf,
    FactsSince,
    KeyNamed,
    KeyOf,
    Known,
    Loaded,
    Occupants,
    OccupantsOf,
    PersonKey,
    Question,
    ReceiptOf,
)
from command_api.application.submission import Submission
from command_api.domain import commands as c
from command_api.domain.opportunity.state import Opportunity
from opportunity_events.envelope import Cause, Fact, Stream
from opportunity_events.v1 import FactData, RoleName

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def ident(number: int) -> UUID:
    """Return a readable id."""
    return UUID(int=(0x0192F0C17A007000 << 64) | (0x8000 << 48) | number)


class Paper:
    """One organization on paper; every accepted command takes a second."""

    def __init__(self, currency: str = "VND", language: Any = "vi") -> None:
        self.org = ident(1)
        self.admin = ident(2)
        self.now = START
        self.streams: dict[Stream, Loaded] = {}
        self.facts: dict[Stream, list[Fact]] = {}
        self.keys: dict[str, PersonKey] = {}
        self.log: list[Fact] = []
        self.deletions: dict[UUID, UUID] = {}
        self.tell(
            c.CreateOrganization(self.org, "Cohoi", currency, "Asia/Ho_Chi_Minh", language),
            user=None,
        )
        self.tell(c.AddUser(self.admin, "Lan", None, "admin", None), user=None)

    def tell(
        self,
        command: c.Command,
        *,
        role: RoleName = "admin",
        user: UUID | str | None = "admin",
        if_match: int | None = None,
    ) -> Decided:
        """Decide a command and keep what it does; raises the Refusal where there is one."""
        user_id = self.admin if user == "admin" else user
        if isinstance(user_id, str):
            raise TypeError("user is an id, None or 'admin'")
        actor = "system" if user_id is None else f"user/{user_id}"
        cause = Cause(actor, "api", ident(9), ident(9), "test")
        asker = c.Asker(self.org, actor, user_id, role)
        (decided,) = self.decide([Submission(asker, command, cause, None, if_match)])
        if decided.refused is not None:
            raise decided.refused
        self._keep(decided)
        return decided

    def did(self, command: c.Command, **how: Any) -> list[FactData]:
        """Tell a command and return the facts that it made."""
        return [drafted.fact.data for drafted in self.tell(command, **how).draft.facts]

    def state(self, kind: Any, stream_id: UUID) -> Any:
        """Return the state of a stream."""
        return self.streams[Stream(self.org, kind, stream_id)].state

    def version(self, kind: Any, stream_id: UUID) -> int:
        """Return the version of a stream."""
        return self.streams[Stream(self.org, kind, stream_id)].version

    def live(self) -> Iterable[tuple[UUID, Opportunity]]:
        """Yield every live opportunity."""
        for stream, loaded in self.streams.items():
            if isinstance(loaded.state, Opportunity) and not loaded.state.cell.deleted:
                yield stream.id, loaded.state

    def decide(self, submissions: list[Submission]) -> list[Decided]:
        """Decide a group and keep nothing of it; asks no more often than the committer does."""
        known = Known()
        for _ in range(MAX_ASKS + 1):
            decided, questions = decide_group(submissions, known, self.now)
            if not questions:
                return decided
            for question in questions:
                self._answer(question, known)
        raise RuntimeError("decisions kept asking")

    def _answer(self, question: Question, known: Known) -> None:
        match question:
            case Stream():
                known.streams[question] = self.streams.get(question)
            case ReceiptOf():
                known.receipts[question] = None
            case OccupantsOf():
                ids = tuple(
                    opportunity_id
                    for opportunity_id, state in self.live()
                    if stands_in(state, question.board, question.status)
                )
                known.occupants[question] = Occupants(ids[:1001], len(ids))
            case FactsSince():
                facts = self.facts.get(question.stream, [])
                known.facts[question] = tuple(f for f in facts if f.version > question.version)
            case KeyOf():
                known.keys[question] = self.keys.get(question.subject)
            case KeyNamed():
                known.named_keys[question] = next(
                    (key for key in self.keys.values() if key.key_id == question.key_id), None
                )
            case BoardsOf():
                known.boards[question] = tuple(s.id for s in self.streams if s.kind == "board")
            case DeletionOf():
                known.deletions[question] = self.deletions.get(question.status)

    def _keep(self, decided: Decided) -> None:
        draft: Draft = decided.draft
        for stream, loaded in draft.states.items():
            self.streams[stream] = Loaded(
                loaded.version,
                loaded.hash,
                loaded.created_at or self.now,
                loaded.occurred_at or self.now,
                loaded.last_actor,
                loaded.state,
            )
        for drafted in draft.facts:
            self.facts.setdefault(drafted.fact.stream, []).append(drafted.fact)
            self.log.append(drafted.fact)
        for question, person in draft.new_keys.items():
            self.keys[question.subject] = person
        for ordered in draft.deletions:
            self.deletions[ordered.options.status_id] = ordered.job_id
        for key_id in draft.erased_keys:
            self.keys = {s: k for s, k in self.keys.items() if k.key_id != key_id}
        if draft.facts:
            self.now += timedelta(seconds=1)


class Floor(Paper):
    """Paper with a board of three active statuses, a customer with a contact, and a deal."""

    def __init__(self) -> None:
        super().__init__()
        self.board = ident(10)
        self.first, self.second, self.third = ident(11), ident(12), ident(13)
        self.won, self.lost = ident(14), ident(15)
        self.customer, self.contact, self.deal, self.rep = ident(20), ident(21), ident(30), ident(3)
        named: tuple[tuple[UUID, str, Any, int | None], ...] = (
            (self.first, "Tiếp cận", "active", None),
            (self.second, "Đàm phán", "active", 60),
            (self.third, "Chốt", "active", 90),
            (self.won, "Hoàn thành", "won", None),
            (self.lost, "Thất bại", "lost", None),
        )
        statuses = tuple(
            c.NewStatus(i, name, kind, None, figure) for i, name, kind, figure in named
        )
        self.tell(c.AddUser(self.rep, "Thảo", None, "rep", None))
        self.tell(c.CreateBoard(self.board, "Bán hàng", statuses, (ident(7), ident(8), ident(9))))
        self.tell(c.AddCustomer(self.customer, "An Phát", None, person=False))
        self.tell(c.AddContact(self.customer, self.contact, "Hoa", None, None, None))
        self.tell(c.CreateOpportunity(self.deal, "Hợp đồng", self.customer, board_id=self.board))

    @property
    def opportunity(self) -> Opportunity:
        """The deal as it stands."""
        state = self.state("opportunity", self.deal)
        if not isinstance(state, Opportunity):
            raise TypeError("the deal is an opportunity")
        return state
