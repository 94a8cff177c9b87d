"""What we show of an organization: what others default to, now and at every earlier moment."""

from typing import Any, Final, assert_never
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded
from opportunity_events.v1 import OrganizationCreated, OrganizationEdited, OrganizationFact
from projector.domain.timeline import Interval
from projector.domain.unfoldable import absent, begun_twice, no_such_change

COLUMNS: Final = ("org", "version", "name", "currency", "time_zone", "language", "visibility")
VERSION_COLUMNS: Final = (
    "org",
    "id",
    "version",
    "from_position",
    "to_position",
    "from_time",
    "to_time",
    *COLUMNS[2:],
)
_FIELDS: Final = frozenset(COLUMNS[2:])


class Organization(msgspec.Struct, frozen=True, gc=False):
    """An organization at one version."""

    org: UUID
    version: int
    name: str
    currency: str
    time_zone: str
    language: str
    visibility: str

    @property
    def id(self) -> UUID:
        """An organization is its own stream."""
        return self.org


def evolve(before: Organization | None, recorded: Recorded, data: OrganizationFact) -> Organization:
    """Let one more fact have happened to an organization."""
    stream, version = recorded.fact.stream, recorded.fact.version
    match data:
        case OrganizationCreated():
            if before is not None:
                raise begun_twice(stream.subject)
            return Organization(
                stream.org,
                version,
                data.name,
                data.currency,
                data.time_zone,
                data.language,
                data.visibility,
            )
        case OrganizationEdited():
            if before is None:
                raise absent(stream.subject)
            changed: dict[str, str] = {}
            for change in data.changes:
                if change.field not in _FIELDS or not isinstance(change.to, str):
                    raise no_such_change("organization", change.field)
                changed[change.field] = change.to
            return msgspec.structs.replace(before, version=version, **changed)
        case _:
            assert_never(data)


def row(state: Organization) -> tuple[Any, ...]:
    """Return the row of `organizations`, in the order of COLUMNS."""
    return msgspec.structs.astuple(state)


def version_row(state: Organization, interval: Interval) -> tuple[Any, ...]:
    """Return the row of `organization_versions`, in the order of VERSION_COLUMNS."""
    org, version, *shown = msgspec.structs.astuple(state)
    return (org, org, version, *msgspec.structs.astuple(interval), *shown)
