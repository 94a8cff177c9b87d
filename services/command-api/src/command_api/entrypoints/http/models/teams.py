"""Bodies about teams."""

from uuid import UUID

from pydantic import ConfigDict

from command_api.domain.commands import AddTeam, RenameTeam
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.text import Name
from service_runtime.http.fields import Body
from service_runtime.ids import new_id


class TeamToAdd(Body):
    """A new team."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Miền Nam"}]})

    name: Name

    def command(self) -> AddTeam:
        """Return the command, with a new id."""
        return AddTeam(new_id(), self.name)


class TeamChanges(Body):
    """What of a team changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Miền Bắc"}]})

    name: Name = absent()

    def command(self, team: UUID) -> RenameTeam:
        """Return the command."""
        return RenameTeam(team, self.name)
