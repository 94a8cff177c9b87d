"""Who an import knows by name: who is there already, and whom it has to make."""

import re
from collections.abc import Iterable
from typing import Final, Literal
from uuid import UUID

from command_api.application.imports.identifiers import Identifiers
from command_api.application.imports.ports import KnownCustomer, KnownUser
from command_api.application.known import Known, NotYetKnown
from command_api.domain.commands import AddCustomer, AddUser
from command_api.domain.customer.state import Customer
from command_api.domain.importing.names import NameIndex
from command_api.domain.importing.reasons import Reason
from command_api.domain.importing.sheet import NO_CUSTOMER
from command_api.domain.text import NAME_CHARACTERS
from command_api.domain.user.state import User
from opportunity_events.envelope import Stream
from opportunity_events.v1 import Language

_EMAIL: Final = re.compile(
    r"(?P<local>[^\s@\"(),:;<>\[\]\\]{1,64})@"
    r"[^\W_]([\w-]{0,61}[^\W_])?(\.[^\W_]([\w-]{0,61}[^\W_])?)+"
)
_MOST_GENERATIONS: Final = 100


class Roster:
    """Finds customers and users by the names that rows give them.

    Who is not there gets an id that follows from the name, so that a second attempt, or another
    import at the same time, means the same one.
    """

    def __init__(self, org: UUID, ids: Identifiers, language: Language) -> None:
        self._org = org
        self._ids = ids
        self._language: Language = language
        self._customers: NameIndex[UUID] = NameIndex()
        self._users: NameIndex[KnownUser] = NameIndex()
        self._emails: dict[str, list[KnownUser]] = {}
        self._found: dict[tuple[str, str | None], UUID] = {}
        self.addable: dict[UUID, AddCustomer | AddUser] = {}

    def learn(self, customers: Iterable[KnownCustomer], users: Iterable[KnownUser]) -> None:
        """Take in who is there."""
        for customer in customers:
            self._customers.add(customer.name, customer.id)
        for user in users:
            self._learn_user(user)

    def _learn_user(self, user: KnownUser) -> None:
        self._users.add(user.name, user)
        if user.email:
            self._emails.setdefault(user.email.casefold(), []).append(user)

    def customer(self, name: str | None, known: Known) -> UUID | Reason:
        """Return the customer of a row; one without goes under "no customer yet"."""
        if before := self._found.get(("customer", name)):
            return before
        found = self._named_customers(name)
        if len(found) > 1:
            return Reason("ambiguous-customer")
        if found:
            self._found["customer", name] = found[0]
            return found[0]
        wanted = NO_CUSTOMER[self._language] if name is None else name
        customer_id = self._vacant("customer", wanted, known)
        self._customers.add(wanted, customer_id)
        self.addable[customer_id] = AddCustomer(customer_id, wanted, None, person=False)
        return customer_id

    def _named_customers(self, name: str | None) -> tuple[UUID, ...]:
        if name is not None:
            return self._customers.find(name)
        own: tuple[Language, ...] = (self._language, "vi", "en")
        every = (self._customers.find(NO_CUSTOMER[language]) for language in own)
        return next((found[:1] for found in every if found), ())

    def user(self, name: str, known: Known, *, may_add: bool) -> UUID | Reason:
        """Return the user whom a row names by name or address, or one to be added."""
        if before := self._found.get(("user", name)):
            return before
        found = self._emails.get(name.casefold(), ()) or self._users.find(name)
        active = [user for user in found if user.active]
        if len(active) > 1:
            return Reason("ambiguous-owner")
        if active:
            self._found["user", name] = active[0].id
            return active[0].id
        if found:
            return Reason("inactive-owner")
        if not may_add:
            return Reason("needs-admin-user")
        address = _EMAIL.fullmatch(name)
        shown = address["local"] if address else name
        if len(shown) > NAME_CHARACTERS:
            return Reason("text-too-long", {"column": "owner", "limit": NAME_CHARACTERS})
        user_id = self._vacant("user", name, known)
        email = name if address else None
        self._learn_user(KnownUser(user_id, shown, email, active=True, admin=False))
        self.addable[user_id] = AddUser(user_id, shown, email, "rep", None)
        return user_id

    def _vacant(self, kind: Literal["customer", "user"], name: str, known: Known) -> UUID:
        """Return the id that a name leads to, passing over those whose holder is gone."""
        for generation in range(1, _MOST_GENERATIONS):
            named = self._ids.named(kind, name, generation)
            stream = Stream(self._org, kind, named)
            if stream not in known.streams:
                raise NotYetKnown(stream)
            loaded = known.streams[stream]
            if loaded is None or not _gone(loaded.state):
                return named
        raise RuntimeError("a name was given up a hundred times")


def _gone(state: object) -> bool:
    match state:
        case Customer():
            return state.archived or state.erased_version is not None
        case User():
            return state.erased_version is not None
        case _:
            return False
