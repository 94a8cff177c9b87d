"""Customers and their contacts."""

from command_api.application.desk import Desk, Outcome
from command_api.domain import refusal
from command_api.domain.commands import (
    AddContact,
    AddCustomer,
    ArchiveCustomer,
    EditContact,
    EditCustomer,
    EraseContact,
    EraseCustomer,
)
from command_api.domain.customer import decide
from command_api.domain.customer.state import Customer
from command_api.domain.fields import given_fields
from command_api.domain.overlap import EVERYTHING


def add_customer(command: AddCustomer, desk: Desk) -> Outcome:
    """Add a customer."""
    stream = desk.stream("customer", command.customer_id)
    return desk.begin(stream, lambda: decide.add(command, desk.context))


def edit_customer(command: EditCustomer, desk: Desk) -> Outcome:
    """Change a customer."""
    stream = desk.stream("customer", command.customer_id)
    state = desk.named(stream, Customer)[1]
    return desk.change(
        stream,
        lambda: decide.edit(command, state, desk.context),
        lambda: given_fields(command, state, desk.draft),
    )


def archive_customer(command: ArchiveCustomer, desk: Desk) -> Outcome:
    """Put a customer away."""
    stream = desk.stream("customer", command.customer_id)
    state = desk.named(stream, Customer)[1]
    return desk.change(stream, lambda: decide.archive(state), lambda: EVERYTHING)


def erase_customer(command: EraseCustomer, desk: Desk) -> Outcome:
    """Make a natural person unreadable."""
    stream = desk.stream("customer", command.customer_id)
    state = desk.named(stream, Customer)[1]
    outcome = desk.change(stream, lambda: decide.erase(state), lambda: EVERYTHING)
    desk.draft.erase_key(state.name.key)
    return outcome


def add_contact(command: AddContact, desk: Desk) -> Outcome:
    """Add a contact; the answer's version is its customer's."""
    stream = desk.stream("customer", command.customer_id)
    state = desk.named(stream, Customer)[1]
    if command.contact_id in state.contacts:
        return Outcome(200, command.contact_id, stream)
    changed = desk.change(
        stream,
        lambda: decide.add_contact(command, state, desk.context),
        lambda: frozenset({f"{command.contact_id}.*"}),
        command.contact_id,
    )
    return Outcome(201, command.contact_id, stream, changed.extra)


def edit_contact(command: EditContact, desk: Desk) -> Outcome:
    """Change a contact."""
    stream = desk.stream("customer", command.customer_id)
    state = desk.named(stream, Customer)[1]
    contact = state.contacts.get(command.contact_id)
    return desk.change(
        stream,
        lambda: decide.edit_contact(command, state, desk.context),
        lambda: given_fields(command, contact, desk.draft, str(command.contact_id)),
        command.contact_id,
    )


def erase_contact(command: EraseContact, desk: Desk) -> Outcome:
    """Make a contact unreadable."""
    stream = desk.stream("customer", command.customer_id)
    state = desk.named(stream, Customer)[1]
    if command.contact_id not in state.contacts:
        raise refusal.NotFound
    outcome = desk.change(
        stream,
        lambda: decide.erase_contact(command, state),
        lambda: frozenset({f"{command.contact_id}.*"}),
        command.contact_id,
    )
    desk.draft.erase_key(state.contacts[command.contact_id].name.key)
    return outcome
