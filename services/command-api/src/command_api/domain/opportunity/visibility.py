"""Who sees an opportunity, by its owner as the log has it at the moment of the decision."""

from collections.abc import Callable
from uuid import UUID

from command_api.domain.commands import Asker
from opportunity_events import v1
from service_runtime.callers import Role
from service_runtime.visibility import Visibility, reach


def sees_all(asker: Asker) -> bool:
    """Say whether the asker sees everything whatever the organization's setting is."""
    return reach(Role(asker.role), Visibility.OWN) is Visibility.ALL


def sees(
    asker: Asker, setting: v1.Visibility, owner: UUID, team_of: Callable[[UUID], UUID | None]
) -> bool:
    """Say whether the asker sees what this user owns; teams are looked up only where they count."""
    match reach(Role(asker.role), Visibility(setting)):
        case Visibility.ALL:
            return True
        case _ if owner == asker.user_id:
            return True
        case Visibility.OWN:
            return False
        case Visibility.TEAM:
            team = None if asker.user_id is None else team_of(asker.user_id)
            return team is not None and team_of(owner) == team
