"""What an import needs from outside: the log with the job beside it, and who is there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

from command_api.application.group import Decided
from command_api.application.imports.tally import Tally
from command_api.application.known import LogReader
from command_api.domain.importing.reasons import Reason


class JobLost(Exception):  # noqa: N818 - says what is so
    """The job was cancelled, or given to somebody else: stop, nothing of this batch is written."""


class BatchMoved(Exception):  # noqa: N818 - says what is so
    """What the batch stands on moved before it was appended: nothing of it is written."""


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that did not go in: its line, why, and its cells."""

    line: int
    reason: Reason
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What settles the rows from `begin` on: counts, refusals, and the tally behind them."""

    begin: int
    done: int
    unchanged: int
    refused: Sequence[RefusedRow]
    tally: Tally

    @property
    def end(self) -> int:
        """How many rows are settled after this step."""
        return self.begin + self.done + self.unchanged + len(self.refused)


class BatchSession(LogReader, Protocol):
    """One connection to the log for one attempt at a batch."""

    async def settle(self, group: Sequence[Decided], step: Step) -> None:
        """Append the group and move the job over the step, both or neither.

        Raises BatchMoved or JobLost.
        """
        ...


class BatchLog(Protocol):
    """The log as an import knows it."""

    def session(self, lane: int, *, locked: bool) -> AbstractAsyncContextManager[BatchSession]:
        """Open a session; a locked one holds the lane's lock from here to its end."""
        ...

    async def head(self) -> tuple[int, int]:
        """Return the organization's lane and the position of its newest fact."""
        ...

    async def settled(self) -> int:
        """Return how many rows of the job are settled; raises JobLost."""
        ...

    async def size(self, total: int, columns: Sequence[str]) -> None:
        """Say how many rows there are, and the names of their columns; raises JobLost."""
        ...

    def is_trouble(self, error: BaseException) -> bool:
        """Say whether an error speaks of the database's state, so that a later try may succeed."""
        ...


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


class Names(Protocol):
    """Who is there, by the read models."""

    def customers(self, org: UUID) -> AsyncIterator[KnownCustomer]:
        """Yield the present customers of an organization."""
        ...

    def users(self, org: UUID) -> AsyncIterator[KnownUser]:
        """Yield the users of an organization, the longest there first."""
        ...

    async def applied(self, org: UUID) -> int:
        """Return the position up to which the read models know the organization."""
        ...

    async def lag(self, lane: int) -> tuple[int, int]:
        """Return (how many facts of a lane the read models lack, how far they are)."""
        ...
