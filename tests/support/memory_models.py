"""Read models in a dictionary, written batch by batch as the tables are: load, fold, store."""

from collections.abc import Sequence
from typing import Any

from opportunity_events.envelope import Recorded
from projector.domain.fold import Fold
from projector.domain.personal import Keyring
from projector.domain.tables import HISTORY, OWNER_TOTALS, PRESENT, TOTALS
from projector.domain.timeline import Timeline

_SUMMED = {TOTALS.name, OWNER_TOTALS.name, "erasures"}
_KINDS = ("organizations", "teams", "users", "boards", "customers", "opportunities")


class MemoryModels:
    """Rows by table and key, and the states that a batch loads."""

    def __init__(self, keyring: Keyring) -> None:
        self.rows: dict[str, dict[Any, tuple[Any, ...]]] = {}
        self._keyring = keyring
        self._states: dict[tuple[str, Any], Any] = {}

    def project(self, batch: Sequence[Recorded]) -> None:
        """Apply one batch."""
        fold = Fold(self._keyring)
        touched = {recorded.fact.stream for recorded in batch}
        for kind in _KINDS:
            timeline: Timeline[Any] = getattr(fold, kind)
            for stream in touched:
                state = self._states.get((kind, (stream.org, stream.id)))
                if state is not None:
                    timeline.load(state)
        for recorded in batch:
            fold.apply(recorded)
        for kind in _KINDS:
            timeline = getattr(fold, kind)
            self._states |= {(kind, (s.org, s.id)): s for s in timeline.touched()}
        self._store_present(fold)
        self._store_versions(fold)

    def _store_present(self, fold: Fold) -> None:
        for present in PRESENT:
            table = present.table
            stored = self.rows.setdefault(table.name, {})
            for row in present.expected(fold).rows():
                key = table.key(row)
                old = stored.get(key)
                if table.name in _SUMMED and old is not None:
                    width = table.key_width
                    sums = tuple(a + b for a, b in zip(old[width:], row[width:], strict=True))
                    stored[key] = (*key, *sums)
                else:
                    stored[key] = row
                if table.name in _SUMMED and not any(stored[key][table.key_width :]):
                    del stored[key]

    def _store_versions(self, fold: Fold) -> None:
        for history in HISTORY:
            stored = self.rows.setdefault(history.table.name, {})
            timeline = history.timeline(fold)
            for closing in timeline.closings:
                key = (closing.org, closing.id, closing.version)
                row = list(stored[key])
                row[4], row[6] = closing.to_position, closing.to_time
                stored[key] = tuple(row)
            for state, interval in [*timeline.take_closed(), *timeline.open_versions()]:
                row = history.version_row(state, interval)
                stored[history.table.key(row)] = row
