"""All event streams of a process: opened within limits, told of new facts, ended."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from opportunity_events.codec import MalformedFactError, UnknownFactError
from opportunity_filters.parameters import Values
from query_api.application.answers import StoredFact
from query_api.application.arrival import WAIT_S, arrived
from query_api.application.catching_up import CatchingUp
from query_api.application.channel import Channel
from query_api.application.event_stream import EventStream, Judge, Pulse, Verdict
from query_api.application.frames import frames_of
from query_api.application.ports import FactLog, Following, Vault
from query_api.domain.refusals import ReadModelBehind, TooManyStreams
from query_api.domain.requests import LAST_EVENT_ID, read_last_event_id, read_position

MAX_STREAMS: Final = 1_000
MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
"""What waits for all streams together, where facts are large; shared out between organizations."""
JUDGED_AT_A_TIME: Final = 2
"""Many may have to be asked for at once, and must leave connections to everybody else."""
_LEAST_WAITING_BYTES: Final = 64 * 1024
_LOOK_S: Final = 1.0
_PARTING_S: Final = 0.05
_ERASURES: Final = frozenset({"user_erased.v1", "customer_erased.v1", "contact_erased.v1"})
_DECIDE_VISIBILITY: Final = ("user_", "organization_")
_log = structlog.stdlib.get_logger(__name__)


@dataclass
class _Audience:
    """Who follows an organization, and the window that they share."""

    channel: Channel
    streams: set[EventStream] = field(default_factory=set[EventStream])


class EventStreams:
    """The use case of following facts as they come; facts are handed to `deliver` in log order."""

    def __init__(
        self,
        log: FactLog,
        vault: Vault,
        following: Following,
        *,
        most: int = MAX_STREAMS,
        pulse: Pulse | None = None,
        wait_s: float = WAIT_S,
    ) -> None:
        self._log = log
        self._vault = vault
        self._following = following
        self._most = most
        self._wait_s = wait_s
        self._pulse = pulse or Pulse()
        self._catching_up = CatchingUp(log, vault)
        self._judging = asyncio.Semaphore(JUDGED_AT_A_TIME)
        self._audiences: dict[UUID, _Audience] = {}
        self._open = 0
        self.ending = False

    def __len__(self) -> int:
        return self._open

    def __iter__(self) -> Iterator[EventStream]:
        return (stream for audience in self._audiences.values() for stream in audience.streams)

    @property
    def frames(self) -> int:
        """How many frames wait, over all organizations that are followed."""
        return sum(len(audience.channel) for audience in self._audiences.values())

    @property
    def organizations(self) -> Collection[UUID]:
        """Return whose facts somebody follows."""
        return self._audiences.keys()

    async def open(
        self, org: UUID, values: Values, last_event_id: Sequence[str], judge: Judge
    ) -> EventStream:
        """Begin a stream after the last event id, else after `after`, else from now.

        The caller closes it. Raises TooManyStreams, MalformedHeader, BadPosition and
        ReadModelBehind.
        """
        resumed = read_last_event_id(last_event_id)
        after = read_position(values, "after") if "after" in values else None
        if self._open >= self._most or self.ending:
            raise TooManyStreams
        self._open += 1
        audience = self._audiences.get(org)
        if audience is None:
            audience = self._audiences[org] = _Audience(Channel(org, self._waiting_bytes))

        async def judge_in_turn() -> Verdict | None:
            async with self._judging:
                return await judge()

        stream = EventStream(audience.channel, self._catching_up, judge_in_turn, self._pulse)
        audience.streams.add(stream)  # from here on it holds its place among the others
        try:
            stream.position = await self._start(audience.channel, resumed, after)
        except BaseException:
            self.close(stream)
            raise
        return stream

    async def _start(self, channel: Channel, resumed: int | None, after: int | None) -> int:
        """Return the position after which a stream begins.

        The order is what leaves no gap: first every fact that is committed from now on is followed,
        then the log's head is read. What is up to the head is read from the log, the rest comes.
        """
        await self._following.following()
        wanted = after if resumed is None else resumed
        if wanted is not None and channel.has_reached(wanted):
            return wanted  # a crowd that resumes need not ask the log where it stands
        name = "after" if resumed is None else LAST_EVENT_ID
        head = await arrived(
            partial(self._log.head, channel.org),
            {} if wanted is None else {name: wanted},
            within_s=self._wait_s,
        )
        if head is None:
            raise ReadModelBehind
        channel.begin(head.head)
        return head.head if wanted is None else wanted

    def close(self, stream: EventStream) -> None:
        """Forget a stream; with its last one an organization is not followed any more."""
        stream.end()
        audience = self._audiences.get(stream.org)
        if audience is None or stream not in audience.streams:
            return
        self._open -= 1
        audience.streams.discard(stream)
        if not audience.streams:
            del self._audiences[stream.org]
            self._catching_up.forget(stream.org)

    async def deliver(self, facts: Mapping[UUID, Sequence[StoredFact]]) -> None:
        """Put each organization's new facts before its streams; the same ones again do nothing."""
        for org, written in facts.items():
            audience = self._audiences.get(org)
            if audience is not None:
                await self._deliver(audience, written)

    async def _deliver(self, audience: _Audience, facts: Sequence[StoredFact]) -> None:
        try:
            frames = await frames_of(self._vault, facts)
        except (UnknownFactError, MalformedFactError) as error:
            # a newer release wrote it: this organization's streams stand before it, others go on
            _log.error("streams_stand_still", error=type(error).__name__)
            audience.channel.forget(facts[-1].position)
            frames = []
        if any(fact.type in _ERASURES for fact in facts):
            # what waits, and what was read for those behind, may say what must not be said now
            audience.channel.erase()
            self._catching_up.forget(audience.channel.org)
        doubtful = any(fact.type.startswith(_DECIDE_VISIBILITY) for fact in facts)
        audience.channel.publish(frames)
        for stream in audience.streams:
            if doubtful:
                stream.doubt()
            else:
                stream.wake()

    async def run(self) -> None:
        """Look after the streams until cancelled: signs of life, clients that take nothing."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(_LOOK_S, self._pulse.comment_s, self._pulse.stalled_s))
            now = loop.time()
            for stream in list(self):
                if stream.look(now):
                    _log.info("stream_cut", waited_s=self._pulse.stalled_s)
                    stream.end()
                    stream.cut()

    def end_all(self) -> None:
        """End every stream and open none any more: the process goes down."""
        self.ending = True
        self._end(list(self))

    def start_over(self) -> None:
        """End every stream, for the log is not the one that was followed."""
        self._end(list(self))

    def _end(self, streams: Collection[EventStream]) -> None:
        """End streams; who does not take the end in a moment is cut off."""
        for stream in streams:
            stream.end()
            asyncio.get_running_loop().call_later(_PARTING_S, _cut_if_sending, stream)

    def _waiting_bytes(self) -> int:
        return max(_LEAST_WAITING_BYTES, MAX_WAITING_BYTES // max(1, len(self._audiences)))


def _cut_if_sending(stream: EventStream) -> None:
    if stream.is_sending:
        stream.cut()
