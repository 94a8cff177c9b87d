"""Settling the batches of a job: through races, trouble and items that nobody foresaw."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import structlog

from command_api.application.batches.ports import (
    BatchLog,
    BatchMoved,
    BatchSession,
    BatchTooLarge,
    JobLost,
    Step,
)
from command_api.application.group import Decided
from command_api.application.known import Known, Question

MAX_ROUNDS: Final = 10
# From this round on a batch is decided under the lane's lock, so that it cannot lose again.
LOCKED_FROM_ROUND: Final = 3
MAX_ASKS: Final = 16
ATTEMPT_TIMEOUT_S: Final = 30.0
TROUBLE_FOR_S: Final = 120.0
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 5.0

log: Final = structlog.get_logger(__name__)
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a batch: what to append, how the job moves, and what to remember then."""

    group: Sequence[Decided]
    done: int
    unchanged: int
    refused: Sequence[object]
    kept: object
    settled: Callable[[], None] = lambda: None

    @property
    def facts(self) -> int:
        """How many facts it makes."""
        return sum(len(decided.draft.facts) for decided in self.group)

    def step(self, begin: int) -> Step:
        """Return how the job moves from an item on."""
        return Step(begin, self.done, self.unchanged, self.refused, self.kept)


class Deciding(Protocol[T_contra]):
    """Decides the batches of one kind of job."""

    async def decide(self, items: Sequence[T_contra], session: BatchSession) -> Verdict:
        """Decide a batch on what the session tells; raises BatchTooLarge."""
        ...

    def refuse(self, item: T_contra) -> Verdict:
        """Refuse one item that breaks what it should not."""
        ...


async def ask_until(
    session: BatchSession, questions: set[Question], decide: Callable[[Known], T | set[Question]]
) -> T:
    """Decide, asking first what has to be asked, until there is a decision."""
    known = Known()
    for _ in range(MAX_ASKS):
        await session.answer(questions, known)
        decision = decide(known)
        if not isinstance(decision, set):
            return decision
        questions = decision
    raise RuntimeError("decisions kept asking")


class Trouble:
    """Waits out a database that comes and goes."""

    def __init__(self, batches: BatchLog) -> None:
        self._batches = batches

    def is_trouble(self, error: BaseException) -> bool:
        """Say whether an error may pass."""
        return self._batches.is_trouble(error) or isinstance(error, TimeoutError)

    async def through(self, attempt: Callable[[bool], Awaitable[T]]) -> T:
        """Try again until it succeeds or the trouble lasts too long.

        The attempt is told whether one before it was interrupted: after a commit whose answer
        was lost only the job's row knows whether it happened.
        """
        pause, troubled = _FIRST_PAUSE_S, 0.0
        while True:
            try:
                return await attempt(troubled > 0)
            except Exception as error:
                if not self.is_trouble(error) or troubled >= TROUBLE_FOR_S:
                    raise
                log.warning("batch interrupted", error=type(error).__name__, retry_in_s=pause)
                await asyncio.sleep(pause)
                troubled += pause
                pause = min(pause * 2, _LONGEST_PAUSE_S)


class Settling(Generic[T]):
    """Settles batches one after another, each whole or not at all."""

    def __init__(
        self, batches: BatchLog, deciding: Deciding[T], lane: int, *, dry_run: bool
    ) -> None:
        self._batches = batches
        self._deciding = deciding
        self._lane = lane
        self._dry_run = dry_run
        self._trouble = Trouble(batches)
        self._last: Verdict | None = None
        self.written = 0
        """How many facts the last batch wrote."""
        self.held_s = 0.0
        """How long the last batch held the lane."""

    async def settle(self, items: Sequence[T], begin: int) -> None:
        """Settle items; what one of them breaks is that one's refusal, the others go in."""
        try:
            await self._trouble.through(lambda again: self._settle(items, begin, again=again))
        except JobLost:
            raise
        except Exception as error:
            if self._trouble.is_trouble(error):
                raise
            if len(items) == 1:
                log.exception("item not accepted", item=begin)
                await self._refuse(items[0], begin)
                return
            half = len(items) // 2
            await self.settle(items[:half], begin)
            await self.settle(items[half:], begin + half)

    async def _settle(self, items: Sequence[T], begin: int, *, again: bool) -> None:
        if again and await self._batches.settled() >= begin + len(items):
            if self._last is not None:
                self._last.settled()
            return
        for number in range(MAX_ROUNDS):
            try:
                async with asyncio.timeout(ATTEMPT_TIMEOUT_S):
                    await self._attempt(items, begin, locked=number >= LOCKED_FROM_ROUND)
            except BatchMoved:
                continue
            return
        raise BatchTooLarge  # it lost even under the lock: halves tell which item it is

    async def _attempt(self, items: Sequence[T], begin: int, *, locked: bool) -> None:
        async with self._batches.session(self._lane, locked=locked) as session:
            verdict = self._last = await self._deciding.decide(items, session)
            await session.settle(() if self._dry_run else verdict.group, verdict.step(begin))
            self.held_s = session.held_s
            self.written = verdict.facts
        verdict.settled()

    async def _refuse(self, item: T, begin: int) -> None:
        async with self._batches.session(self._lane, locked=False) as session:
            await session.settle((), self._deciding.refuse(item).step(begin))
