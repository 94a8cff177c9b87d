"""Random but valid histories: facts as commands would have decided them, from a seeded chance.

`History(chance, seal)` makes them step by step; each step is a few facts that belong together.
It keeps what a decision would have to know and nothing else, and says so by whole cells.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.envelope import Stream, StreamKind
from opportunity_events.personal import Sealed

Seal = Callable[[UUID, str, str, str], Sealed]
"""Organization, subject, field, text: what a value is sealed for."""

_FIRST_DAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_WORDS = ("Đàm phán", "máy in", "licence", "Huế", "crane", "gói 5", "x1", "Ω", "nhà-máy", "MSFT")
_TYPES: tuple[v1.StatusType, ...] = ("active", "won", "lost")


@dataclass(frozen=True)
class Planted:
    """A fact for a stream; `occurred_at` where an import would have given one."""

    stream: Stream
    data: v1.FactData
    occurred_at: datetime | None = None


@dataclass
class _Board:
    id: UUID
    statuses: list[v1.WholeStatus]


@dataclass
class _Customer:
    id: UUID
    contacts: list[UUID] = field(default_factory=list[UUID])
    erased: bool = False


@dataclass
class _Opportunity:
    id: UUID
    board: _Board
    cell: v1.Cell
    backdated: datetime | None
    texts: dict[str, Any]


class History:
    """The history of one organization, as long as it is asked to go on."""

    def __init__(self, chance: Random, seal: Seal) -> None:
        self.org = UUID(int=chance.getrandbits(128), version=4)
        self.erased_keys: list[UUID] = []
        self._chance = chance
        self._seal = seal
        self._keys: dict[str, UUID] = {}
        self._users: list[UUID] = []
        self._teams: list[UUID] = []
        self._boards: list[_Board] = []
        self._customers: list[_Customer] = []
        self._opportunities: list[_Opportunity] = []

    def begin(self) -> list[Planted]:
        """Begin with an organization, a user, a board, a customer."""
        created = v1.OrganizationCreated("Cohoi Ltd", "VND", "Asia/Ho_Chi_Minh", "vi", "all")
        first = Planted(Stream(self.org, "organization", self.org), created)
        return [first, *self._add_user(), *self._add_board(), *self._add_customer()]

    def step(self) -> list[Planted]:
        """Let something happen: most often to an opportunity."""
        steps: list[tuple[int, Callable[[], list[Planted]]]] = [
            (20, self._create),
            (20, self._move),
            (16, self._edit),
            (5, self._delete_or_restore),
            (3, self._add_customer),
            (3, self._edit_customer),
            (3, self._edit_contact),
            (3, self._edit_board),
            (2, self._add_or_delete_status),
            (2, self._add_user),
            (2, self._edit_user),
            (1, self._add_board),
            (1, self._edit_team),
            (1, self._edit_organization),
            (1, self._erase),
        ]
        weights = [weight for weight, _ in steps]
        (chosen,) = self._chance.choices([step for _, step in steps], weights)
        return chosen()

    def facts(self, steps: int) -> list[Planted]:
        """Return a whole history of so many steps."""
        facts = self.begin()
        for _ in range(steps):
            facts += self.step()
        return facts

    # --- what happens to opportunities ---------------------------------------------------

    def _create(self) -> list[Planted]:
        board = self._pick(self._boards)
        customer = self._pick(self._customers)
        status = self._pick([s for s in board.statuses if s.type == "active"])
        cell = v1.Cell(
            status=_ref(status),
            owner_id=self._pick(self._users),
            customer_id=customer.id,
            amount_minor=self._amount(),
            currency=self._pick(["VND", "USD"]),
            period=self._pick(["one_time", "monthly", "annual"]),
            confidence=self._pick([None, 0, 33, 75, 100]),
            confidence_source=self._pick(["status", "user"]),
            expected_close_date=self._day(),
            closed_on=None,
            lost_reason=None,
            deleted=False,
        )
        texts: dict[str, Any] = {
            "title": self._text(),
            "external_ref": self._pick([None, "HĐ-12/2026"]),
            "contact_ids": tuple(customer.contacts[:2]),
        }
        note = None if customer.erased else self._note(customer)
        backdated = self._pick([None, _FIRST_DAY + timedelta(days=self._chance.randrange(90))])
        made = _Opportunity(self._id(), board, cell, backdated, texts)
        self._opportunities.append(made)
        created = v1.OpportunityCreated(board.id, None, cell, note=note, **texts)
        facts = [self._of(made, created)]
        if self._chance.random() < 0.2:
            facts += self._onto(made, self._pick([s for s in board.statuses if s.type != "active"]))
        return facts

    def _move(self) -> list[Planted]:
        live = [o for o in self._opportunities if not o.cell.deleted]
        if not live:
            return []
        moved = self._pick(live)
        target = self._pick(moved.board.statuses)
        return [] if target.id == moved.cell.status.id else self._onto(moved, target)

    def _onto(self, moved: _Opportunity, target: v1.WholeStatus) -> list[Planted]:
        before = moved.cell
        changed: dict[str, Any] = {"status": _ref(target)}
        if target.type != before.status.type:
            changed["closed_on"] = None if target.type == "active" else self._day()
            changed["lost_reason"] = self._pick([None, "giá"]) if target.type == "lost" else None
        moved.cell = msgspec.structs.replace(before, **changed)
        classes = {
            "active": v1.OpportunityReopened,
            "won": v1.OpportunityWon,
            "lost": v1.OpportunityLost,
        }
        same_type = target.type == before.status.type
        fact = v1.OpportunityMoved if same_type else classes[target.type]
        return [self._of(moved, fact(moved.board.id, before, moved.cell, None, None))]

    def _edit(self) -> list[Planted]:
        live = [o for o in self._opportunities if not o.cell.deleted]
        if not live:
            return []
        edited = self._pick(live)
        before, changes = edited.cell, []
        if self._chance.random() < 0.5:
            wanted = {
                "amount_minor": self._amount(),
                "currency": self._pick(["VND", "USD"]),
                "owner_id": self._pick(self._users),
                "customer_id": self._pick(self._customers).id,
                "period": self._pick(["one_time", "monthly", "annual"]),
            }
            edited.cell = msgspec.structs.replace(before, **wanted)
            was, now = msgspec.to_builtins(before), msgspec.to_builtins(edited.cell)
            changes += [v1.Change(f, was[f], now[f]) for f in wanted if was[f] != now[f]]
        title = self._text()
        if title != edited.texts["title"]:
            changes.append(v1.Change("title", edited.texts["title"], title))
            edited.texts["title"] = title
        customer = next(c for c in self._customers if c.id == edited.cell.customer_id)
        if not customer.erased and self._chance.random() < 0.3:
            changes.append(v1.Change("note", None, self._note(customer)))
        if self._chance.random() < 0.3:
            ids = tuple(str(contact) for contact in customer.contacts[-3:])
            changes.append(v1.Change("contact_ids", (), ids))
        fact = v1.OpportunityEdited(
            edited.board.id, before, edited.cell, tuple(changes), after_close=False
        )
        return [self._of(edited, fact)] if changes else []

    def _delete_or_restore(self) -> list[Planted]:
        if not self._opportunities:
            return []
        chosen = self._pick(self._opportunities)
        before = chosen.cell
        if not before.deleted:
            chosen.cell = msgspec.structs.replace(before, deleted=True)
            return [self._of(chosen, v1.OpportunityDeleted(chosen.board.id, before, chosen.cell))]
        present = {status.id for status in chosen.board.statuses}
        redirected = None
        status = before.status
        if status.id not in present:
            redirected = status.id
            status = _ref(next(s for s in chosen.board.statuses if s.type == status.type))
        chosen.cell = msgspec.structs.replace(before, deleted=False, status=status)
        fact = v1.OpportunityRestored(chosen.board.id, before, chosen.cell, redirected)
        return [self._of(chosen, fact)]

    # --- what happens beside them --------------------------------------------------------

    def _add_board(self) -> list[Planted]:
        statuses = [
            self._status("Mới", "active"),
            self._status("Đàm phán", "active"),
            self._status("Thắng", "won"),
            self._status("Thua", "lost"),
        ]
        board = _Board(self._id(), statuses)
        self._boards.append(board)
        return [self._on(board, v1.BoardCreated(self._text(), tuple(statuses)))]

    def _edit_board(self) -> list[Planted]:
        board = self._pick(self._boards)
        place = self._chance.randrange(len(board.statuses))
        status = board.statuses[place]
        choice = self._chance.randrange(4)
        if choice == 0:
            return [self._on(board, v1.BoardRenamed("x", self._text()))]
        if choice == 1:
            shuffled = self._chance.sample(board.statuses, len(board.statuses))
            order = v1.StatusesReordered(_ids(board.statuses), _ids(shuffled))
            board.statuses = shuffled
            return [self._on(board, order)]
        if choice == 2:
            name = self._text()
            board.statuses[place] = msgspec.structs.replace(status, name=name)
            return [self._on(board, v1.StatusRenamed(status.id, status.name, name))]
        facts: list[v1.BoardFact] = [v1.StatusRecolored(status.id, status.color, "#00ff00")]
        changed = msgspec.structs.replace(status, color="#00ff00")
        if status.type == "active":
            facts.append(v1.StatusConfidenceSet(status.id, status.default_confidence, 45))
            changed = msgspec.structs.replace(changed, default_confidence=45)
        board.statuses[place] = changed
        return [self._on(board, fact) for fact in facts]

    def _add_or_delete_status(self) -> list[Planted]:
        board = self._pick(self._boards)
        if len(board.statuses) < 7 and self._chance.random() < 0.6:
            status = self._status(self._text(), self._pick([*_TYPES]))
            index = self._chance.randrange(len(board.statuses) + 1)
            board.statuses.insert(index, status)
            return [self._on(board, v1.StatusAdded(status, index))]
        kinds = [status.type for status in board.statuses]
        goers = [s for s in board.statuses if kinds.count(s.type) > 1]
        if not goers:
            return []
        gone = self._pick(goers)
        stays = self._pick([s for s in board.statuses if s.type == gone.type and s.id != gone.id])
        return self._delete_status(board, gone, stays)

    def _delete_status(
        self, board: _Board, gone: v1.WholeStatus, stays: v1.WholeStatus
    ) -> list[Planted]:
        inside = [
            o for o in self._opportunities if o.cell.status.id == gone.id and not o.cell.deleted
        ]
        facts: list[Planted] = []
        if len(inside) > 2:
            started = v1.StatusDeletionStarted(
                _ref(gone), _ref(stays), allow_type_change=False, count=len(inside)
            )
            facts.append(self._on(board, started))
        for moved in inside:
            facts += self._onto(moved, stays)
        index = board.statuses.index(gone)
        board.statuses.remove(gone)
        fact = v1.StatusDeleted(gone, index, _ref(stays), len(inside))
        return [*facts, self._on(board, fact)]

    def _add_customer(self) -> list[Planted]:
        customer = _Customer(self._id())
        self._customers.append(customer)
        name = self._sealed(f"customer/{customer.id}", "name")
        added = v1.CustomerAdded(name, self._pick([None, "KH 7"]), person=True)
        return [self._at("customer", customer.id, added), *self._add_contact(customer)]

    def _add_contact(self, customer: _Customer) -> list[Planted]:
        contact = self._id()
        customer.contacts.append(contact)
        subject = f"contact/{contact}"
        added = v1.ContactAdded(
            contact,
            self._sealed(subject, "name"),
            self._sealed(subject, "email"),
            None,
            self._sealed(subject, "title"),
        )
        return [self._at("customer", customer.id, added)]

    def _edit_customer(self) -> list[Planted]:
        customer = self._pick(self._customers)
        if customer.erased:
            return []
        if self._chance.random() < 0.2:
            return [self._at("customer", customer.id, v1.CustomerArchived())]
        changes = (
            v1.Change("name", None, self._sealed(f"customer/{customer.id}", "name")),
            v1.Change("external_ref", None, self._pick([None, "KH 8"])),
            v1.Change("person", None, True),  # noqa: FBT003 - a value, not a switch
        )
        return [self._at("customer", customer.id, v1.CustomerEdited(changes))]

    def _edit_contact(self) -> list[Planted]:
        customer = self._pick(self._customers)
        contacts = [c for c in customer.contacts if f"contact/{c}" in self._keys]
        if not contacts or self._chance.random() < 0.5:
            return self._add_contact(customer)
        contact = self._pick(contacts)
        phone = self._sealed(f"contact/{contact}", "phone")
        changes = (v1.Change("phone", None, phone), v1.Change("title", None, None))
        return [self._at("customer", customer.id, v1.ContactEdited(contact, changes))]

    def _add_user(self) -> list[Planted]:
        user = self._id()
        self._users.append(user)
        added = v1.UserAdded(
            self._sealed(f"user/{user}", "name"),
            self._pick([None, self._sealed(f"user/{user}", "email")]),
            "rep",
            self._pick(self._teams) if self._teams else None,
        )
        return [self._at("user", user, added)]

    def _edit_user(self) -> list[Planted]:
        user = self._pick(self._users)
        if f"user/{user}" not in self._keys:
            return []
        changes = (
            v1.Change("name", None, self._sealed(f"user/{user}", "name")),
            v1.Change("role", "rep", self._pick(["rep", "manager"])),
            v1.Change("team_id", None, str(self._pick(self._teams)) if self._teams else None),
            v1.Change("active", None, self._chance.random() < 0.5),
        )
        return [self._at("user", user, v1.UserEdited(changes))]

    def _edit_team(self) -> list[Planted]:
        if not self._teams or self._chance.random() < 0.5:
            self._teams.append(self._id())
            return [self._at("team", self._teams[-1], v1.TeamAdded(self._text()))]
        return [self._at("team", self._pick(self._teams), v1.TeamRenamed("x", self._text()))]

    def _edit_organization(self) -> list[Planted]:
        changes = (v1.Change("currency", "VND", "USD"), v1.Change("name", "x", self._text()))
        return [self._at("organization", self.org, v1.OrganizationEdited(changes))]

    def _erase(self) -> list[Planted]:
        choice = self._chance.randrange(3)
        customer = self._pick(self._customers)
        if choice == 0 and not customer.erased:
            customer.erased = True
            key = self._forget(f"customer/{customer.id}")
            return [self._at("customer", customer.id, v1.CustomerErased(key))]
        if choice == 1:
            for contact in customer.contacts:
                if f"contact/{contact}" in self._keys:
                    key = self._forget(f"contact/{contact}")
                    return [self._at("customer", customer.id, v1.ContactErased(contact, key))]
        user = self._pick(self._users)
        if f"user/{user}" not in self._keys:
            return []
        return [self._at("user", user, v1.UserErased(self._forget(f"user/{user}")))]

    # --- chance, and what is made of it --------------------------------------------------

    def _pick(self, choices: list[Any]) -> Any:
        return self._chance.choice(choices)

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def _text(self) -> str:
        return " ".join(self._chance.choices(_WORDS, k=self._chance.randrange(1, 4)))

    def _amount(self) -> int | None:
        return self._pick([None, 0, 1, 125_000, self._chance.randrange(9_007_199_254_740_991)])

    def _day(self) -> date:
        return date(2026, 1, 1) + timedelta(days=self._chance.randrange(300))

    def _status(self, name: str, kind: v1.StatusType) -> v1.WholeStatus:
        default = self._pick([None, 10, 60]) if kind == "active" else None
        return v1.WholeStatus(self._id(), name, kind, "#112233", default)

    def _note(self, customer: _Customer) -> Sealed | None:
        return self._pick([None, self._sealed(f"customer/{customer.id}", "note")])

    def _sealed(self, subject: str, sealed_field: str) -> Sealed:
        sealed = self._seal(self.org, subject, sealed_field, self._text())
        self._keys[subject] = sealed.key
        return sealed

    def _forget(self, subject: str) -> UUID:
        key = self._keys.pop(subject)
        self.erased_keys.append(key)
        return key

    def _on(self, board: _Board, data: v1.BoardFact) -> Planted:
        return self._at("board", board.id, data)

    def _at(self, kind: StreamKind, stream_id: UUID, data: v1.FactData) -> Planted:
        return Planted(Stream(self.org, kind, stream_id), data)

    def _of(self, opportunity: _Opportunity, data: v1.OpportunityFact) -> Planted:
        """Date a fact of an opportunity: some begin in the past, and come to the present."""
        occurred_at = opportunity.backdated
        if occurred_at is not None:
            later = self._pick([None, occurred_at + timedelta(hours=self._chance.randrange(60))])
            opportunity.backdated = later
        return Planted(Stream(self.org, "opportunity", opportunity.id), data, occurred_at)


def _ref(status: v1.WholeStatus) -> v1.StatusRef:
    return v1.StatusRef(status.id, status.name, status.type)


def _ids(statuses: list[v1.WholeStatus]) -> tuple[UUID, ...]:
    return tuple(status.id for status in statuses)
