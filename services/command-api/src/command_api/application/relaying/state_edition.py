"""The topic of present states, as it says one lane: for each opportunity, what stands now.

It is compacted, so that the last record of a key must be the newest of its opportunity. A relay
that was thought dead may write an older one behind it. Therefore whoever publishes a lane sees to
it that nobody else wrote in between; where somebody did, all is said again from the least that
was written on, and the last record is the newest once more.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import structlog

from command_api.application.relaying.agreement import (
    agreement,
    later_epoch,
    logged_at,
    newest_of_epoch,
)
from command_api.application.relaying.fact_edition import next_facts
from command_api.application.relaying.ports import (
    FactTopic,
    Histories,
    LaneEpoch,
    Lanes,
    Mark,
    Opportunity,
    OvertakenError,
    Portion,
    StateTopic,
    TopicTroubleError,
)
from opportunity_events import v1
from opportunity_events.codec import CODEC, MalformedFactError
from opportunity_events.envelope import Fact
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.opportunity_states import (
    opportunity_of,
    particulars_after,
    state_records,
    void_tombstone,
)
from opportunity_events.topic import Place, TopicRecord
from service_runtime.clock import utc_now

_OPPORTUNITY: Final = "opportunity"
_LOOK_WITHIN_S: Final = 1.0
_log: Final = structlog.get_logger("relay.states")

_Told = tuple[LoggedFact, Fact, v1.OpportunityFact]


class StateEdition:
    """One lane in the topic of present states."""

    def __init__(
        self,
        lane: int,
        *,
        lanes: Lanes,
        topic: StateTopic,
        facts: FactTopic,
        histories: Histories,
    ) -> None:
        self._lane = lane
        self._lanes = lanes
        self._topic = topic
        self._facts = facts
        self._histories = histories
        self._epoch = 1
        self._next_offset: int | None = None
        self._is_settled = False  # whether nobody but us wrote up to there, as far as we saw
        self._writing = asyncio.Lock()

    async def find_place(self, lane: LaneEpoch) -> int | None:
        """Return from where on to say the lane; None while an operator has to decide about it."""
        self._is_settled = False
        if lane.refusal is not None or await self._will_be_refused(lane):
            return None
        first, _ = await self._topic.bounds(self._lane)
        end = await self._topic.end(self._lane)
        place = None
        if (known := await self._mark_of_here(lane)) is not None:
            place = await self._rewound(known, lane, first, end)
        if place is None:
            _log.info("states_begun_anew", lane=self._lane)
            self._next_offset = None  # no mark: whoever comes after us begins anew too
            end = await self._take_void_away(lane, first, end)
            place = 0
        self._epoch, self._next_offset, self._is_settled = lane.epoch, end, True
        return place

    async def _will_be_refused(self, lane: LaneEpoch) -> bool:
        """Say whether the topic of facts differs from the log, of which their relay will tell."""
        tail = await self._facts.tail(self._lane)
        if later_epoch(tail, lane) is not None:
            return True
        newest = newest_of_epoch(tail, lane.epoch)
        return newest is not None and not await self._is_logged(newest, lane)

    async def _mark_of_here(self, lane: LaneEpoch) -> Mark | None:
        """Return the mark that was left, if it speaks of this topic in this epoch of the lane."""
        known = await self._lanes.mark(self._lane)
        if known is None or (known.topic_name, known.lane_epoch) != (self._topic.name, lane.epoch):
            return None
        return known

    async def _rewound(self, known: Mark, lane: LaneEpoch, first: int, end: int) -> int | None:
        """Return the place before the least that was written behind a mark.

        None where the topic is another one than the mark speaks of, or has what the log has not.
        """
        if known.next_offset is None or not first <= known.next_offset <= end:
            return None
        place, newest = known.published, None
        async for page in self._topic.pages(self._lane, known.next_offset, end):
            for _, written in page:
                if written.epoch != lane.epoch:
                    return None
                place = min(place, written.lane_position - 1)
                if newest is None or written.lane_position > newest.lane_position:
                    newest = written
        if newest is not None and not await self._is_logged(newest, lane):
            return None
        return max(place, 0)

    async def _is_logged(self, newest: Place, lane: LaneEpoch) -> bool:
        logged = await logged_at(self._lanes, self._lane, newest.lane_position)
        return agreement(newest, lane, logged) is None

    async def _take_void_away(self, lane: LaneEpoch, first: int, end: int) -> int:
        """Take away what a topic has of opportunities that the log does not know.

        Return the offset behind all that.
        """
        async for page in self._topic.pages(self._lane, first, end):
            said = {one: key for key, _ in page if (one := _opportunity(key)) is not None}
            known = await self._histories.known(list(said))
            void = [
                void_tombstone(key, self._lane, lane.epoch, utc_now())
                for one, key in said.items()
                if one not in known
            ]
            if void:
                _log.warning("states_are_void", lane=self._lane, opportunities=len(void))
                await self._topic.publish(self._lane, void)
        return (await self._topic.bounds(self._lane))[1]

    async def portion(self, after: int) -> Portion:
        """Return what the next facts make of their opportunities, a record each.

        Never of a fact that is not published as one: what the topic of facts does not know, a
        database that is restored may not know either, and nobody would notice.
        """
        published = await self._lanes.published_facts(self._lane)
        facts = [
            fact
            for fact in await next_facts(self._lanes, self._lane, after)
            if fact.lane_position <= published
        ]
        told = [_told(fact) for fact in facts if fact.stream_kind == _OPPORTUNITY]
        return Portion(after + len(facts), await self._records(told))

    async def _records(self, told: Sequence[_Told]) -> list[TopicRecord]:
        known = dict(await self._histories.particulars(_unknown(told)))
        records: list[TopicRecord] = []
        for logged, fact, data in told:
            one = (logged.org, logged.stream_id)
            before = known.get(one)
            known[one] = after = particulars_after(before, data, logged.occurred_at)
            records += state_records(logged, fact.cause.actor, data, (before, after), self._epoch)
        return records

    async def publish(self, portion: Portion) -> None:
        """Append the records; raise OvertakenError where somebody else wrote in between."""
        if not portion.records:
            return
        async with self._writing:
            expected = self._next_offset
            span = await self._topic.publish(self._lane, portion.records)
            if span.first != expected or span.end - span.first != len(portion.records):
                raise OvertakenError(f"somebody else wrote at offset {expected}")
            self._next_offset = span.end

    async def look(self) -> None:
        """Raise OvertakenError where the lane is refused or in another epoch by now.

        And where somebody else wrote while we had nothing to say.
        """
        if not self._is_settled:
            return
        lane = await self._lanes.epoch(self._lane)
        if lane.epoch != self._epoch or lane.refusal is not None:
            raise OvertakenError("the lane is refused, or in another epoch by now")
        if self._writing.locked():
            return
        async with self._writing:
            try:
                end = await self._topic.end(self._lane, _LOOK_WITHIN_S)
            except TopicTroubleError as trouble:
                _log.warning("states_not_watched", lane=self._lane, reason=str(trouble))
                return
            if end != self._next_offset:
                raise OvertakenError(f"somebody else wrote at offset {self._next_offset}")

    def mark(self, published: int) -> Mark:
        """Return how far all is said, and up to which offset nobody else wrote in between."""
        if self._next_offset is None:
            return Mark(published)
        return Mark(published, self._topic.name, self._next_offset, self._epoch)

    async def start_over(self) -> None:
        """Give up whatever is still under way."""
        await self._topic.start_over(self._lane)


def _opportunity(key: bytes) -> Opportunity | None:
    """Return whose key it is; none for one that is not ours, whatever headers it came with."""
    try:
        return opportunity_of(key)
    except msgspec.DecodeError:
        _log.warning("alien_key", key=key[:64])
        return None


def _told(logged: LoggedFact) -> _Told:
    fact = CODEC.decode(logged.canonical)
    if not isinstance(fact.data, v1.OpportunityFact):
        raise MalformedFactError(f"{logged.type} is no fact of an opportunity")
    return logged, fact, fact.data


def _unknown(told: Iterable[_Told]) -> dict[Opportunity, int]:
    """Return the opportunities that do not begin here, each with the first version told."""
    first: dict[Opportunity, int] = {}
    for logged, _, _ in told:
        first.setdefault((logged.org, logged.stream_id), logged.version)
    return {one: version for one, version in first.items() if version > 1}
