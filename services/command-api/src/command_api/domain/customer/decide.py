"""What may happen to a customer and its contacts: rule 25 and the customer's part of rule 8."""

from uuid import UUID

from command_api.domain import refusal
from command_api.domain.commands import (
    AddContact,
    AddCustomer,
    EditContact,
    EditCustomer,
    EraseContact,
)
from command_api.domain.context import Context
from command_api.domain.customer.state import Contact, Customer
from command_api.domain.edits import changed, changed_sealed
from opportunity_events import v1
from opportunity_events.personal import Sealed

MAX_CONTACTS = 500


def customer_subject(customer_id: UUID) -> str:
    """Name the person whose key seals a customer's name and the notes of its opportunities."""
    return f"customer/{customer_id}"


def contact_subject(contact_id: UUID) -> str:
    """Name the person whose key seals a contact's data."""
    return f"contact/{contact_id}"


def add(command: AddCustomer, context: Context) -> list[v1.CustomerFact]:
    """Add a customer; its name is sealed, since it may turn out to be a natural person."""
    subject = customer_subject(command.customer_id)
    name = context.privacy.seal(subject, "name", command.name)
    return [v1.CustomerAdded(name, command.external_ref, command.person)]


def edit(command: EditCustomer, customer: Customer, context: Context) -> list[v1.CustomerFact]:
    """Change name, external reference or whether it is a natural person."""
    if customer.erased_version is not None:
        raise refusal.AlreadyDeleted(customer.erased_version)
    subject = customer_subject(command.customer_id)
    changes = changed_sealed(context, subject, [("name", command.name, customer.name)])
    changes += changed(
        [
            ("external_ref", command.external_ref, customer.external_ref),
            ("person", command.person, customer.person),
        ]
    )
    if not changes:
        return []
    _demand_open(customer)
    return [v1.CustomerEdited(tuple(changes))]


def archive(customer: Customer) -> list[v1.CustomerFact]:
    """Put the customer away."""
    return [] if customer.archived else [v1.CustomerArchived()]


def erase(customer: Customer) -> list[v1.CustomerFact]:
    """Make a natural person unreadable, and put it away where it was not."""
    if not customer.person:
        raise refusal.Invalid(refusal.Fault("?erase", "not-a-person"))
    if customer.erased_version is not None:
        return []
    facts: list[v1.CustomerFact] = [] if customer.archived else [v1.CustomerArchived()]
    return [*facts, v1.CustomerErased(customer.name.key)]


def add_contact(command: AddContact, customer: Customer, context: Context) -> list[v1.CustomerFact]:
    """Add a contact."""
    if len(customer.contacts) >= MAX_CONTACTS:
        raise refusal.Invalid(refusal.Fault("", "too-many-contacts"))
    if customer.erased_version is not None:
        raise refusal.AlreadyDeleted(customer.erased_version)
    _demand_open(customer)
    subject = contact_subject(command.contact_id)

    def sealed(field: str, text: str) -> Sealed:
        return context.privacy.seal(subject, field, text)

    return [
        v1.ContactAdded(
            command.contact_id,
            sealed("name", command.name),
            None if command.email is None else sealed("email", command.email),
            None if command.phone is None else sealed("phone", command.phone),
            None if command.title is None else sealed("title", command.title),
        )
    ]


def edit_contact(
    command: EditContact, customer: Customer, context: Context
) -> list[v1.CustomerFact]:
    """Change a contact."""
    contact = _contact(customer, command.contact_id)
    if contact.erased_version is not None:
        raise refusal.AlreadyDeleted(contact.erased_version)
    changes = changed_sealed(
        context,
        contact_subject(command.contact_id),
        [
            ("name", command.name, contact.name),
            ("email", command.email, contact.email),
            ("phone", command.phone, contact.phone),
            ("title", command.title, contact.title),
        ],
    )
    if not changes:
        return []
    _demand_open(customer)
    return [v1.ContactEdited(command.contact_id, tuple(changes))]


def erase_contact(command: EraseContact, customer: Customer) -> list[v1.CustomerFact]:
    """Make a contact unreadable; also at a customer that was put away."""
    contact = _contact(customer, command.contact_id)
    if contact.erased_version is not None:
        return []
    return [v1.ContactErased(command.contact_id, contact.name.key)]


def _contact(customer: Customer, contact_id: UUID) -> Contact:
    if contact_id not in customer.contacts:
        raise refusal.NotFound
    return customer.contacts[contact_id]


def _demand_open(customer: Customer) -> None:
    if customer.archived:
        raise refusal.CustomerArchived
