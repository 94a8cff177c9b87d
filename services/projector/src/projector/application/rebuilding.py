"""Make the read models anew from the first fact on, in one transaction: all of it or nothing."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from opportunity_events.personal import Sealed
from projector.application.decoding import decode_prefix
from projector.application.poison import fold_one
from projector.domain.fold import Fold
from projector.domain.logged_fact import LoggedFact
from projector.domain.personal import Keyring, sealing_keys
from projector.domain.tables import HISTORY, PRESENT, Row, Table

Progress = Callable[[int, int], None]
"""Facts done, facts in all."""


class ReadersBusyError(Exception):
    """Something reads the tables for so long that they cannot be emptied; nothing is changed."""


class RebuildRunningError(Exception):
    """Another rebuild of the database is running; nothing is changed."""


class Workshop(Protocol):
    """The transaction in which the read models are made anew."""

    async def begin(self) -> Mapping[int, int]:
        """Take every lane from its projector, empty the tables; return the lanes' heads."""
        ...

    async def erased_keys(self) -> Collection[UUID]:
        """Return the keys that facts up to the heads say are deleted."""
        ...

    def facts(self, lane: int, head: int) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts up to its head, in order."""
        ...

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that exist."""
        ...

    async def fill(self, table: Table, rows: Sequence[Row]) -> None:
        """Put rows into an empty table, or behind those that were put there."""
        ...

    async def finish(self, heads: Mapping[int, int]) -> None:
        """Note how far each lane is applied now, and let its projector have it back."""
        ...


@dataclass(frozen=True)
class Rebuilt:
    """What was done."""

    facts: int
    rows: int
    seconds: float


class _ErasingKeyring:
    """A keyring in which erased persons stay erased, whatever keys a backup brought back."""

    def __init__(self, keyring: Keyring, erased: Collection[UUID]) -> None:
        self._keyring = keyring
        self._erased = erased

    def open(self, org: UUID, field: str, sealed: Sealed) -> str | None:
        """Open a value, but for those of erased persons."""
        return None if sealed.key in self._erased else self._keyring.open(org, field, sealed)


class Rebuilding:
    """One run; a crash of it leaves everything as it was."""

    def __init__(self, workshop: Workshop, progress: Progress) -> None:
        self._workshop = workshop
        self._progress = progress
        self._facts = 0
        self._rows = 0

    async def run(self) -> Rebuilt:
        """Fold every fact up to the heads; raises PoisonFactError where one cannot be folded."""
        began = time.monotonic()
        heads = await self._workshop.begin()
        erased = frozenset(await self._workshop.erased_keys())
        for lane, head in heads.items():
            fold = Fold(_ErasingKeyring(await self._workshop.load(()), erased))
            after = 0
            async for chunk in self._workshop.facts(lane, head):
                await self._take(fold, after, chunk, erased)
                after += len(chunk)
                self._progress(self._facts, sum(heads.values()))
            await self._finish_lane(fold)
        await self._workshop.finish(heads)
        return Rebuilt(self._facts, self._rows, time.monotonic() - began)

    async def _take(
        self, fold: Fold, after: int, chunk: Sequence[LoggedFact], erased: Collection[UUID]
    ) -> None:
        facts, poison = decode_prefix(after, chunk)
        if poison is not None:
            raise poison
        keys = {key for recorded in facts for key in sealing_keys(recorded.fact.data)}
        fold.keyring = _ErasingKeyring(await self._workshop.load(keys), erased)
        for recorded in facts:
            fold_one(fold, recorded)
        self._facts += len(facts)
        for history in HISTORY:
            closed = history.timeline(fold).take_closed()
            rows = [history.version_row(state, interval) for state, interval in closed]
            await self._fill(history.table, rows)

    async def _finish_lane(self, fold: Fold) -> None:
        for history in HISTORY:
            versions = history.timeline(fold).open_versions()
            await self._fill(
                history.table,
                [history.version_row(state, interval) for state, interval in versions],
            )
        for present in PRESENT:
            await self._fill(present.table, [*present.expected(fold).rows()])

    async def _fill(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            await self._workshop.fill(table, rows)
            self._rows += len(rows)
