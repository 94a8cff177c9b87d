"""Fill a generation of the read models from the first fact on: all of it or nothing."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from opportunity_events.logged_fact import LoggedFact
from opportunity_events.personal import Sealed
from projector.application.decoding import decode_prefix
from projector.application.poison import fold_one
from projector.domain.fold import Fold
from projector.domain.personal import Keyring, sealing_keys
from projector.domain.tables import HISTORY, PRESENT, Row, Table

Progress = Callable[[int, int], None]
"""Facts done, facts in all."""


class RebuildRunningError(Exception):
    """Another rebuild of the database is running; nothing is changed."""


class Workshop(Protocol):
    """Where an empty generation is filled."""

    async def begin(self) -> Mapping[int, int]:
        """Make ready; return the lanes' heads, up to which to fill."""
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

    async def note(self, phase: str, done: int, total: int) -> None:
        """Leave word of how far it is."""
        ...

    async def finish(self, heads: Mapping[int, int]) -> None:
        """Note how far each lane is applied now."""
        ...


@dataclass(frozen=True)
class Filled:
    """What was put into a generation."""

    facts: int
    rows: int


@dataclass(frozen=True)
class Rebuilt:
    """What was done: how many facts came at once and how many while catching up with the log.

    `held_ms` is how long the flip held the projector, `still_read` how many generations could
    not be dropped yet because somebody reads them.
    """

    generation: int
    facts: int
    rows: int
    caught_up: int
    tries: int
    held_ms: float
    seconds: float
    still_read: int


class _ErasingKeyring:
    """A keyring in which erased persons stay erased, whatever keys a backup brought back."""

    def __init__(self, keyring: Keyring, erased: Collection[UUID]) -> None:
        self._keyring = keyring
        self._erased = erased

    def open(self, org: UUID, field: str, sealed: Sealed) -> str | None:
        """Open a value, but for those of erased persons."""
        return None if sealed.key in self._erased else self._keyring.open(org, field, sealed)


class Rebuilding:
    """One run; a crash of it leaves the current generation as it was."""

    def __init__(self, workshop: Workshop, progress: Progress) -> None:
        self._workshop = workshop
        self._progress = progress
        self._facts = 0
        self._rows = 0

    async def run(self) -> Filled:
        """Fold every fact up to the heads; raises PoisonFactError where one cannot be folded."""
        heads = await self._workshop.begin()
        erased = frozenset(await self._workshop.erased_keys())
        total = sum(heads.values())
        for lane, head in heads.items():
            fold = Fold(_ErasingKeyring(await self._workshop.load(()), erased))
            after = 0
            async for chunk in self._workshop.facts(lane, head):
                await self._take(fold, after, chunk, erased)
                after += len(chunk)
                self._progress(self._facts, total)
                await self._workshop.note("loading", self._facts, total)
            await self._finish_lane(fold)
        await self._workshop.note("indexing", total, total)
        await self._workshop.finish(heads)
        return Filled(self._facts, self._rows)

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
