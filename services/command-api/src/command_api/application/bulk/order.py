"""What a bulk command by filter is asked to do, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

import msgspec

from command_api.domain import commands as c

CommandName = Literal["edit", "move", "win", "lose", "reopen", "delete", "restore"]
_COMMANDS: Final[Mapping[CommandName, type[c.OpportunityCommand]]] = MappingProxyType(
    {
        "edit": c.EditOpportunity,
        "move": c.MoveOpportunity,
        "win": c.WinOpportunity,
        "lose": c.LoseOpportunity,
        "reopen": c.ReopenOpportunity,
        "delete": c.DeleteOpportunity,
        "restore": c.RestoreOpportunity,
    }
)


class BulkOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may be shown of a bulk for as long as its job is: nothing that people typed."""

    command: CommandName
    dry_run: bool = False


class BulkOrdered(msgspec.Struct, frozen=True):
    """The rest of it, which is sealed and kept until the job ends.

    `template` is the command, but for the opportunity. What the caller saw, and whom `me` and
    `mine` meant, is that of the order.
    """

    template: msgspec.Raw
    filter: dict[str, tuple[str, ...]]
    owners: tuple[UUID, ...] | None
    user_id: UUID | None
    team_id: UUID | None


class BulkPlace(msgspec.Struct, frozen=True):
    """Where a bulk is: the position at which its filter is read, and the last id it settled."""

    position: int
    after: UUID


class BulkResult(msgspec.Struct, frozen=True):
    """What became of it: the command, and the position at which its filter was read."""

    command: CommandName
    as_of: int


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """A bulk as it is to be run, from where it stands; `ordered_at` is its filter's clock."""

    org: UUID
    asker: c.Asker
    options: BulkOptions
    ordered: BulkOrdered
    causation_id: UUID
    correlation_id: str
    traceparent: str | None
    ordered_at: datetime
    handled: int
    place: BulkPlace

    def command(self, opportunity_id: UUID) -> c.OpportunityCommand:
        """Return the command for one opportunity."""
        decoded = msgspec.json.decode(self.ordered.template, type=_COMMANDS[self.options.command])
        return msgspec.structs.replace(decoded, opportunity_id=opportunity_id)


def template_of(command: c.OpportunityCommand) -> msgspec.Raw:
    """Write a command down, to be asked of many opportunities."""
    return msgspec.Raw(msgspec.json.encode(command))
