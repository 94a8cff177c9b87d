"""Which fields any fact changed, whatever its stream."""

from typing import assert_never

from msgspec import UNSET

from command_api.domain.board import fields as board
from command_api.domain.context import Privacy
from command_api.domain.customer import fields as customer
from command_api.domain.opportunity import fields as opportunity
from command_api.domain.overlap import EVERYTHING
from opportunity_events import v1
from opportunity_events.personal import Sealed


def changed_by(fact: v1.FactData) -> frozenset[str]:
    """Return the API's fields that a fact changed; `*` for all of them."""
    if isinstance(fact, v1.OpportunityFact):
        return opportunity.changed_by(fact)
    if isinstance(fact, v1.CustomerFact):
        return customer.changed_by(fact)
    if isinstance(fact, v1.BoardFact):
        return board.changed_by(fact)
    match fact:
        case v1.OrganizationCreated() | v1.TeamAdded() | v1.UserAdded() | v1.UserErased():
            return EVERYTHING
        case v1.OrganizationEdited() | v1.UserEdited():
            return frozenset(change.field for change in fact.changes)
        case v1.TeamRenamed():
            return frozenset({"name"})
        case _:
            assert_never(fact)


def given_fields(
    command: object, present: object, privacy: Privacy, sub: str = ""
) -> frozenset[str]:
    """Return the fields that an edit gives and that do not stand so already."""
    fields: set[str] = set()
    for name in getattr(command, "__struct_fields__", ()):
        wanted = getattr(command, name)
        if wanted is UNSET or not hasattr(present, name):
            continue
        stands = getattr(present, name)
        if wanted == (privacy.text(name, stands) if isinstance(stands, Sealed) else stands):
            continue
        fields.add(f"{sub}.{name}" if sub else name)
    return frozenset(fields)
