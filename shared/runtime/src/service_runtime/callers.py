"""Who is asking: the caller of a request, as every door passes it on."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a caller is in its organization."""

    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SERVICE = "service"


@dataclass(frozen=True)
class Caller:
    """A caller that was recognized, with what it is at this moment."""

    org: UUID
    actor: str
    """`user/<id>`, `key/<id>` or `system`, as facts name it."""
    user_id: UUID | None
    role: Role
    team_id: UUID | None
    operator: bool
    """Whether the operator's routes are open to it; only a key can say so."""
    language: str | None
    """What it reads where the request does not say; the user's, else the organization's."""
    owners: frozenset[UUID] | None
    """Whose opportunities it sees at this moment; None: everybody's. See `visibility`."""
