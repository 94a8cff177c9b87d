"""Who may be told of a fact: whoever may see its opportunity's owner before or after it."""

from uuid import UUID

from opportunity_events.v1 import FactData, OpportunityCreated, OpportunityFact

Owners = frozenset[UUID]


def owners_of(data: FactData) -> Owners | None:
    """Return who owned the opportunity before and after a fact; None: it speaks of none.

    Boards, customers, people, teams and the organization are everybody's.
    """
    if not isinstance(data, OpportunityFact):
        return None
    if isinstance(data, OpportunityCreated):
        return frozenset({data.after.owner_id})
    return frozenset({data.before.owner_id, data.after.owner_id})


def may_be_told(owners: Owners | None, seen: Owners | None) -> bool:
    """Say whether somebody who sees the opportunities of `seen` (None: all) is given the fact."""
    return seen is None or owners is None or not owners.isdisjoint(seen)
