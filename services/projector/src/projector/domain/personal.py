"""Which personal values a fact brings, and how they are read or, once erased, not."""

from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from opportunity_events.personal import Sealed
from opportunity_events.v1 import (
    Change,
    ContactAdded,
    ContactEdited,
    ContactErased,
    CustomerAdded,
    CustomerEdited,
    CustomerErased,
    FactData,
    OpportunityCreated,
    OpportunityEdited,
    UserAdded,
    UserEdited,
    UserErased,
)


class Keyring(Protocol):
    """Opens what is sealed, as long as its key exists."""

    def open(self, org: UUID, field: str, sealed: Sealed) -> str | None:
        """Return the value, or None where the key is gone: its person was erased."""
        ...


def read(keyring: Keyring, org: UUID, field: str, sealed: Sealed | None) -> str | None:
    """Open a value that may be absent."""
    return None if sealed is None else keyring.open(org, field, sealed)


def sealing_keys(data: FactData) -> Iterator[UUID]:
    """Yield the keys under which the values that a fact brings are sealed."""
    match data:
        case UserAdded():
            yield from _keys(data.name, data.email)
        case CustomerAdded():
            yield from _keys(data.name)
        case ContactAdded():
            yield from _keys(data.name, data.email, data.phone, data.title)
        case OpportunityCreated():
            yield from _keys(data.note)
        case UserEdited() | CustomerEdited() | ContactEdited() | OpportunityEdited():
            yield from _changed_keys(data.changes)
        case _:
            return


def erased_key(data: FactData) -> UUID | None:
    """Return the key that a fact says is deleted."""
    match data:
        case UserErased() | CustomerErased() | ContactErased():
            return data.key
        case _:
            return None


def _keys(*values: Sealed | None) -> Iterator[UUID]:
    return (value.key for value in values if value is not None)


def _changed_keys(changes: tuple[Change, ...]) -> Iterator[UUID]:
    return (change.to.key for change in changes if isinstance(change.to, Sealed))
