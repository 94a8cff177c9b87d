"""The topic of facts, as it says one lane: every fact a record, behind what it ends with."""

from collections.abc import Sequence
from typing import Final

import structlog

from command_api.application.relaying.agreement import (
    Disagreement,
    agreement,
    later_epoch,
    logged_at,
    newest_of_epoch,
)
from command_api.application.relaying.ports import FactTopic, LaneEpoch, Lanes, Mark, Portion
from command_api.application.relaying.relay import RelayMeter
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.topic import record_of

_log: Final = structlog.get_logger("relay")


class FactEdition:
    """One lane in the topic of facts."""

    def __init__(self, lane: int, *, lanes: Lanes, topic: FactTopic, meter: RelayMeter) -> None:
        self._lane = lane
        self._lanes = lanes
        self._topic = topic
        self._meter = meter
        self._epoch = 1

    async def find_place(self, lane: LaneEpoch) -> int | None:
        """See what the topic ends with; what stands there is published, whatever we remember.

        Where log and topic differ the lane is refused, and there is no place.
        """
        self._epoch = lane.epoch
        tail = await self._topic.tail(self._lane)
        if (disagreement := later_epoch(tail, lane)) is not None:
            return await self._refuse(disagreement)
        newest = newest_of_epoch(tail, lane.epoch)
        if newest is None:
            return lane.begins_at - 1
        logged = await logged_at(self._lanes, self._lane, newest.lane_position)
        if (disagreement := agreement(newest, lane, logged)) is not None:
            return await self._refuse(disagreement)
        return newest.lane_position

    async def portion(self, after: int) -> Portion:
        """Return the records of the next facts."""
        facts = await next_facts(self._lanes, self._lane, after)
        return Portion(after + len(facts), [record_of(fact, self._epoch) for fact in facts])

    async def publish(self, portion: Portion) -> None:
        """Append the records; return once they are safe."""
        await self._topic.publish(self._lane, portion.records)

    async def look(self) -> None:
        """See nothing: what somebody else writes in between, consumers leave out by its number."""

    def mark(self, published: int) -> Mark:
        """Return how far the lane is published: for people alone, the topic's end says it."""
        return Mark(published)

    async def start_over(self) -> None:
        """Give up whatever is still under way."""
        await self._topic.start_over(self._lane)

    async def _refuse(self, disagreement: Disagreement) -> None:
        _log.error("lane_refused", lane=self._lane, reason=disagreement.reason)
        self._meter.refused(self._lane)
        await self._lanes.refuse(self._lane, disagreement.reason)


async def next_facts(lanes: Lanes, lane: int, after: int) -> Sequence[LoggedFact]:
    """Return the next facts of a lane, which are those behind a position and no others."""
    facts = await lanes.facts(lane, after)
    if facts and facts[0].lane_position != after + 1:
        raise RuntimeError(f"the log jumped to {facts[0].lane_position}: this is a defect")
    return facts
