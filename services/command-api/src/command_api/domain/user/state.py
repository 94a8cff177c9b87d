"""What a user is: a role, a team, and sealed personal data."""

from typing import Any, assert_never, cast
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.personal import Sealed


class User(msgspec.Struct, frozen=True):
    """Decision state of a user."""

    name: Sealed
    email: Sealed | None
    role: v1.RoleName
    team_id: UUID | None
    active: bool = True
    erased_version: int | None = None


def evolve(user: User | None, fact: v1.UserFact, version: int) -> User:
    """Return the user after the fact at this version of its stream; never refuses."""
    if isinstance(fact, v1.UserAdded):
        return User(fact.name, fact.email, fact.role, fact.team_id)
    if user is None:
        raise ValueError("a user begins with UserAdded")
    match fact:
        case v1.UserEdited():
            targets: dict[str, Any] = {change.field: change.to for change in fact.changes}
            if isinstance(targets.get("team_id"), str):
                targets["team_id"] = UUID(cast("str", targets["team_id"]))
            return msgspec.structs.replace(user, **targets)
        case v1.UserErased():
            return msgspec.structs.replace(user, erased_version=version)
        case _:
            assert_never(fact)
