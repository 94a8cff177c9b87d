"""What an organization is: the settings that everything else defaults to."""

from typing import Any, assert_never

import msgspec

from opportunity_events import v1


class Organization(msgspec.Struct, frozen=True):
    """Decision state of an organization."""

    name: str
    currency: str
    time_zone: str
    language: v1.Language
    visibility: v1.Visibility


def evolve(organization: Organization | None, fact: v1.OrganizationFact) -> Organization:
    """Return the organization after the fact; never refuses."""
    match fact:
        case v1.OrganizationCreated():
            return Organization(
                fact.name, fact.currency, fact.time_zone, fact.language, fact.visibility
            )
        case v1.OrganizationEdited():
            if organization is None:
                raise ValueError("an organization begins with OrganizationCreated")
            targets: dict[str, Any] = {change.field: change.to for change in fact.changes}
            return msgspec.structs.replace(organization, **targets)
        case _:
            assert_never(fact)
