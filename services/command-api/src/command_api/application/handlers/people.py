"""Organizations, teams and users."""

from command_api.application.desk import Desk, Outcome
from command_api.domain import refusal
from command_api.domain.commands import (
    AddTeam,
    AddUser,
    CreateOrganization,
    EditOrganization,
    EditUser,
    EraseUser,
    RenameTeam,
)
from command_api.domain.fields import given_fields
from command_api.domain.organization import decide as organization
from command_api.domain.organization.state import Organization
from command_api.domain.overlap import EVERYTHING
from command_api.domain.team import decide as team
from command_api.domain.team.state import Team
from command_api.domain.user import decide as user
from command_api.domain.user.state import User


def create_organization(command: CreateOrganization, desk: Desk) -> Outcome:
    """Begin an organization."""
    stream = desk.stream("organization", command.org)
    return desk.begin(stream, lambda: organization.create(command))


def edit_organization(command: EditOrganization, desk: Desk) -> Outcome:
    """Change the asker's organization."""
    stream = desk.stream("organization", desk.draft.org)
    state = desk.named(stream, Organization)[1]
    return desk.change(
        stream,
        lambda: organization.edit(command, state),
        lambda: given_fields(command, state, desk.draft),
    )


def add_team(command: AddTeam, desk: Desk) -> Outcome:
    """Add a team."""
    return desk.begin(desk.stream("team", command.team_id), lambda: team.add(command))


def rename_team(command: RenameTeam, desk: Desk) -> Outcome:
    """Give a team another name."""
    stream = desk.stream("team", command.team_id)
    state = desk.named(stream, Team)[1]
    return desk.change(
        stream,
        lambda: team.rename(command, state),
        lambda: given_fields(command, state, desk.draft),
    )


def add_user(command: AddUser, desk: Desk) -> Outcome:
    """Add a user."""
    _demand_team(command, desk)
    stream = desk.stream("user", command.user_id)
    return desk.begin(stream, lambda: user.add(command, desk.context))


def edit_user(command: EditUser, desk: Desk) -> Outcome:
    """Change a user."""
    stream = desk.stream("user", command.user_id)
    state = desk.named(stream, User)[1]
    _demand_team(command, desk)
    return desk.change(
        stream,
        lambda: user.edit(command, state, desk.context),
        lambda: given_fields(command, state, desk.draft),
    )


def erase_user(command: EraseUser, desk: Desk) -> Outcome:
    """Make an inactive user unreadable."""
    stream = desk.stream("user", command.user_id)
    state = desk.named(stream, User)[1]
    outcome = desk.change(stream, lambda: user.erase(state), lambda: EVERYTHING)
    desk.draft.erase_key(state.name.key)
    return outcome


def _demand_team(command: AddUser | EditUser, desk: Desk) -> None:
    team_id = command.team_id or None
    if team_id is not None and desk.referred("team", team_id, Team) is None:
        raise refusal.Invalid(refusal.Fault("/team_id", "unknown"))
