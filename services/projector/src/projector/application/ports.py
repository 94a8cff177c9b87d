"""What the projector needs from outside: facts, keys, and a place for the read models."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

import msgspec

from opportunity_events.envelope import Recorded
from opportunity_events.logged_fact import LoggedFact
from projector.domain.fold import Fold
from projector.domain.personal import Keyring


class FactSource(Protocol):
    """Where facts come from, lane by lane, gapless and in order."""

    async def lanes(self) -> Sequence[int]:
        """Return the lanes that there are."""
        ...

    async def read(self, lane: int, after: int, limit: int) -> Sequence[LoggedFact]:
        """Return the next facts of a lane, at most `limit` and fewer where they are large."""
        ...

    async def epochs(self, lane: int) -> Mapping[int, int]:
        """Return the epochs of a lane, each with the lane position at which it begins."""
        ...

    async def wait(self, lane: int, timeout_s: float) -> None:
        """Return as soon as a lane may have more than the last read gave, or after the time-out."""
        ...

    async def close(self) -> None:
        """Leave whatever the facts come from."""
        ...


class EpochBeganError(Exception):
    """The source says facts of an epoch that was not known when it was asked for the last time."""


class Keyrings(Protocol):
    """Where the keys of persons are."""

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that still exist."""
        ...


class Lease(msgspec.Struct, frozen=True):
    """The right to project a lane of a generation, as of an epoch: a later epoch ends it."""

    lane: int
    epoch: int
    lane_position: int
    generation: int
    lane_epoch: int
    """The epoch of the lane, as operators declare them, that what is applied belongs to."""


class LeaseLostError(Exception):
    """Somebody else took the lane over: what this owner was about to write must not be written."""


class Step(Protocol):
    """One transaction: the read models of a lane go from one lane position to a later one."""

    async def load(self, fold: Fold, batch: Sequence[Recorded]) -> None:
        """Put what is stored of the streams that the batch touches into the fold."""
        ...

    async def write(self, fold: Fold) -> None:
        """Store what the fold changed."""
        ...


class ReadModels(Protocol):
    """Where the read models are stored, with how far they are and by whose hand."""

    async def acquire(self, lane: int, owner: str) -> Lease | None:
        """Take the lane if nobody holds it; None while somebody does."""
        ...

    async def renew(self, lease: Lease) -> None:
        """Keep the lane for some seconds more, and say that it goes well.

        Raises LeaseLostError where somebody else has it.
        """
        ...

    async def release(self, lease: Lease) -> None:
        """Let the next one have the lane at once."""
        ...

    def step(self, lease: Lease, upto: int) -> AbstractAsyncContextManager[Step]:
        """Open the transaction that ends at lane position `upto`.

        Raises LeaseLostError, before anything is read or written, where the lane is not at
        `lease.lane_position` in `lease.epoch` any more.
        """
        ...

    async def announce(self, orgs: Collection[UUID]) -> None:
        """Wake the readers that wait for these organizations."""
        ...

    async def drop_gone(self) -> bool:
        """Drop generations that are done with; say whether there is one left for later."""
        ...

    async def report_stopped(
        self, lease: Lease, position: int, event: UUID | None, reason: str
    ) -> None:
        """Leave word that the lane cannot go on, and at which fact."""
        ...
