"""What may happen to a user."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from command_api.domain import refusal
from command_api.domain.commands import AddUser, EditUser
from command_api.domain.context import Context
from command_api.domain.edits import changed, changed_sealed
from command_api.domain.user.state import User
from opportunity_events import v1


def user_subject(user_id: UUID) -> str:
    """Name the person whose key seals a user's name and e-mail."""
    return f"user/{user_id}"


def add(command: AddUser, context: Context) -> list[v1.UserFact]:
    """Add an active user; the team was looked up before."""
    subject = user_subject(command.user_id)
    seal = context.privacy.seal
    email = None if command.email is None else seal(subject, "email", command.email)
    return [v1.UserAdded(seal(subject, "name", command.name), email, command.role, command.team_id)]


def edit(command: EditUser, user: User, context: Context) -> list[v1.UserFact]:
    """Change a user; the team was looked up before.

    Nobody takes the role or the access from oneself: the last admin would lock everybody out.
    """
    if context.asker.user_id == command.user_id:
        _demand_others_decide(command, user)
    if user.erased_version is not None:
        raise refusal.AlreadyDeleted(user.erased_version)
    present_team = None if user.team_id is None else str(user.team_id)
    changes = changed_sealed(
        context,
        user_subject(command.user_id),
        [("name", command.name, user.name), ("email", command.email, user.email)],
    )
    changes += changed(
        [
            ("role", command.role, user.role),
            ("team_id", _text(command.team_id), present_team),
            ("active", command.active, user.active),
        ]
    )
    return [v1.UserEdited(tuple(changes))] if changes else []


def _demand_others_decide(command: EditUser, user: User) -> None:
    faults: list[refusal.Fault] = []
    if command.role is not UNSET and command.role != user.role:
        faults.append(refusal.Fault("/role", "your-own"))
    if command.active is False:
        faults.append(refusal.Fault("/active", "your-own"))
    if faults:
        raise refusal.Invalid(*faults)


def erase(user: User) -> list[v1.UserFact]:
    """Make an inactive user unreadable."""
    if user.erased_version is not None:
        return []
    if user.active:
        raise refusal.Invalid(refusal.Fault("", "still-active"))
    return [v1.UserErased(user.name.key)]


def _text(team_id: UUID | UnsetType | None) -> str | UnsetType | None:
    return str(team_id) if isinstance(team_id, UUID) else team_id
