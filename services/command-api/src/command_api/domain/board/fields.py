"""Which fields a fact of a board changed; those of a status carry its id."""

from typing import assert_never

from command_api.domain.overlap import EVERYTHING
from opportunity_events import v1


def changed_by(fact: v1.BoardFact) -> frozenset[str]:
    """Return the fields that a fact changed."""
    match fact:
        case v1.BoardCreated() | v1.BoardArchived():
            return EVERYTHING
        case v1.BoardRenamed():
            return frozenset({"name"})
        case v1.StatusAdded() | v1.StatusDeleted() | v1.StatusDeletionStarted():
            return frozenset({f"{fact.status.id}.*"})
        case v1.StatusRenamed():
            return frozenset({f"{fact.status_id}.name"})
        case v1.StatusRecolored():
            return frozenset({f"{fact.status_id}.color"})
        case v1.StatusConfidenceSet():
            return frozenset({f"{fact.status_id}.default_confidence"})
        case v1.StatusTypeChanged():
            return frozenset({f"{fact.status_id}.type", f"{fact.status_id}.default_confidence"})
        case v1.StatusesReordered():
            return frozenset({"order"})
        case _:
            assert_never(fact)
