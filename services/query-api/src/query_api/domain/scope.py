"""What a caller may see, in the one form that every query is given."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Scope:
    """Some of one organization and nothing of any other, by who owns it at the moment shown."""

    org: UUID
    owners: frozenset[UUID] | None
    """Whose opportunities are seen; None: everybody's."""


@dataclass(frozen=True)
class Viewer:
    """Who reads: what `me` and `mine` mean, and what may be seen."""

    scope: Scope
    user_id: UUID | None
    team_id: UUID | None
