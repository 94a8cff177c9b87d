"""What may happen to a team."""

from msgspec import UNSET

from command_api.domain.commands import AddTeam, RenameTeam
from command_api.domain.team.state import Team
from opportunity_events import v1


def add(command: AddTeam) -> list[v1.TeamFact]:
    """Add a team."""
    return [v1.TeamAdded(command.name)]


def rename(command: RenameTeam, team: Team) -> list[v1.TeamFact]:
    """Give a team another name."""
    if command.name is UNSET or command.name == team.name:
        return []
    return [v1.TeamRenamed(team.name, command.name)]
