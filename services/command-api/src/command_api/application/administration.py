"""What the command line does to an organization: as `system`, before and beside its users."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from command_api.application.ports import Submitter
from command_api.application.submission import Accepted, Submission
from command_api.domain.commands import AddUser, Asker, Command, CreateOrganization
from command_api.domain.text import normalize_name
from opportunity_events.envelope import Cause
from opportunity_events.v1 import Language, RoleName
from service_runtime.folding import fold_name
from service_runtime.ids import new_id

SYSTEM = "system"


class Lanes(Protocol):
    """Gives new organizations their lane."""

    async def register(self, org: UUID) -> None:
        """Give an organization its lane, for ever."""
        ...


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What an organization begins with."""

    name: str
    currency: str
    time_zone: str
    language: Language


class Administration:
    """Submits commands as `system`."""

    def __init__(self, submitter: Submitter, lanes: Lanes) -> None:
        self._submitter = submitter
        self._lanes = lanes

    async def create_organization(self, new: NewOrganization) -> UUID:
        """Begin an organization and return its id."""
        org = new_id()
        await self._lanes.register(org)
        await self.submit(
            org,
            CreateOrganization(
                org, normalize_name(new.name), new.currency, new.time_zone, new.language
            ),
        )
        return org

    async def add_user(self, org: UUID, name: str, email: str | None, role: RoleName) -> UUID:
        """Add a user and return its id."""
        user_id = new_id()
        await self.submit(org, AddUser(user_id, normalize_name(name), email, role, None))
        return user_id

    async def submit(self, org: UUID, command: Command) -> Accepted:
        """Submit any command as `system`, which may do what an admin may."""
        command_id = new_id()
        return await self._submitter.submit(
            Submission(
                asker=Asker(org, SYSTEM, None, "admin"),
                command=command,
                cause=Cause(SYSTEM, "cli", command_id, command_id, str(command_id)),
            )
        )


class Named(Protocol):
    """Something with a name that people type."""

    @property
    def name(self) -> str | None:
        """The name, None where it was erased."""
        ...


def matching(wanted: str, named: Sequence[Named]) -> list[int]:
    """Return the places of what bears the name; an exact one counts before a folded one."""
    exact = [at for at, one in enumerate(named) if one.name == normalize_name(wanted)]
    if exact:
        return exact
    folded = fold_name(wanted)
    return [at for at, one in enumerate(named) if one.name and fold_name(one.name) == folded]
