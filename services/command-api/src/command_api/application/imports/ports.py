"""What an import needs from outside: who is there, by name; and what it keeps of refused rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

from command_api.application.batches.ports import ReadModels
from command_api.domain.importing.reasons import Reason


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that did not go in: its line, why, and its cells."""

    line: int
    reason: Reason
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A present customer: neither archived nor erased."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class KnownUser:
    """A user who is not erased."""

    id: UUID
    name: str
    email: str | None
    active: bool
    admin: bool


class Names(ReadModels, Protocol):
    """Who is there, by the read models."""

    def customers(self, org: UUID) -> AsyncIterator[KnownCustomer]:
        """Yield the present customers of an organization."""
        ...

    def users(self, org: UUID) -> AsyncIterator[KnownUser]:
        """Yield the users of an organization, the longest there first."""
        ...
