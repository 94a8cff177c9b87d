"""Random but valid histories: facts as commands would have decided them, from a seeded chance.

`History(random, seal)` makes them step by step; each step is a few facts that belong together.
It keeps what a decision would have to know and nothing else, and says so by whole cells.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

import msgspec

from opportunity_events import v1
from opportunity_events.envelope import Stream, StreamKind
from opportunity_events.personal import Sealed
from support.chances import Chance
from support.planted import (
    KnownBoard,
    KnownCustomer,
    KnownOpportunity,
    Planted,
    status_ids,
    status_ref,
)

Seal = Callable[[UUID, str, str, str], Sealed]
"""Organization, subject, field, text: what a value is sealed for."""

_FIRST_DAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_TYPES: tuple[v1.StatusType, ...] = ("active", "won", "lost")


class History:
    """The history of one organization, as long as it is asked to go on."""

    def __init__(self, random: Random, seal: Seal) -> None:
        self.org = UUID(int=random.getrandbits(128), version=4)
        self.erased_keys: list[UUID] = []
        self._ids = 0
        self._chance = Chance(random)
        self._seal = seal
        self._keys: dict[str, UUID] = {}
        self._users: list[UUID] = []
        self._teams: list[UUID] = []
        self._boards: list[KnownBoard] = []
        self._customers: list[KnownCustomer] = []
        self._opportunities: list[KnownOpportunity] = []

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
        return self._chance.weighted(steps)()

    def facts(self, steps: int) -> list[Planted]:
        """Return a whole history of so many steps."""
        facts = self.begin()
        for _ in range(steps):
            facts += self.step()
        return facts

    # --- what happens to opportunities ---------------------------------------------------

    def _create(self) -> list[Planted]:
        board = self._chance.pick(self._boards)
        customer = self._chance.pick(self._customers)
        status = self._chance.pick([s for s in board.statuses if s.type == "active"])
        cell = v1.Cell(
            status=status_ref(status),
            owner_id=self._chance.pick(self._users),
            customer_id=customer.id,
            amount_minor=self._chance.amount(),
            currency=self._chance.pick(["VND", "USD"]),
            period=self._chance.pick(["one_time", "monthly", "annual"]),
            confidence=self._chance.pick([None, 0, 33, 75, 100]),
            confidence_source=self._chance.pick(["status", "user"]),
            expected_close_date=self._chance.day(),
            closed_on=None,
            lost_reason=None,
            deleted=False,
        )
        texts: dict[str, Any] = {
            "title": self._chance.text(),
            "external_ref": self._chance.pick([None, "HĐ-12/2026"]),
            "contact_ids": tuple(customer.contacts[:2]),
        }
        note = None if customer.erased else self._note(customer)
        backdated = self._chance.pick([None, _FIRST_DAY + timedelta(days=self._chance.below(90))])
        made = KnownOpportunity(self._id(), board, cell, backdated, texts)
        self._opportunities.append(made)
        created = v1.OpportunityCreated(board.id, None, cell, note=note, **texts)
        facts = [self._of(made, created)]
        if self._chance.happens(0.2):
            facts += self._onto(
                made, self._chance.pick([s for s in board.statuses if s.type != "active"])
            )
        return facts

    def _move(self) -> list[Planted]:
        live = [o for o in self._opportunities if not o.cell.deleted]
        if not live:
            return []
        moved = self._chance.pick(live)
        target = self._chance.pick(moved.board.statuses)
        return [] if target.id == moved.cell.status.id else self._onto(moved, target)

    def _onto(self, moved: KnownOpportunity, target: v1.WholeStatus) -> list[Planted]:
        before = moved.cell
        changed: dict[str, Any] = {"status": status_ref(target)}
        if target.type != before.status.type:
            changed["closed_on"] = None if target.type == "active" else self._chance.day()
            changed["lost_reason"] = (
                self._chance.pick([None, "giá"]) if target.type == "lost" else None
            )
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
        edited = self._chance.pick(live)
        before, changes = edited.cell, []
        if self._chance.happens(0.5):
            wanted = {
                "amount_minor": self._chance.amount(),
                "currency": self._chance.pick(["VND", "USD"]),
                "owner_id": self._chance.pick(self._users),
                "customer_id": self._chance.pick(self._customers).id,
                "period": self._chance.pick(["one_time", "monthly", "annual"]),
            }
            edited.cell = msgspec.structs.replace(before, **wanted)
            was, now = msgspec.to_builtins(before), msgspec.to_builtins(edited.cell)
            changes += [v1.Change(f, was[f], now[f]) for f in wanted if was[f] != now[f]]
        title = self._chance.text()
        if title != edited.texts["title"]:
            changes.append(v1.Change("title", edited.texts["title"], title))
            edited.texts["title"] = title
        customer = next(c for c in self._customers if c.id == edited.cell.customer_id)
        if not customer.erased and self._chance.happens(0.3):
            changes.append(v1.Change("note", None, self._note(customer)))
        if self._chance.happens(0.3):
            ids = tuple(str(contact) for contact in customer.contacts[-3:])
            changes.append(v1.Change("contact_ids", (), ids))
        fact = v1.OpportunityEdited(
            edited.board.id, before, edited.cell, tuple(changes), after_close=False
        )
        return [self._of(edited, fact)] if changes else []

    def _delete_or_restore(self) -> list[Planted]:
        if not self._opportunities:
            return []
        chosen = self._chance.pick(self._opportunities)
        before = chosen.cell
        if not before.deleted:
            chosen.cell = msgspec.structs.replace(before, deleted=True)
            return [self._of(chosen, v1.OpportunityDeleted(chosen.board.id, before, chosen.cell))]
        present = {status.id for status in chosen.board.statuses}
        redirected = None
        status = before.status
        if status.id not in present:
            redirected = status.id
            status = status_ref(next(s for s in chosen.board.statuses if s.type == status.type))
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
        board = KnownBoard(self._id(), statuses)
        self._boards.append(board)
        return [self._on(board, v1.BoardCreated(self._chance.text(), tuple(statuses)))]

    def _edit_board(self) -> list[Planted]:
        board = self._chance.pick(self._boards)
        place = self._chance.below(len(board.statuses))
        status = board.statuses[place]
        choice = self._chance.below(4)
        if choice == 0:
            return [self._on(board, v1.BoardRenamed("x", self._chance.text()))]
        if choice == 1:
            shuffled = self._chance.shuffled(board.statuses)
            order = v1.StatusesReordered(status_ids(board.statuses), status_ids(shuffled))
            board.statuses = shuffled
            return [self._on(board, order)]
        if choice == 2:
            name = self._chance.text()
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
        board = self._chance.pick(self._boards)
        if len(board.statuses) < 7 and self._chance.happens(0.6):
            status = self._status(self._chance.text(), self._chance.pick([*_TYPES]))
            index = self._chance.below(len(board.statuses) + 1)
            board.statuses.insert(index, status)
            return [self._on(board, v1.StatusAdded(status, index))]
        kinds = [status.type for status in board.statuses]
        goers = [s for s in board.statuses if kinds.count(s.type) > 1]
        if not goers:
            return []
        gone = self._chance.pick(goers)
        stays = self._chance.pick(
            [s for s in board.statuses if s.type == gone.type and s.id != gone.id]
        )
        return self._delete_status(board, gone, stays)

    def _delete_status(
        self, board: KnownBoard, gone: v1.WholeStatus, stays: v1.WholeStatus
    ) -> list[Planted]:
        inside = [
            o for o in self._opportunities if o.cell.status.id == gone.id and not o.cell.deleted
        ]
        facts: list[Planted] = []
        if len(inside) > 2:
            started = v1.StatusDeletionStarted(
                status_ref(gone), status_ref(stays), allow_type_change=False, count=len(inside)
            )
            facts.append(self._on(board, started))
        for moved in inside:
            facts += self._onto(moved, stays)
        index = board.statuses.index(gone)
        board.statuses.remove(gone)
        fact = v1.StatusDeleted(gone, index, status_ref(stays), len(inside))
        return [*facts, self._on(board, fact)]

    def _add_customer(self) -> list[Planted]:
        customer = KnownCustomer(self._id())
        self._customers.append(customer)
        name = self._sealed(f"customer/{customer.id}", "name")
        added = v1.CustomerAdded(name, self._chance.pick([None, "KH 7"]), person=True)
        return [self._at("customer", customer.id, added), *self._add_contact(customer)]

    def _add_contact(self, customer: KnownCustomer) -> list[Planted]:
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
        customer = self._chance.pick(self._customers)
        if customer.erased:
            return []
        if self._chance.happens(0.2):
            return [self._at("customer", customer.id, v1.CustomerArchived())]
        changes = (
            v1.Change("name", None, self._sealed(f"customer/{customer.id}", "name")),
            v1.Change("external_ref", None, self._chance.pick([None, "KH 8"])),
            v1.Change("person", None, True),  # noqa: FBT003 - a value, not a switch
        )
        return [self._at("customer", customer.id, v1.CustomerEdited(changes))]

    def _edit_contact(self) -> list[Planted]:
        customer = self._chance.pick(self._customers)
        contacts = [c for c in customer.contacts if f"contact/{c}" in self._keys]
        if not contacts or self._chance.happens(0.5):
            return self._add_contact(customer)
        contact = self._chance.pick(contacts)
        phone = self._sealed(f"contact/{contact}", "phone")
        changes = (v1.Change("phone", None, phone), v1.Change("title", None, None))
        return [self._at("customer", customer.id, v1.ContactEdited(contact, changes))]

    def _add_user(self) -> list[Planted]:
        user = self._id()
        self._users.append(user)
        added = v1.UserAdded(
            self._sealed(f"user/{user}", "name"),
            self._chance.pick([None, self._sealed(f"user/{user}", "email")]),
            "rep",
            self._chance.pick(self._teams) if self._teams else None,
        )
        return [self._at("user", user, added)]

    def _edit_user(self) -> list[Planted]:
        user = self._chance.pick(self._users)
        if f"user/{user}" not in self._keys:
            return []
        changes = (
            v1.Change("name", None, self._sealed(f"user/{user}", "name")),
            v1.Change("role", "rep", self._chance.pick(["rep", "manager"])),
            v1.Change(
                "team_id", None, str(self._chance.pick(self._teams)) if self._teams else None
            ),
            v1.Change("active", None, self._chance.happens(0.5)),
        )
        return [self._at("user", user, v1.UserEdited(changes))]

    def _edit_team(self) -> list[Planted]:
        if not self._teams or self._chance.happens(0.5):
            self._teams.append(self._id())
            return [self._at("team", self._teams[-1], v1.TeamAdded(self._chance.text()))]
        return [
            self._at(
                "team", self._chance.pick(self._teams), v1.TeamRenamed("x", self._chance.text())
            )
        ]

    def _edit_organization(self) -> list[Planted]:
        changes = (v1.Change("currency", "VND", "USD"), v1.Change("name", "x", self._chance.text()))
        return [self._at("organization", self.org, v1.OrganizationEdited(changes))]

    def _erase(self) -> list[Planted]:
        choice = self._chance.below(3)
        customer = self._chance.pick(self._customers)
        if choice == 0 and not customer.erased:
            customer.erased = True
            key = self._forget(f"customer/{customer.id}")
            return [self._at("customer", customer.id, v1.CustomerErased(key))]
        if choice == 1:
            for contact in customer.contacts:
                if f"contact/{contact}" in self._keys:
                    key = self._forget(f"contact/{contact}")
                    return [self._at("customer", customer.id, v1.ContactErased(contact, key))]
        user = self._chance.pick(self._users)
        if f"user/{user}" not in self._keys:
            return []
        return [self._at("user", user, v1.UserErased(self._forget(f"user/{user}")))]

    # --- chance, and what is made of it --------------------------------------------------

    def _id(self) -> UUID:
        self._ids += 1
        return uuid5(self.org, str(self._ids))

    def _status(self, name: str, kind: v1.StatusType) -> v1.WholeStatus:
        default = self._chance.pick([None, 10, 60]) if kind == "active" else None
        return v1.WholeStatus(self._id(), name, kind, "#112233", default)

    def _note(self, customer: KnownCustomer) -> Sealed | None:
        return self._chance.pick([None, self._sealed(f"customer/{customer.id}", "note")])

    def _sealed(self, subject: str, sealed_field: str) -> Sealed:
        sealed = self._seal(self.org, subject, sealed_field, self._chance.text())
        self._keys[subject] = sealed.key
        return sealed

    def _forget(self, subject: str) -> UUID:
        key = self._keys.pop(subject)
        self.erased_keys.append(key)
        return key

    def _on(self, board: KnownBoard, data: v1.BoardFact) -> Planted:
        return self._at("board", board.id, data)

    def _at(self, kind: StreamKind, stream_id: UUID, data: v1.FactData) -> Planted:
        return Planted(Stream(self.org, kind, stream_id), data)

    def _of(self, opportunity: KnownOpportunity, data: v1.OpportunityFact) -> Planted:
        """Date a fact of an opportunity: some begin in the past, and come to the present."""
        occurred_at = opportunity.backdated
        if occurred_at is not None:
            later = self._chance.pick([None, occurred_at + timedelta(hours=self._chance.below(60))])
            opportunity.backdated = later
        return Planted(Stream(self.org, "opportunity", opportunity.id), data, occurred_at)
