"""One event stream: where it stands, what its reader may see, and what it is to send next."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from query_api.application.catching_up import CatchingUp
from query_api.application.channel import Channel
from query_api.application.frames import comment, joined
from query_api.domain.visibility import Owners

MAX_CHUNK_BYTES: Final = 64 * 1024
_RETRY_S: Final = 1.0
_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader may see now, and for how long that can be relied on at most."""

    owners: Owners | None
    good_for_s: float


Judge = Callable[[], Awaitable[Verdict | None]]
"""Asks anew who the reader is and what it may see; None: nothing any more."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How long a stream is silent, and how long its client may take nothing.

    Both are looked at once a second, so that a comment comes every 15 s at the latest.
    """

    comment_s: float = 14.0
    stalled_s: float = 15.0


class EventStream:
    """Gives chunks to send, one after the other, until it is ended.

    It holds a position and no frames: those that wait are in the channel, or in the log. What its
    reader may see is looked at when a chunk is taken; where that may have changed, it is asked
    first.
    """

    def __init__(
        self, channel: Channel, catching_up: CatchingUp, judge: Judge, pulse: Pulse
    ) -> None:
        self._channel = channel
        self._catching_up = catching_up
        self.position = 0
        self._judge = judge
        self._pulse = pulse
        self._loop = asyncio.get_running_loop()
        self._owners: Owners | None = frozenset()
        self._doubtful = True
        self._judge_at = 0.0
        self._comment_due = True
        self._spoke_at = self._loop.time()
        self._sending_since: float | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._troubled = False
        self.ended = False
        self.cut: Callable[[], None] = lambda: None
        """Drops the connection; set by whoever sends."""

    @property
    def org(self) -> UUID:
        """Return whose facts it gives."""
        return self._channel.org

    async def next(self) -> bytes | None:
        """Return what to send next; None once the stream is ended."""
        while not self.ended:
            try:
                if self._doubtful:
                    await self._judge_again()
                    continue
                chunk, rest_s = await self._take(), None
            except Exception as error:  # noqa: BLE001 - what is not known is not sent; the log may be back soon
                self._tell(error)
                chunk, rest_s = b"", _RETRY_S
            if chunk:
                return chunk
            if chunk is None:
                continue
            if self._comment_due:
                self._comment_due = False
                return comment(self.position)
            await self._rest(rest_s)
        return None

    async def _take(self) -> bytes | None:
        """Return what may be sent, nothing where there is no more, None where to look again."""
        before = self.position
        if before >= self._channel.base:
            chunk, upto = self._channel.after(before, self._owners, MAX_CHUNK_BYTES)
        else:
            erasures = self._channel.erasures
            frames = await self._catching_up.after(self.org, before)
            if self._doubtful or erasures != self._channel.erasures:
                return None  # what was read may not be said any more, or not to this reader
            chunk, upto = joined(frames, self._owners, MAX_CHUNK_BYTES) if frames else (b"", before)
        self.position, self._troubled = upto, False
        return chunk or (None if upto > before else b"")

    async def _judge_again(self) -> None:
        """Ask what the reader may see now; whoever may see nothing any more is sent away."""
        self._doubtful = False  # set again by whatever happens from here on
        try:
            verdict = await self._judge()
        except BaseException:
            self._doubtful = True
            raise
        if verdict is None:
            self.end()
        else:
            self._owners = verdict.owners
            self._judge_at = self._loop.time() + verdict.good_for_s

    async def _rest(self, most_s: float | None) -> None:
        """Wait until something wakes it, or for so long."""
        waiter = self._waiter = self._loop.create_future()
        timer = None if most_s is None else self._loop.call_later(most_s, self.wake)
        try:
            await waiter
        finally:
            if timer is not None:
                timer.cancel()

    def _tell(self, error: Exception) -> None:
        """Say once that it is in trouble, however often it tries."""
        if not self._troubled:
            self._troubled = True
            _log.warning("stream_in_trouble", error=type(error).__name__)

    def wake(self) -> None:
        """Let it look whether there is something to send."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def doubt(self) -> None:
        """Let it ask anew what its reader may see, before it takes anything more."""
        self._doubtful = True
        self.wake()

    def end(self) -> None:
        """Let what is being sent be the last; the client resumes from its last id."""
        self.ended = True
        self.wake()

    def sending(self) -> None:
        """Note that a chunk is on its way."""
        self._sending_since = self._loop.time()

    def sent(self) -> None:
        """Note that the connection has taken it."""
        self._sending_since = None
        self._spoke_at = self._loop.time()

    @property
    def is_sending(self) -> bool:
        """Whether the connection has still to take a chunk."""
        return self._sending_since is not None

    def look(self, now: float) -> bool:
        """Do what time asks for; return whether the client has taken nothing for too long."""
        if self._sending_since is not None:
            return now - self._sending_since >= self._pulse.stalled_s
        if now >= self._judge_at and not self._doubtful:
            self.doubt()
        if now - self._spoke_at >= self._pulse.comment_s:
            self._comment_due = True
            self.wake()
        return False
