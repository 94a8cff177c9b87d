"""What may happen to an organization."""

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
    """Change settings."""
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
