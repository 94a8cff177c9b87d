"""What may happen to an organization."""

from msgspec import UNSET

from command_api.domain import refusal
from command_api.domain.commands import CreateOrganization, EditOrganization
from command_api.domain.edits import changed
from command_api.domain.organization.state import Organization
from opportunity_events import v1


def create(command: CreateOrganization) -> list[v1.OrganizationFact]:
    """Begin an organization in which everybody sees everything."""
    return [
        v1.OrganizationCreated(
            command.name, command.currency, command.time_zone, command.language, "all"
        )
    ]


def edit(command: EditOrganization, organization: Organization) -> list[v1.OrganizationFact]:
    """Change settings. Other visibilities than `all` are refused until reads honour them."""
    if command.visibility is not UNSET and command.visibility != "all":
        raise refusal.Invalid(refusal.Fault("/visibility", "only-all"))
    changes = changed(
        [
            ("name", command.name, organization.name),
            ("currency", command.currency, organization.currency),
            ("time_zone", command.time_zone, organization.time_zone),
            ("language", command.language, organization.language),
            ("visibility", command.visibility, organization.visibility),
        ]
    )
    return [v1.OrganizationEdited(tuple(changes))] if changes else []
