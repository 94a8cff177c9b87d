"""What a large deletion of a status is asked to do, and what it gives back."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from command_api.domain.commands import Asker


class DeletionOptions(msgspec.Struct, frozen=True):
    """Which status goes, and where what stands in it goes."""

    board_id: UUID
    status_id: UUID
    replacement: UUID


class DeletionResult(msgspec.Struct, frozen=True):
    """What became of it: how many opportunities the deletion itself moved."""

    moved: int


@dataclass(frozen=True, slots=True)
class DeletionOrder:
    """A deletion as it is to be run, from where it stands: it moved `handled` so far."""

    org: UUID
    asker: Asker
    options: DeletionOptions
    causation_id: UUID
    correlation_id: str
    traceparent: str | None
    total: int
    handled: int
