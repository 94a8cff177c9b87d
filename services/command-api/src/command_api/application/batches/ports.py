"""What work in batches needs from outside: the log with its job beside it, and the read models."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from command_api.application.group import Decided
from command_api.application.known import LogReader


class JobLost(Exception):  # noqa: N818 - says what is so
    """The job was cancelled, or given to somebody else: stop, nothing of this batch is written."""


class BatchMoved(Exception):  # noqa: N818 - says what is so
    """What the batch stands on moved before it was appended: nothing of it is written."""


class BatchTooLarge(Exception):  # noqa: N818 - says what is so
    """The batch needs more commands than one append may have, or loses as a whole: halve it."""


@dataclass(frozen=True, slots=True)
class Step:
    """What settles the items from `begin` on: counts, refusals, and what the job keeps then."""

    begin: int
    done: int
    unchanged: int
    refused: Sequence[object]
    kept: object

    @property
    def end(self) -> int:
        """How many items are settled after this step."""
        return self.begin + self.done + self.unchanged + len(self.refused)


class BatchSession(LogReader, Protocol):
    """One connection to the log for one attempt at a batch."""

    @property
    def held_s(self) -> float:
        """How long the last batch held the lane."""
        ...

    async def settle(self, group: Sequence[Decided], step: Step) -> None:
        """Append the group and move the job over the step, both or neither.

        Raises BatchMoved or JobLost.
        """
        ...

    async def settle_some(self, group: Sequence[Decided], begin: int) -> int:
        """Append what did not move meanwhile, move the job over it, and return how many did.

        Only for commands of which none stands on another one. Raises JobLost.
        """
        ...


class BatchLog(Protocol):
    """The log as the batches of one job know it."""

    def session(self, lane: int, *, locked: bool) -> AbstractAsyncContextManager[BatchSession]:
        """Open a session; a locked one holds the lane's lock from here to its end."""
        ...

    async def head(self) -> tuple[int, int]:
        """Return the organization's lane and the position of its newest fact."""
        ...

    async def settled(self) -> int:
        """Return how many items of the job are settled; raises JobLost."""
        ...

    async def size(self, total: int, columns: Sequence[str]) -> None:
        """Say how many items there are, and the names of their columns; raises JobLost."""
        ...

    async def occupants(self, board: UUID, status: UUID, limit: int) -> list[UUID]:
        """Return some of the live opportunities that stand in a status."""
        ...

    def is_trouble(self, error: BaseException) -> bool:
        """Say whether an error speaks of the database's state, so that a later try may succeed."""
        ...


class ReadModels(Protocol):
    """How far the read models are."""

    async def applied(self, org: UUID) -> int:
        """Return the position up to which the read models know the organization."""
        ...

    async def lag(self, lane: int) -> tuple[int, int]:
        """Return (how many facts of a lane the read models lack, how far they are)."""
        ...
