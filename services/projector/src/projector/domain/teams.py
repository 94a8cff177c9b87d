"""Which teams there are to choose from."""

from typing import Any, Final, assert_never
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded
from opportunity_events.v1 import TeamAdded, TeamFact, TeamRenamed
from projector.domain.unfoldable import absent, begun_twice
from projector.domain.words import key_of

COLUMNS: Final = ("org", "id", "version", "name", "name_key")


class Team(msgspec.Struct, frozen=True, gc=False):
    """A team at one version."""

    org: UUID
    id: UUID
    version: int
    name: str


def evolve(before: Team | None, recorded: Recorded, data: TeamFact) -> Team:
    """Let one more fact have happened to a team."""
    stream, version = recorded.fact.stream, recorded.fact.version
    match data:
        case TeamAdded():
            if before is not None:
                raise begun_twice(stream.subject)
            return Team(stream.org, stream.id, version, data.name)
        case TeamRenamed():
            if before is None:
                raise absent(stream.subject)
            return Team(stream.org, stream.id, version, data.to)
        case _:
            assert_never(data)


def row(state: Team) -> tuple[Any, ...]:
    """Return the row of `teams`, in the order of COLUMNS."""
    return (state.org, state.id, state.version, state.name, key_of(state.name))
