"""Which fields a fact of a customer changed; those of a contact carry its id."""

from typing import assert_never

from command_api.domain.overlap import EVERYTHING
from opportunity_events import v1


def changed_by(fact: v1.CustomerFact) -> frozenset[str]:
    """Return the fields that a fact changed."""
    match fact:
        case v1.CustomerAdded() | v1.CustomerArchived() | v1.CustomerErased():
            return EVERYTHING
        case v1.CustomerEdited():
            return frozenset(change.field for change in fact.changes)
        case v1.ContactAdded() | v1.ContactErased():
            return frozenset({f"{fact.contact_id}.*"})
        case v1.ContactEdited():
            return frozenset(f"{fact.contact_id}.{change.field}" for change in fact.changes)
        case _:
            assert_never(fact)
