"""What a customer is: its name, sealed, and its contacts."""

from typing import Any, assert_never
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.personal import Sealed


class Contact(msgspec.Struct, frozen=True):
    """A person at a customer; `erased_version` is the customer's version of the erasure."""

    name: Sealed
    email: Sealed | None
    phone: Sealed | None
    title: Sealed | None
    erased_version: int | None = None


class Customer(msgspec.Struct, frozen=True):
    """Decision state of a customer."""

    name: Sealed
    external_ref: str | None
    person: bool
    archived: bool = False
    erased_version: int | None = None
    contacts: dict[UUID, Contact] = {}


def evolve(customer: Customer | None, fact: v1.CustomerFact, version: int) -> Customer:
    """Return the customer after the fact at this version of its stream; never refuses."""
    if isinstance(fact, v1.CustomerAdded):
        return Customer(fact.name, fact.external_ref, fact.person)
    if customer is None:
        raise ValueError("a customer begins with CustomerAdded")
    replace = msgspec.structs.replace
    match fact:
        case v1.CustomerEdited():
            return replace(customer, **_targets(fact.changes))
        case v1.CustomerArchived():
            return replace(customer, archived=True)
        case v1.CustomerErased():
            return replace(customer, erased_version=version)
        case v1.ContactAdded():
            contact = Contact(fact.name, fact.email, fact.phone, fact.title)
            return _with_contact(customer, fact.contact_id, contact)
        case v1.ContactEdited():
            contact = replace(customer.contacts[fact.contact_id], **_targets(fact.changes))
            return _with_contact(customer, fact.contact_id, contact)
        case v1.ContactErased():
            contact = replace(customer.contacts[fact.contact_id], erased_version=version)
            return _with_contact(customer, fact.contact_id, contact)
        case _:
            assert_never(fact)


def _targets(changes: tuple[v1.Change, ...]) -> dict[str, Any]:
    return {change.field: change.to for change in changes}


def _with_contact(customer: Customer, contact_id: UUID, contact: Contact) -> Customer:
    contacts = {**customer.contacts, contact_id: contact}
    return msgspec.structs.replace(customer, contacts=contacts)
