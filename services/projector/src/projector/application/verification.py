"""Refold the log and compare: every cell of the read models, every number and hash of the log."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from opportunity_events.envelope import Fact
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.personal import Sealed
from projector.domain.differences import UNREADABLE, Difference, Findings, compare_rows
from projector.domain.fold import Fold
from projector.domain.log_audit import DecisionFold, LogAudit
from projector.domain.personal import Keyring, sealing_keys
from projector.domain.tables import (
    HISTORY,
    OWNER_TOTALS,
    PRESENT,
    TOTALS,
    Expected,
    HistoryTable,
    Row,
    Table,
    owner_total_rows,
    total_rows,
)
from projector.domain.totals import Totals
from projector.domain.unfoldable import UnfoldableFactError

_OPEN_VERSIONS_AT_ONCE: Final = 5_000
Progress = Callable[[int, int], None]
"""Facts done, facts in all."""


class LogMoment(Protocol):
    """One moment of the log; whatever is asked, it is of that moment."""

    async def lanes(self) -> Mapping[int, tuple[int, datetime]]:
        """Return each lane's head, and when it was last written."""
        ...

    async def organizations(self) -> Mapping[UUID, tuple[int, int]]:
        """Return each organization's lane and head."""
        ...

    async def count_facts(self) -> int:
        """Return how many facts there are, in whatever lane."""
        ...

    async def erased_keys(self) -> Mapping[UUID, tuple[int, int]]:
        """Return the keys that facts say are deleted, with lane and lane position of the fact."""
        ...

    def facts(self, lane: int) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts in order."""
        ...

    def streams(self) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the rows of decision state."""
        ...

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that exist."""
        ...


class ModelMoment(Protocol):
    """One moment of the read models, which is not later than that of the log beside it."""

    async def checkpoints(self) -> Mapping[int, int]:
        """Return how far each lane is applied."""
        ...

    def rows(self, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the rows of a table."""
        ...

    async def versions(self, table: Table, keys: Sequence[Row]) -> Sequence[Sequence[Any]]:
        """Return the rows of a history table under some keys."""
        ...

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        ...

    def keys(self, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the keys of a table."""
        ...


@dataclass(frozen=True)
class Verified:
    """What was checked, and what was found."""

    facts: int
    rows: int
    cells: int
    seconds: float
    count: int
    differences: tuple[Difference, ...]


class _ErasingKeyring:
    """A keyring in which erased persons stay erased, whatever keys a backup brought back."""

    def __init__(self, keyring: Keyring, erased: Mapping[UUID, bool]) -> None:
        self._keyring = keyring
        self._erased = erased

    def open(self, org: UUID, field: str, sealed: Sealed) -> str | None:
        """Open a value; UNREADABLE where its erasure happened after what is applied."""
        applied = self._erased.get(sealed.key)
        if applied is None:
            return self._keyring.open(org, field, sealed)
        return None if applied else UNREADABLE


class Verification:
    """One run over one moment of the log and one of the read models."""

    def __init__(
        self,
        log: LogMoment,
        models: ModelMoment,
        progress: Progress,
        decisions: DecisionFold | None = None,
    ) -> None:
        self._log = log
        self._models = models
        self._progress = progress
        self._decisions = decisions
        self._findings = Findings()
        self._rows = 0
        self._cells = 0
        self._versions: dict[str, int] = {}

    async def run(self) -> Verified:
        """Check everything; raises only where the database cannot be asked."""
        began = time.monotonic()
        log = self._log
        lanes = await log.lanes()
        organizations = await log.organizations()
        applied = await self._checkpoints(lanes)
        erased = {
            key: position <= applied.get(lane, 0)
            for key, (lane, position) in (await log.erased_keys()).items()
        }
        lane_of = {org: lane for org, (lane, _) in organizations.items()}
        audit = LogAudit(lane_of, self._findings, self._decisions)
        fold = Fold(_ErasingKeyring(await log.load(()), erased))
        stored = await log.count_facts()
        for lane in lanes:
            async for chunk in log.facts(lane):
                await self._take(fold, audit, chunk, applied.get(lane, 0), erased)
                self._progress(audit.facts, stored)
        audit.check_lanes(lanes)
        audit.check_organizations({org: head for org, (_, head) in organizations.items()})
        audit.check_count(stored)
        async for rows in log.streams():
            for row in rows:
                audit.check_stream(row)
        audit.check_missing_streams()
        await self._compare_models(fold)
        return Verified(
            audit.facts,
            self._rows,
            self._cells + audit.cells,
            time.monotonic() - began,
            self._findings.count,
            tuple(self._findings.shown),
        )

    async def _checkpoints(self, lanes: Mapping[int, tuple[int, datetime]]) -> Mapping[int, int]:
        applied = await self._models.checkpoints()
        for lane, position in applied.items():
            head = lanes[lane][0] if lane in lanes else 0
            self._rows += 1
            self._cells += 1
            if position > head:
                expected = f"at most {head}"
                self._findings.add(
                    "projection.checkpoints", str(lane), "lane_position", position, expected
                )
        return applied

    async def _take(
        self,
        fold: Fold,
        audit: LogAudit,
        chunk: Sequence[LoggedFact],
        applied: int,
        erased: Mapping[UUID, bool],
    ) -> None:
        """Check some facts, fold those that are applied, compare the versions that they closed."""
        facts = [(logged, audit.take(logged)) for logged in chunk]
        keys = {key for _, fact in facts if fact is not None for key in sealing_keys(fact.data)}
        fold.keyring = _ErasingKeyring(await self._log.load(keys), erased)
        for logged, fact in facts:
            if logged.lane_position > applied:
                break
            fold.reach(logged.org, logged.position, logged.recorded_at)
            if fact is not None:
                self._fold(fold, logged, fact)
        for history in HISTORY:
            closed = history.timeline(fold).take_closed()
            await self._compare_versions(
                history, [history.version_row(state, interval) for state, interval in closed]
            )

    def _fold(self, fold: Fold, logged: LoggedFact, fact: Fact) -> None:
        recorded = logged.recorded(fact)
        try:
            fold.evolve(recorded)
        except Exception as error:  # noqa: BLE001 - whatever a damaged fact leads to is a finding
            reason = str(error) if isinstance(error, UnfoldableFactError) else type(error).__name__
            key = f"lane {logged.lane} position {logged.lane_position}"
            self._findings.add("log.facts", key, "fold", reason, "a fact that goes on what stands")

    async def _compare_models(self, fold: Fold) -> None:
        for history in HISTORY:
            await self._compare_open_versions(fold, history)
            await self._find_extra_versions(fold, history)
        # not from the deltas of which the stored ones are made, but from what stands in the end
        sums = Totals()
        for state in fold.opportunities.states().values():
            sums.include(state)
        counted = {TOTALS: total_rows(sums), OWNER_TOTALS: owner_total_rows(sums)}
        for present in PRESENT:
            table = present.table
            await self._compare_table(table, counted.get(table) or present.expected(fold))

    async def _compare_table(self, table: Table, expected: Expected) -> None:
        seen: set[Row] = set()
        async for rows in self._models.rows(table):
            for stored in rows:
                key = table.key(stored)
                seen.add(key)
                self._compare(table, stored, expected.row(key))
        for key in expected.keys() - seen:
            self._compare(table, None, expected.row(key))

    async def _compare_open_versions(self, fold: Fold, history: HistoryTable[Any]) -> None:
        rows: list[Row] = []
        for state, interval in history.timeline(fold).open_versions():
            rows.append(history.version_row(state, interval))
            if len(rows) == _OPEN_VERSIONS_AT_ONCE:
                await self._compare_versions(history, rows)
                rows.clear()
        await self._compare_versions(history, rows)

    async def _compare_versions(self, history: HistoryTable[Any], expected: list[Row]) -> None:
        if not expected:
            return
        table = history.table
        keys = [table.key(row) for row in expected]
        stored = {table.key(row): row for row in await self._models.versions(table, keys)}
        self._versions[table.name] = self._versions.get(table.name, 0) + len(stored)
        for key, row in zip(keys, expected, strict=True):
            self._compare(table, stored.get(key), row)

    async def _find_extra_versions(self, fold: Fold, history: HistoryTable[Any]) -> None:
        """Name versions that are stored and that no fact made."""
        table, states = history.table, history.timeline(fold).states()
        stored, compared = await self._models.count(table), self._versions.get(table.name, 0)
        if stored == compared:  # keys are unique, so there is no room for another one
            return
        extra = 0
        async for keys in self._models.keys(table):
            for org, stream_id, version in keys:
                state = states.get((org, stream_id))
                if state is None or not 1 <= version <= state.version:
                    extra += 1
                    self._compare(table, (org, stream_id, version), None)
        if stored - extra != compared:
            self._findings.add(f"read.{table.name}", "all", "count", stored, compared)

    def _compare(self, table: Table, stored: Sequence[Any] | None, expected: Row | None) -> None:
        self._rows += 1
        self._cells += compare_rows(table, stored, expected, self._findings)
