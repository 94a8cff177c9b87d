"""Group commit: while one group commits, the next collects, and is decided where it is large.

No timer: the commit under way is the window in which the next group collects. Where many wait, a
second group is loaded and decided while the first one is being appended, so that neither the
processor nor the database waits for the other. It may have been decided on what the first one
changed meanwhile; the append finds that out as it does of any other writer.
"""

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import msgspec
import structlog

from command_api.application.commit_meter import CommitMeter, Uncounted
from command_api.application.group import (
    Decided,
    accepted,
    decide_group,
    first_questions,
    from_receipt,
    second_questions,
)
from command_api.application.known import Known, LogReader, Question, Receipt
from command_api.application.lane_queue import LaneQueue, Pending
from command_api.application.recent_boards import RecentBoards
from command_api.application.submission import Accepted, Submission
from command_api.domain.refusal import Busy, NotFound, Refusal

MAX_ROUNDS: Final = 10
# From this round on the group is decided under the lane's lock, so that it cannot lose again.
LOCKED_FROM_ROUND: Final = 4
MAX_ASKS: Final = 16
GROUP_TIMEOUT_S: Final = 10.0
GROUPS_AT_ONCE: Final = 2
ENOUGH_TO_OVERLAP: Final = 24
"""So many must wait before a group begins beside another one: a group has a price of its own."""
PATIENCE_S: Final = 5.0
"""Whoever waits behind a group that takes longer is told to try again."""
_CALLER_KINDS: Final = frozenset({"user", "team", "organization"})

log = structlog.get_logger(__name__)


class Appended(msgspec.Struct, frozen=True):
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


class LogAway(TimeoutError):  # noqa: N818 - says what is so
    """The log's database does not answer; whether a command of the group went in is not known."""


class Committer:
    """Takes commands, decides and appends them in groups, a worker per lane."""

    def __init__(
        self,
        log: Log,
        clock: Callable[[], datetime],
        meter: CommitMeter | None = None,
        callers_changed: Callable[[UUID], None] = lambda _org: None,
    ) -> None:
        """Commit to a log; `callers_changed` hears of an organization before its command is told.

        What it means to be a caller there is then another thing: a user, a team, the settings.
        """
        self._log = log
        self._clock = clock
        self._meter = meter or Uncounted()
        self._callers_changed = callers_changed
        self._lanes: dict[UUID, int] = {}
        self._workers: dict[int, _LaneWorker] = {}

    async def submit(self, submission: Submission) -> Accepted:
        """Return the answer once the command is in the log.

        Raises Refusal where business says no, Busy where it may be tried again with its key,
        LogAway where the log does not answer.
        """
        org = submission.asker.org
        lane = self._lanes.get(org)
        if lane is None:
            lane = await self._log.lane_of(org)
            if lane is None:
                raise NotFound
            self._lanes[org] = lane
        if lane not in self._workers:
            self._workers[lane] = _LaneWorker(
                lane, self._log, self._clock, self._meter, self._callers_changed
            )
        return await self._workers[lane].submit(submission)

    @property
    def queued(self) -> int:
        """How many commands wait."""
        return sum(len(worker.queue) for worker in self._workers.values())

    @property
    def queued_bytes(self) -> int:
        """How large the bodies of the commands are that wait."""
        return sum(worker.queue.bytes for worker in self._workers.values())

    async def close(self) -> None:
        """Finish the group under way; whatever still waits is told to try again."""
        for worker in self._workers.values():
            await worker.close()


class _LaneWorker:
    def __init__(
        self,
        lane: int,
        log: Log,
        clock: Callable[[], datetime],
        meter: CommitMeter,
        callers_changed: Callable[[UUID], None],
    ) -> None:
        self._lane = lane
        self._log = log
        self._clock = clock
        self._meter = meter
        self._callers_changed = callers_changed
        self.queue = LaneQueue()
        self._boards = RecentBoards()
        self._arrived = asyncio.Event()
        self._closing = False
        # The log did not answer lately: one group at a time tries whether it does again, and
        # whoever comes meanwhile is told at once instead of waiting for nothing.
        self._away = False
        # In a context of its own: the request that came first is not every line's.
        self._context = contextvars.Context()
        self._under_way: set[asyncio.Task[None]] = set()
        self._task = asyncio.create_task(self._run(), name=f"lane-{lane}", context=self._context)

    async def submit(self, submission: Submission) -> Accepted:
        if self._closing or not self.queue.has_room(submission.size):
            self._meter.turned_away("full")
            raise Busy
        if self._away and (self._under_way or len(self.queue)):
            self._meter.turned_away("away")
            raise LogAway
        pending = Pending(submission, asyncio.get_running_loop().create_future())
        self.queue.put(pending)
        if self._may_begin():
            self._arrived.set()
        # A caller that hangs up does not take its command back, which may be in the log already:
        # its future is done then, and the command stays where it is.
        return await pending.future

    async def close(self) -> None:
        self._closing = True
        self._arrived.set()
        await self._task
        if self._under_way:
            await asyncio.wait(self._under_way)
        for pending in self.queue.drain():
            pending.fail(Busy())

    async def _run(self) -> None:
        while not self._closing:
            await self._arrived.wait()
            self._arrived.clear()
            while not self._closing and self._may_begin():
                self._begin(self.queue.take_group())

    def _may_begin(self) -> bool:
        """Say whether a group may begin: the only one, or beside one other where many wait."""
        if not self._under_way:
            return len(self.queue) > 0
        if self._away or len(self._under_way) >= GROUPS_AT_ONCE:
            return False
        return len(self.queue) >= ENOUGH_TO_OVERLAP

    def _begin(self, group: list[Pending]) -> None:
        task = asyncio.create_task(self._settle_group(group), context=self._context)
        self._under_way.add(task)
        task.add_done_callback(self._ended, context=self._context)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._arrived.set()

    async def _settle_group(self, group: list[Pending]) -> None:
        try:
            await self._commit_or_split(group)
        except Exception as defect:
            log.exception("a group was not settled", lane=self._lane)
            for pending in group:
                pending.fail(defect)

    def _lose_patience(self) -> None:
        """Tell whoever waits behind a group that takes too long; nothing of theirs was tried."""
        log.warning("lane does not answer", lane=self._lane, waiting=len(self.queue))
        self._away = True
        for pending in self.queue.drain():
            self._meter.turned_away("away")
            pending.fail(LogAway())

    async def _commit_or_split(self, group: list[Pending]) -> None:
        """Commit; an unexpected error splits the group, so that one command harms no other."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        patience = loop.call_later(PATIENCE_S, self._lose_patience)
        # Not left to the time-out below: its way out leads through the connection that hangs.
        resignation = loop.call_later(GROUP_TIMEOUT_S, _fail_all, group)
        try:
            async with asyncio.timeout(GROUP_TIMEOUT_S):
                decided, appended = await self._commit(group)
        except Exception as error:  # noqa: BLE001 - told to every caller of the group
            if len(group) == 1 or isinstance(error, TimeoutError) or self._log.is_trouble(error):
                self._fail_group(group, error)
                return
            half = len(group) // 2
            await self._commit_or_split(group[:half])
            await self._commit_or_split(group[half:])
            return
        finally:
            patience.cancel()
            resignation.cancel()
        self._away = False
        self._meter.committed(len(group), loop.time() - began)
        # Outside the try: what is in the log must never be split and appended again.
        for org in _with_other_callers(decided):
            self._callers_changed(org)
        self._settle_all(group, decided, appended)

    def _fail_group(self, group: list[Pending], error: Exception) -> None:
        log.warning("group failed", lane=self._lane, commands=len(group), exc_info=error)
        if isinstance(error, TimeoutError) or self._log.is_trouble(error):
            self._away = True
            self._meter.failed(len(group))
        for pending in group:
            pending.fail(error)

    async def _commit(self, group: list[Pending]) -> tuple[list[Decided], list[Appended]]:
        locked = any(pending.rounds >= LOCKED_FROM_ROUND for pending in group)
        async with self._log.session(self._lane, locked=locked) as session:
            decided = await self._decide(group, session)
            to_append = [one for one in decided if one.outcome is not None]
            return decided, await session.append(to_append) if to_append else []

    def _settle_all(
        self, group: list[Pending], decided: list[Decided], appended: list[Appended]
    ) -> None:
        results = iter(appended)
        lost = any(result.outcome != "done" for result in appended)
        again: list[Pending] = []
        for pending, one in zip(group, decided, strict=True):
            result = next(results) if one.outcome is not None else None
            try:
                settled = _settle(pending, one, result, neighbours_lost=lost)
                if (result is not None and result.receipt is not None) or one.answered is not None:
                    self._meter.repeated()
            except Exception as defect:
                log.exception("an answer could not be given", lane=self._lane)
                pending.fail(defect)
                continue
            if not settled:
                self._meter.again()
                again.append(pending)
        self.queue.put_back(again)

    async def _decide(self, group: list[Pending], session: LogSession) -> list[Decided]:
        submissions = [pending.submission for pending in group]
        known = Known()
        questions: set[Question] = set()
        for pending in group:
            questions |= first_questions(pending.submission, receipt=pending.asks_receipt)
        questions |= self._boards.guess({submission.asker.org for submission in submissions})
        await session.answer(questions, known)
        questions = second_questions(submissions, known)
        self._boards.note(questions)
        for _ in range(MAX_ASKS):
            await session.answer(questions, known)
            decided, questions = decide_group(submissions, known, self._clock())
            if not questions:
                return decided
        raise RuntimeError("decisions kept asking")


def _with_other_callers(decided: list[Decided]) -> set[UUID]:
    """Return the organizations in which the group may have changed what a caller is."""
    return {
        stream.org for one in decided for stream in one.draft.states if stream.kind in _CALLER_KINDS
    }


def _settle(
    pending: Pending, decided: Decided, result: Appended | None, *, neighbours_lost: bool
) -> bool:
    """Answer a command; False where it has to be decided again."""
    if decided.answered is not None:
        pending.answer(decided.answered)
        return True
    if decided.refused is not None:
        if pending.submission.idempotency is not None and not pending.asks_receipt:
            pending.asks_receipt = True
            return False
        # A refusal that stands on what a loser would have left is no refusal yet.
        if neighbours_lost and decided.draft.stands_on_group:
            return _another_round(pending)
        pending.fail(decided.refused)
        return True
    if result is None or decided.outcome is None:
        raise RuntimeError("the log said nothing of a command")
    if result.outcome == "done":
        pending.answer(accepted(decided.outcome.status, decided.answer(), result.position))
        return True
    if result.receipt is not None:
        try:
            pending.answer(from_receipt(pending.submission, result.receipt))
        except Refusal as reused:
            pending.fail(reused)
        return True
    return _another_round(pending)


def _another_round(pending: Pending) -> bool:
    pending.rounds += 1
    if pending.rounds < MAX_ROUNDS:
        return False
    pending.fail(Busy())
    return True


def _fail_all(group: list[Pending]) -> None:
    """Tell the callers of a group that takes too long; it goes on, and a retry learns of it."""
    for pending in group:
        pending.fail(LogAway())
