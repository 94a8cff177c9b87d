"""How much a batch takes at once: as much as holds the lane no longer than others can bear."""

from typing import Final

HOLD_S: Final = 0.006
"""So long a batch may hold the lane while others work."""

LEAST: Final = 10
_STEADY: Final = 2
"""A batch is at most so many times as large, or as small, as the one before."""


class BatchSize:
    """Shrinks beside others where the log is slow, and grows again where it is fast or alone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.items = min(most, 2 * LEAST)

    def after(self, items: int, held_s: float, *, others: bool) -> None:
        """Take in how long the lane was held for a batch, and whether others worked meanwhile."""
        wanted = self._most
        if others:
            wanted = int(items * HOLD_S / max(held_s, 0.001))
        steady = min(max(wanted, self.items // _STEADY), self.items * _STEADY)
        self.items = min(max(steady, LEAST), self._most)
