"""Who can own an opportunity, now and at every earlier moment."""

from datetime import datetime
from typing import Any, Final, assert_never
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded
from opportunity_events.personal import Sealed
from opportunity_events.v1 import UserAdded, UserEdited, UserErased, UserFact
from projector.domain.personal import Keyring, read
from projector.domain.timeline import Interval
from projector.domain.unfoldable import absent, begun_twice, no_such_change
from projector.domain.words import key_of, words_of

COLUMNS: Final = (
    "org",
    "id",
    "version",
    "name",
    "name_key",
    "words",
    "email",
    "role",
    "team_id",
    "active",
    "created_at",
    "erased_at",
)
VERSION_COLUMNS: Final = (
    "org",
    "id",
    "version",
    "from_position",
    "to_position",
    "from_time",
    "to_time",
    "name",
    "name_key",
    "role",
    "team_id",
    "active",
    "erased_at",
)


class User(msgspec.Struct, frozen=True, gc=False):
    """A user at one version; name and email are None where erased."""

    org: UUID
    id: UUID
    version: int
    name: str | None
    email: str | None
    role: str
    team_id: UUID | None
    active: bool
    created_at: datetime
    erased_at: datetime | None


def evolve(before: User | None, recorded: Recorded, data: UserFact, keyring: Keyring) -> User:
    """Let one more fact have happened to a user."""
    stream, version = recorded.fact.stream, recorded.fact.version
    if isinstance(data, UserAdded):
        if before is not None:
            raise begun_twice(stream.subject)
        return User(
            org=stream.org,
            id=stream.id,
            version=version,
            name=keyring.open(stream.org, "name", data.name),
            email=read(keyring, stream.org, "email", data.email),
            role=data.role,
            team_id=data.team_id,
            active=True,
            created_at=recorded.occurred_at,
            erased_at=None,
        )
    if before is None:
        raise absent(stream.subject)
    match data:
        case UserEdited():
            return _edited(msgspec.structs.replace(before, version=version), data, keyring)
        case UserErased():
            return msgspec.structs.replace(
                before, version=version, name=None, email=None, erased_at=recorded.recorded_at
            )
        case _:
            assert_never(data)


def _edited(user: User, data: UserEdited, keyring: Keyring) -> User:
    changed: dict[str, Any] = {}
    for change in data.changes:
        match change.field, change.to:
            case "name", Sealed() as sealed:
                changed["name"] = keyring.open(user.org, "name", sealed)
            case "email", Sealed() | None as sealed:
                changed["email"] = read(keyring, user.org, "email", sealed)
            case "role", str(role):
                changed["role"] = role
            case "team_id", str(team):
                changed["team_id"] = UUID(team)
            case "team_id", None:
                changed["team_id"] = None
            case "active", bool(active):
                changed["active"] = active
            case field, _:
                raise no_such_change("user", field)
    return msgspec.structs.replace(user, **changed)


def row(state: User) -> tuple[Any, ...]:
    """Return the row of `users`, in the order of COLUMNS."""
    return (
        state.org,
        state.id,
        state.version,
        state.name,
        key_of(state.name),
        words_of(state.name),
        state.email,
        state.role,
        state.team_id,
        state.active,
        state.created_at,
        state.erased_at,
    )


def version_row(state: User, interval: Interval) -> tuple[Any, ...]:
    """Return the row of `user_versions`, in the order of VERSION_COLUMNS."""
    return (
        state.org,
        state.id,
        state.version,
        *msgspec.structs.astuple(interval),
        state.name,
        key_of(state.name),
        state.role,
        state.team_id,
        state.active,
        state.erased_at,
    )
