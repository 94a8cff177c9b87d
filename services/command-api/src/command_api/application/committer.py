"""Group commit: while one group commits, the next collects; no timer."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog

from command_api.application.group import (
    Decided,
    accepted,
    decide_group,
    first_questions,
    from_receipt,
    weight,
)
from command_api.application.known import Known, LogReader, Question, Receipt
from command_api.application.submission import Accepted, Submission
from command_api.domain.refusal import Busy, NotFound, Refusal

MAX_GROUP_COMMANDS: Final = 256
MAX_GROUP_WEIGHT: Final = 1_500
MAX_QUEUED: Final = 4_096
MAX_ROUNDS: Final = 10
# From this round on the group is decided under the lane's lock, so that it cannot lose again.
LOCKED_FROM_ROUND: Final = 4
MAX_ASKS: Final = 16
GROUP_TIMEOUT_S: Final = 20.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Appended:
    """What the log says of one command of a group."""

    outcome: str  # done, receipt, moved, occupied, early
    position: int
    receipt: Receipt | None


class LogSession(LogReader, Protocol):
    """One connection to the log for one group."""

    async def append(self, group: Sequence[Decided]) -> list[Appended]:
        """Append what the group decided; a row for each of its commands, in order."""
        ...


class Log(Protocol):
    """The log as the committer knows it."""

    def session(self, lane: int, *, locked: bool) -> AbstractAsyncContextManager[LogSession]:
        """Open a session; a locked one holds the lane's lock from here to its end."""
        ...

    async def lane_of(self, org: UUID) -> int | None:
        """Return the lane that an organization lives in, None where there is no such."""
        ...

    def is_trouble(self, error: BaseException) -> bool:
        """Say whether an error speaks of the database's state and not of a command."""
        ...


@dataclass(slots=True)
class _Pending:
    submission: Submission
    future: "asyncio.Future[Accepted]"
    rounds: int = 0

    @property
    def receipt_key(self) -> tuple[UUID, str] | None:
        idempotency = self.submission.idempotency
        return None if idempotency is None else (self.submission.asker.org, idempotency.key)


class Committer:
    """Takes commands, decides and appends them in groups, a worker per lane."""

    def __init__(self, log: Log, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._clock = clock
        self._lanes: dict[UUID, int] = {}
        self._workers: dict[int, _LaneWorker] = {}

    async def submit(self, submission: Submission) -> Accepted:
        """Return the answer once the command is in the log.

        Raises Refusal where business says no, Busy where it may be tried again with its key.
        """
        org = submission.asker.org
        lane = self._lanes.get(org)
        if lane is None:
            lane = await self._log.lane_of(org)
            if lane is None:
                raise NotFound
            self._lanes[org] = lane
        if lane not in self._workers:
            self._workers[lane] = _LaneWorker(lane, self._log, self._clock)
        return await self._workers[lane].submit(submission)

    @property
    def queued(self) -> int:
        """How many commands wait."""
        return sum(worker.queued for worker in self._workers.values())

    async def close(self) -> None:
        """Finish the group under way; whatever still waits is told to try again."""
        for worker in self._workers.values():
            await worker.close()


class _LaneWorker:
    def __init__(self, lane: int, log: Log, clock: Callable[[], datetime]) -> None:
        self._lane = lane
        self._log = log
        self._clock = clock
        self._waiting: deque[_Pending] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._run(), name=f"lane-{lane}")

    @property
    def queued(self) -> int:
        return len(self._waiting)

    async def submit(self, submission: Submission) -> Accepted:
        if self._closing or len(self._waiting) >= MAX_QUEUED:
            raise Busy
        pending = _Pending(submission, asyncio.get_running_loop().create_future())
        self._waiting.append(pending)
        self._arrived.set()
        # A caller that hangs up does not take its command back: it may be in the log already.
        return await asyncio.shield(pending.future)

    async def close(self) -> None:
        self._closing = True
        self._arrived.set()
        await self._task
        for pending in self._waiting:
            if not pending.future.done():
                pending.future.set_exception(Busy())
                pending.future.exception()
        self._waiting.clear()

    async def _run(self) -> None:
        while not self._closing:
            await self._arrived.wait()
            group = self._take()
            if not group:
                self._arrived.clear()
                continue
            await self._commit_or_split(group)

    def _take(self) -> list[_Pending]:
        """Take the next group: capped in commands and weight, a key at most once."""
        group: list[_Pending] = []
        later: list[_Pending] = []
        keys: set[tuple[UUID, str]] = set()
        total = 0
        while self._waiting and len(group) < MAX_GROUP_COMMANDS:
            pending = self._waiting.popleft()
            key = pending.receipt_key
            if key is not None and key in keys:
                later.append(pending)
                continue
            total += weight(pending.submission.command)
            if group and total > MAX_GROUP_WEIGHT:
                self._waiting.appendleft(pending)
                break
            if key is not None:
                keys.add(key)
            group.append(pending)
        self._waiting.extendleft(reversed(later))
        return group

    async def _commit_or_split(self, group: list[_Pending]) -> None:
        """Commit; an unexpected error splits the group, so that one command harms no other."""
        try:
            async with asyncio.timeout(GROUP_TIMEOUT_S):
                decided, appended = await self._commit(group)
        except Exception as error:
            if len(group) == 1 or isinstance(error, TimeoutError) or self._log.is_trouble(error):
                log.warning("group failed", lane=self._lane, commands=len(group), exc_info=error)
                for pending in group:
                    _fail(pending, error)
                return
            half = len(group) // 2
            await self._commit_or_split(group[:half])
            await self._commit_or_split(group[half:])
            return
        # Outside the try: what is in the log must never be split and appended again.
        self._settle_all(group, decided, appended)

    async def _commit(self, group: list[_Pending]) -> tuple[list[Decided], list[Appended]]:
        locked = any(pending.rounds >= LOCKED_FROM_ROUND for pending in group)
        async with self._log.session(self._lane, locked=locked) as session:
            decided = await self._decide(group, session)
            to_append = [one for one in decided if one.outcome is not None]
            return decided, await session.append(to_append) if to_append else []

    def _settle_all(
        self, group: list[_Pending], decided: list[Decided], appended: list[Appended]
    ) -> None:
        results = iter(appended)
        lost = any(result.outcome != "done" for result in appended)
        again: list[_Pending] = []
        for pending, one in zip(group, decided, strict=True):
            result = next(results) if one.outcome is not None else None
            try:
                settled = _settle(pending, one, result, neighbours_lost=lost)
            except Exception as defect:
                log.exception("an answer could not be given", lane=self._lane)
                _fail(pending, defect)
                continue
            if not settled:
                again.append(pending)
        self._waiting.extendleft(reversed(again))
        if again:
            self._arrived.set()

    async def _decide(self, group: list[_Pending], session: LogSession) -> list[Decided]:
        submissions = [pending.submission for pending in group]
        known = Known()
        questions: set[Question] = set()
        for submission in submissions:
            questions |= first_questions(submission)
        for _ in range(MAX_ASKS):
            await session.answer(questions, known)
            decided, questions = decide_group(submissions, known, self._clock())
            if not questions:
                return decided
        raise RuntimeError("decisions kept asking")


def _settle(
    pending: _Pending, decided: Decided, result: Appended | None, *, neighbours_lost: bool
) -> bool:
    """Answer a command; False where it has to be decided again."""
    if decided.answered is not None:
        _answer(pending, decided.answered)
        return True
    if decided.refused is not None:
        # A refusal that stands on what a loser would have left is no refusal yet.
        if neighbours_lost and decided.draft.stands_on_group:
            return _another_round(pending)
        _fail(pending, decided.refused)
        return True
    if result is None or decided.outcome is None:
        raise RuntimeError("the log said nothing of a command")
    if result.outcome == "done":
        _answer(pending, accepted(decided.outcome.status, decided.answer(), result.position))
        return True
    if result.receipt is not None:
        try:
            _answer(pending, from_receipt(pending.submission, result.receipt))
        except Refusal as reused:
            _fail(pending, reused)
        return True
    return _another_round(pending)


def _another_round(pending: _Pending) -> bool:
    pending.rounds += 1
    if pending.rounds < MAX_ROUNDS:
        return False
    _fail(pending, Busy())
    return True


def _answer(pending: _Pending, answer: Accepted) -> None:
    if not pending.future.done():
        pending.future.set_result(answer)


def _fail(pending: _Pending, error: BaseException) -> None:
    if not pending.future.done():
        pending.future.set_exception(error)
        pending.future.exception()  # a caller that hung up will not ask for it
