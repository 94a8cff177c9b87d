"""What a caller may see, in the one form that every query is given."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Scope:
    """All of one organization and nothing of any other.

    Whoever may see less than all of it gets a narrower scope here, and every query follows.
    """

    org: UUID


@dataclass(frozen=True)
class Viewer:
    """Who reads: what `me` and `mine` mean, and what may be seen."""

    scope: Scope
    user_id: UUID | None
    team_id: UUID | None
