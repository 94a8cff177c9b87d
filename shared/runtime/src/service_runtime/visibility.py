"""Whose opportunities a caller sees: the one rule, by role, team and the organization's setting."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from uuid import UUID

from service_runtime.callers import Role


class Visibility(StrEnum):
    """An organization's setting: how much of it those see who do not see all."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


_SEES_ALL: Final = frozenset({Role.ADMIN, Role.AUDITOR, Role.SERVICE})


def reach(role: Role, setting: Visibility) -> Visibility:
    """Return how far a role sees under a setting: a manager at least its team."""
    if role in _SEES_ALL:
        return Visibility.ALL
    if role is Role.MANAGER and setting is Visibility.OWN:
        return Visibility.TEAM
    return setting


def visible_owners(
    role: Role, setting: Visibility, user_id: UUID | None, teammates: Iterable[UUID]
) -> frozenset[UUID] | None:
    """Return the owners whose opportunities a caller sees; None: everybody's.

    `teammates` are all users of the caller's team, those who left too, and none where it has no
    team. A key is no user and in no team: where a user of its role sees less than all, it sees
    nothing.
    """
    own = frozenset() if user_id is None else frozenset({user_id})
    match reach(role, setting):
        case Visibility.ALL:
            return None
        case Visibility.TEAM:
            return own.union(teammates)
        case Visibility.OWN:
            return own
