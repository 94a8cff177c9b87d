"""Commands on customers."""

from typing import Annotated, Final

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from command_api.domain.commands import ArchiveCustomer, EraseCustomer
from command_api.domain.customer.decide import customer_subject
from command_api.entrypoints.http.backing import BackingOf
from command_api.entrypoints.http.command_route import NO_BODY, command_router
from command_api.entrypoints.http.intake import OnNone, OnOne
from command_api.entrypoints.http.models.customers import CustomerChanges, CustomerToAdd
from command_api.entrypoints.http.models.flags import Flag
from command_api.entrypoints.http.openapi import answers
from command_api.entrypoints.http.permissions import allow, demand
from command_api.entrypoints.http.view_backing import MarkOf
from service_runtime.access import Action
from service_runtime.http.fields import Id
from service_runtime.http.request_context import CallerOf

PATH: Final = "/v1/customers"
ROUTER: Final = command_router(prefix=PATH, tag="customers")


@ROUTER.post(
    "",
    operation_id="add_customer",
    summary="Add a customer",
    status_code=201,
    responses=answers(201),
    dependencies=[allow(Action.EDIT_CUSTOMERS)],
)
async def add_customer(intake: OnNone, body: CustomerToAdd) -> Response:
    """Add a customer."""
    return await intake.submit(body.command(), location=PATH)


@ROUTER.patch(
    "/{customer}",
    operation_id="edit_customer",
    summary="Edit a customer",
    responses=answers(problems=("version-conflict", "already-deleted", "customer-archived")),
    dependencies=[allow(Action.EDIT_CUSTOMERS)],
)
async def edit_customer(customer: Id, intake: OnOne, body: CustomerChanges) -> Response:
    """Change name, external reference, or whether it is a natural person."""
    return await intake.submit(body.command(customer))


async def _erasing(
    request: Request,
    caller: CallerOf,
    backing: BackingOf,
    *,
    erase: Annotated[
        Flag, Query(description="Erase a natural person instead (admin); it cannot be undone.")
    ] = False,
) -> bool:
    """Return whether to erase; that takes more than to archive."""
    if erase:
        await demand(Action.ERASE_PERSON, request, caller, backing)
    return erase


@ROUTER.delete(
    "/{customer}",
    operation_id="archive_customer",
    summary="Archive a customer, or erase a natural person",
    responses=answers(problems=("version-conflict",)),
    dependencies=[allow(Action.EDIT_CUSTOMERS), NO_BODY],
)
async def archive_customer(
    customer: Id, intake: OnOne, mark: MarkOf, *, erase: Annotated[bool, Depends(_erasing)]
) -> Response:
    """Put a customer away: it takes no new opportunities; with `erase` its name is unreadable."""
    if not erase:
        return await intake.submit(ArchiveCustomer(customer))
    await mark(intake.named.stream, customer_subject(customer))
    return await intake.submit(EraseCustomer(customer))
