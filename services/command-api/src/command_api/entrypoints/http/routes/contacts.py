"""Commands on the contacts of a customer."""

from typing import Final

from starlette.responses import Response

from command_api.domain.commands import EraseContact
from command_api.domain.customer.decide import contact_subject
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.intake import OnOne
from command_api.entrypoints.http.models.answers import Changed
from command_api.entrypoints.http.models.customers import ContactChanges, ContactToAdd
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow
from command_api.entrypoints.http.view_backing import MarkOf
from service_runtime.access import Action
from service_runtime.http.fields import Id

ROUTER: Final = command_router(prefix="/v1/customers/{customer}/contacts", tag="contacts")


@ROUTER.post(
    "",
    operation_id="add_contact",
    summary="Add a contact",
    status_code=201,
    responses=answers(
        201,
        model=Changed,
        problems=("version-conflict", "already-deleted", "customer-archived"),
    ),
    dependencies=[allow(Action.EDIT_CUSTOMERS)],
)
async def add_contact(customer: Id, intake: OnOne, body: ContactToAdd) -> Response:
    """Add a contact; the version that is answered is the customer's."""
    path = f"/v1/customers/{customer}/contacts"
    return await intake.submit(body.command(customer), location=path)


@ROUTER.patch(
    "/{contact}",
    operation_id="edit_contact",
    summary="Edit a contact",
    responses=answers(problems=("version-conflict", "already-deleted", "customer-archived")),
    dependencies=[allow(Action.EDIT_CUSTOMERS)],
)
async def edit_contact(customer: Id, contact: Id, intake: OnOne, body: ContactChanges) -> Response:
    """Change name, e-mail, phone or title of a contact."""
    return await intake.submit(body.command(customer, contact))


@ROUTER.delete(
    "/{contact}",
    operation_id="erase_contact",
    summary="Erase a contact",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.ERASE_PERSON), NO_BODY],
)
async def erase_contact(customer: Id, contact: Id, intake: OnOne, mark: MarkOf) -> Response:
    """Make a contact's personal data unreadable; it cannot be undone."""
    await mark(intake.named.stream, contact_subject(contact))
    return await intake.submit(EraseContact(customer, contact))
