"""Declaring the log right where log and topic differ: a new epoch, from where they part."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from command_api.application.relaying.ports import LaneEpoch
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.topic import Place


class Adopted(msgspec.Struct, frozen=True):
    """The epoch that begins, from which lane position on, and how far the topic had been."""

    lane: int
    epoch: int
    begins_at: int
    topic_ended_at: int


class NothingToAdoptError(Exception):
    """Log and topic agree: there is nothing to decide."""


class LanesToAdopt(Protocol):
    """The lanes of the log, as an operator decides about them."""

    async def epoch(self, lane: int) -> LaneEpoch:
        """Return the epoch of a lane."""
        ...

    async def facts(self, lane: int, after: int, limit: int = ...) -> Sequence[LoggedFact]:
        """Return the next facts of a lane."""
        ...

    async def adopt(self, lane: int, epoch: int, begins_at: int) -> None:
        """Begin an epoch of a lane; the lane takes facts again."""
        ...

    async def lift_refusal(self, lane: int) -> None:
        """Let a lane take facts again."""
        ...


class TopicToAdopt(Protocol):
    """The topic, looked at record by record."""

    async def bounds(self, lane: int) -> tuple[int, int]:
        """Return the offset of the first record of a lane, and the one after the last."""
        ...

    async def place(self, lane: int, offset: int) -> Place:
        """Return where the record at an offset stands."""
        ...


class Adoption:
    """Finds where a lane's log and topic part, and begins an epoch there."""

    def __init__(self, lanes: LanesToAdopt, topic: TopicToAdopt) -> None:
        self._lanes = lanes
        self._topic = topic

    async def run(self, lane: int) -> Adopted:
        """Begin a new epoch; where both agree by now, let the lane go on in the one it has.

        Raises NothingToAdoptError where they agree and nothing was refused.
        """
        known = await self._lanes.epoch(lane)
        first, end = await self._topic.bounds(lane)
        if first >= end:
            raise NothingToAdoptError(f"The topic has no record of lane {lane}.")
        last = await self._topic.place(lane, end - 1)
        epoch_first = await self._first_of_epoch(lane, first, end, last.epoch)
        parted = await self._first_that_differs(lane, epoch_first, end)
        # what an epoch of the log voided already is not decided once more
        is_void = last.epoch < known.epoch and parted is not None and parted >= known.begins_at
        if is_void or (parted is None and last.epoch <= known.epoch):
            if known.refusal is None:
                raise NothingToAdoptError(f"Log and topic of lane {lane} agree.")
            await self._lanes.lift_refusal(lane)
            return Adopted(lane, known.epoch, known.begins_at, last.lane_position)
        begins_at = parted or last.lane_position + 1
        epoch = max(known.epoch, last.epoch) + 1
        await self._lanes.adopt(lane, epoch, begins_at)
        return Adopted(lane, epoch, begins_at, last.lane_position)

    async def _first_of_epoch(self, lane: int, first: int, end: int, epoch: int) -> int:
        """Return the first offset of the topic's newest epoch: epochs only ever grow."""
        low, high = first, end - 1
        while low < high:
            middle = (low + high) // 2
            if (await self._topic.place(lane, middle)).epoch < epoch:
                low = middle + 1
            else:
                high = middle
        return low

    async def _first_that_differs(self, lane: int, first: int, end: int) -> int | None:
        """Return the first lane position at which the topic says something else than the log.

        Up to where they part all agree, and from there on nothing does: what a restored log takes
        is recorded later than all that was before.
        """
        low, high = first, end
        while low < high:
            middle = (low + high) // 2
            if await self._agrees(lane, middle):
                low = middle + 1
            else:
                high = middle
        return None if low == end else (await self._topic.place(lane, low)).lane_position

    async def _agrees(self, lane: int, offset: int) -> bool:
        place = await self._topic.place(lane, offset)
        facts = await self._lanes.facts(lane, place.lane_position - 1, 1)
        return bool(facts) and place.is_of(facts[0])
