"""Holding each fact against the last: take the next, leave out what was there, keep the early."""

from collections.abc import Mapping
from typing import Generic, TypeVar

Item = TypeVar("Item")
MOST_WAITING = 10_000


class WrongLane(Exception):  # noqa: N818 - says what is so
    """A fact of another lane: the consumer reads a partition that it did not mean to."""

    def __init__(self, lane: int, expected: int) -> None:
        super().__init__(f"a fact of lane {lane}, where lane {expected} is read")
        self.lane = lane


class NewEpoch(Exception):  # noqa: N818 - says what is so
    """The lane began an epoch that the guard does not know: what was read may be another story.

    `GET /v1/lanes/{lane}/epochs` says from which lane position on; tell `Guard.begin`.
    """

    def __init__(self, epoch: int, known: int) -> None:
        super().__init__(
            f"epoch {epoch} begins, and {known} is the last that is known here: ask "
            "GET /v1/lanes/{lane}/epochs where it begins, and tell Guard.begin"
        )
        self.epoch = epoch


class TooManyWaiting(Exception):  # noqa: N818 - says what is so
    """So many facts came early that no more may wait: fetch what is missing from the log."""

    def __init__(self, first: int, last: int, waiting: int) -> None:
        super().__init__(f"{waiting} facts wait for {first} to {last}: fetch those from the log")
        self.first = first
        self.last = last


class Guard(Generic[Item]):
    """One sequence of facts: a lane of the topic, or the feed of an organization.

    `last` is the position of the last fact that was applied (0: none yet), `epochs` the position
    at which each epoch begins, `lane` which lane it is, where that is to be kept too.
    """

    def __init__(
        self,
        last: int = 0,
        *,
        epochs: Mapping[int, int] | None = None,
        lane: int | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        if last < 0 or most_waiting < 1:
            raise ValueError("last is a position or 0, and at least one fact may wait")
        self.last = last
        self._epochs = dict(epochs or {1: 1})
        self._newest = max(self._epochs)
        self._lane = lane
        self._most_waiting = most_waiting
        self._early: dict[int, Item] = {}

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and last position that others wait for; None where none does."""
        return (self.last + 1, min(self._early) - 1) if self._early else None

    @property
    def waiting(self) -> int:
        """How many facts came early and wait."""
        return len(self._early)

    def offer(
        self, position: int, item: Item, *, epoch: int | None = None, lane: int | None = None
    ) -> list[tuple[int, Item]]:
        """Hand a fact in; return the facts to apply now, in order, each exactly once.

        Raises NewEpoch, WrongLane, or TooManyWaiting; after any of them the guard is as before.
        """
        if self._lane is not None and lane is not None and lane != self._lane:
            raise WrongLane(lane, self._lane)
        if epoch is not None and epoch > self._newest:
            raise NewEpoch(epoch, self._newest)
        if position <= self.last or (epoch is not None and epoch != self._epoch_of(position)):
            return []
        if position > self.last + 1:
            self._let_wait(position, item)
            return []
        ready = [(position, item)]
        self.last = position
        self._early.pop(position, None)
        while self.last + 1 in self._early:
            self.last += 1
            ready.append((self.last, self._early.pop(self.last)))
        return ready

    def begin(self, epoch: int, begins_at: int) -> range:
        """Learn where a new epoch begins; return the positions that were taken in vain.

        They are to be undone, and read again: the guard goes back before the first of them.
        """
        if epoch <= self._newest:
            raise ValueError(f"epoch {epoch} is not later than {self._newest}")
        self._epochs[epoch] = begins_at
        self._newest = epoch
        self._early = {at: item for at, item in self._early.items() if at < begins_at}
        in_vain = range(min(begins_at, self.last + 1), self.last + 1)
        self.last = min(self.last, begins_at - 1)
        return in_vain

    def _epoch_of(self, position: int) -> int:
        """Return the epoch whose fact counts at a position: the latest that reaches so far back."""
        if len(self._epochs) == 1:
            return self._newest
        return max(
            (epoch for epoch, begins_at in self._epochs.items() if begins_at <= position),
            default=self._newest,
        )

    def _let_wait(self, position: int, item: Item) -> None:
        if position not in self._early and len(self._early) >= self._most_waiting:
            first, last = self.last + 1, min(self._early) - 1
            raise TooManyWaiting(first, last, len(self._early))
        self._early.setdefault(position, item)
