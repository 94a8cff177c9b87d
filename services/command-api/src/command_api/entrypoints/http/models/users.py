"""Bodies about users."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict

from command_api.domain.commands import AddUser, EditUser
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.text import Email, Name
from service_runtime.http.fields import Body, Id
from service_runtime.ids import new_id

UserRole = Literal["rep", "manager", "admin", "auditor"]
"""The roles of users: a service has a key and is no user."""


class UserToAdd(Body):
    """A new user, active from the start."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Trần Minh", "email": "minh@congty.example", "role": "rep"}]
        }
    )

    name: Name
    email: Email | None = None
    role: UserRole
    team_id: Id | None = None

    def command(self) -> AddUser:
        """Return the command, with a new id."""
        return AddUser(new_id(), self.name, self.email, self.role, self.team_id)


class UserChanges(Body):
    """What of a user changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "manager"}]})

    name: Name = absent()
    email: Email | None = absent()
    role: UserRole = absent()
    team_id: Id | None = absent()
    active: bool = absent()

    def command(self, user: UUID) -> EditUser:
        """Return the command."""
        return EditUser(
            user,
            name=self.name,
            email=self.email,
            role=self.role,
            team_id=self.team_id,
            active=self.active,
        )
