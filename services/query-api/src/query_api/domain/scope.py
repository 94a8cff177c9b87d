"""What a caller may see, in the one form that every query is given."""

from dataclasses import dataclass, replace
from uuid import UUID

from opportunity_filters.moments import Moment


@dataclass(frozen=True)
class Scope:
    """Some of one organization and nothing of any other, by who owns it at the moment shown."""

    org: UUID
    owners: frozenset[UUID] | None
    """Whose opportunities are seen; None: everybody's."""
    moment: Moment | None = None
    """As of when; None: now."""


@dataclass(frozen=True)
class Viewer:
    """Who reads: what `me` and `mine` mean, and what may be seen."""

    scope: Scope
    user_id: UUID | None
    team_id: UUID | None

    def as_of(self, moment: Moment | None) -> "Viewer":
        """Return the same reader, looking at a moment."""
        return replace(self, scope=replace(self.scope, moment=moment))
