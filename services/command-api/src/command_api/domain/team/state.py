"""What a team is."""

from typing import assert_never

import msgspec

from opportunity_events import v1


class Team(msgspec.Struct, frozen=True):
    """Decision state of a team."""

    name: str


def evolve(team: Team | None, fact: v1.TeamFact) -> Team:
    """Return the team after the fact; never refuses."""
    match fact:
        case v1.TeamAdded():
            return Team(fact.name)
        case v1.TeamRenamed():
            if team is None:
                raise ValueError("a team begins with TeamAdded")
            return Team(fact.to)
        case _:
            assert_never(fact)
