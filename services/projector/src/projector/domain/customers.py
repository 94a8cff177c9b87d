"""Who the customers and their contacts are, now and at every earlier moment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, assert_never
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded
from opportunity_events.personal import Sealed
from opportunity_events.v1 import (
    Change,
    ContactAdded,
    ContactEdited,
    ContactErased,
    CustomerAdded,
    CustomerArchived,
    CustomerEdited,
    CustomerErased,
    CustomerFact,
)
from projector.domain.personal import Keyring, read
from projector.domain.timeline import Interval
from projector.domain.unfoldable import UnfoldableFactError, absent, begun_twice, no_such_change
from projector.domain.words import key_of, words_of

COLUMNS: Final = (
    "org",
    "id",
    "version",
    "name",
    "name_key",
    "words",
    "external_ref",
    "person",
    "created_at",
    "archived_at",
    "erased_at",
)
CONTACT_COLUMNS: Final = (
    "org",
    "customer_id",
    "id",
    "ordinal",
    "name",
    "email",
    "phone",
    "title",
    "erased_at",
)
VERSION_COLUMNS: Final = (
    "org",
    "id",
    "version",
    "from_position",
    "to_position",
    "from_time",
    "to_time",
    "name",
    "name_key",
    "words",
    "reference_words",
    "external_ref",
    "person",
    "created_at",
    "archived_at",
    "erased_at",
    "contacts",
)


class Contact(msgspec.Struct, frozen=True, gc=False):
    """A contact of a customer; all that is personal is None where erased."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    title: str | None
    erased_at: datetime | None


class Customer(msgspec.Struct, frozen=True):
    """A customer at one version, with its contacts in the order in which they were added."""

    org: UUID
    id: UUID
    version: int
    name: str | None
    external_ref: str | None
    person: bool
    created_at: datetime
    archived_at: datetime | None
    erased_at: datetime | None
    contacts: tuple[Contact, ...]


def evolve(
    before: Customer | None, recorded: Recorded, data: CustomerFact, keyring: Keyring
) -> Customer:
    """Let one more fact have happened to a customer or to one of its contacts."""
    stream = recorded.fact.stream
    if isinstance(data, CustomerAdded):
        if before is not None:
            raise begun_twice(stream.subject)
        return _added(recorded, data, keyring)
    if before is None:
        raise absent(stream.subject)
    customer = msgspec.structs.replace(before, version=recorded.fact.version)
    now = recorded.recorded_at
    match data:
        case CustomerEdited():
            return _edited(customer, data, keyring)
        case CustomerArchived():
            return msgspec.structs.replace(customer, archived_at=now)
        case CustomerErased():
            return msgspec.structs.replace(customer, name=None, erased_at=now)
        case ContactAdded():
            return _with_contact(customer, data, keyring)
        case ContactEdited():
            contact = _contact(customer, data.contact_id)
            changed = _contact_changes(stream.org, data.changes, keyring)
            return _replacing(customer, msgspec.structs.replace(contact, **changed))
        case ContactErased():
            _contact(customer, data.contact_id)
            return _replacing(customer, Contact(data.contact_id, None, None, None, None, now))
        case _:
            assert_never(data)


def _added(recorded: Recorded, data: CustomerAdded, keyring: Keyring) -> Customer:
    stream = recorded.fact.stream
    return Customer(
        org=stream.org,
        id=stream.id,
        version=recorded.fact.version,
        name=keyring.open(stream.org, "name", data.name),
        external_ref=data.external_ref,
        person=data.person,
        created_at=recorded.occurred_at,
        archived_at=None,
        erased_at=None,
        contacts=(),
    )


def _edited(customer: Customer, data: CustomerEdited, keyring: Keyring) -> Customer:
    changed: dict[str, Any] = {}
    for change in data.changes:
        match change.field, change.to:
            case "name", Sealed() as sealed:
                changed["name"] = keyring.open(customer.org, "name", sealed)
            case "external_ref", str() | None as reference:
                changed["external_ref"] = reference
            case "person", bool(person):
                changed["person"] = person
            case field, _:
                raise no_such_change("customer", field)
    return msgspec.structs.replace(customer, **changed)


def _with_contact(customer: Customer, data: ContactAdded, keyring: Keyring) -> Customer:
    if any(contact.id == data.contact_id for contact in customer.contacts):
        raise begun_twice(f"contact/{data.contact_id}")
    contact = Contact(
        data.contact_id,
        keyring.open(customer.org, "name", data.name),
        read(keyring, customer.org, "email", data.email),
        read(keyring, customer.org, "phone", data.phone),
        read(keyring, customer.org, "title", data.title),
        None,
    )
    return msgspec.structs.replace(customer, contacts=(*customer.contacts, contact))


def _contact_changes(
    org: UUID, changes: tuple[Change, ...], keyring: Keyring
) -> dict[str, str | None]:
    changed: dict[str, str | None] = {}
    for change in changes:
        match change.field, change.to:
            case "name", Sealed() as sealed:
                changed["name"] = keyring.open(org, "name", sealed)
            case ("email" | "phone" | "title") as field, Sealed() | None as sealed:
                changed[field] = read(keyring, org, field, sealed)
            case field, _:
                raise no_such_change("contact", field)
    return changed


def _contact(customer: Customer, contact_id: UUID) -> Contact:
    for contact in customer.contacts:
        if contact.id == contact_id:
            return contact
    raise UnfoldableFactError(f"customer/{customer.id} has no contact {contact_id}")


def _replacing(customer: Customer, contact: Contact) -> Customer:
    contacts = tuple(contact if old.id == contact.id else old for old in customer.contacts)
    return msgspec.structs.replace(customer, contacts=contacts)


def row(state: Customer) -> tuple[Any, ...]:
    """Return the row of `customers`, in the order of COLUMNS."""
    return (
        state.org,
        state.id,
        state.version,
        state.name,
        key_of(state.name),
        words_of(state.name, state.external_ref),
        state.external_ref,
        state.person,
        state.created_at,
        state.archived_at,
        state.erased_at,
    )


def contact_rows(state: Customer) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `contacts`, in the order of CONTACT_COLUMNS."""
    for ordinal, contact in enumerate(state.contacts):
        yield (
            state.org,
            state.id,
            contact.id,
            ordinal,
            contact.name,
            contact.email,
            contact.phone,
            contact.title,
            contact.erased_at,
        )


def version_row(state: Customer, interval: Interval) -> tuple[Any, ...]:
    """Return the row of `customer_versions`, in the order of VERSION_COLUMNS.

    The words of name and reference stand apart, so that erasing takes the name's alone; when a
    contact was erased is asked of the present.
    """
    contacts = [
        {
            "id": str(contact.id),
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "title": contact.title,
        }
        for contact in state.contacts
    ]
    return (
        state.org,
        state.id,
        state.version,
        *msgspec.structs.astuple(interval),
        state.name,
        key_of(state.name),
        words_of(state.name),
        words_of(state.external_ref),
        state.external_ref,
        state.person,
        state.created_at,
        state.archived_at,
        state.erased_at,
        contacts,
    )
