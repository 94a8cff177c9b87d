"""A large deletion of a status, from its first batch to its last fact.

That it began is a fact already, so nothing enters the status any more: what stands in it only
gets less, by this job and by whoever moves, closes or deletes beside it. Whoever changes an
opportunity while its batch is under way does not wait: that one is met again in a later batch.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from command_api.application.batches.pacing import Pace
from command_api.application.batches.ports import BatchLog, BatchMoved, BatchSession
from command_api.application.batches.settling import (
    ATTEMPT_TIMEOUT_S,
    LOCKED_FROM_ROUND,
    Trouble,
    Verdict,
    ask_until,
)
from command_api.application.batches.sizing import BatchSize
from command_api.application.batches.turn import Turn
from command_api.application.deletions.order import DeletionOrder, DeletionResult
from command_api.application.group import Decided, decide_group, first_questions
from command_api.application.known import Known, Question
from command_api.application.submission import Submission
from command_api.domain import commands as c
from opportunity_events.envelope import Cause

MOST_A_BATCH: Final = 400
"""So many opportunities move in one append at most."""


class Deletion:
    """Runs one deletion; `progress` is told after each batch how many were moved."""

    def __init__(
        self,
        order: DeletionOrder,
        batches: BatchLog,
        pace: Pace,
        clock: Callable[[], datetime],
        progress: Callable[[int, int], None],
        turn: Turn,
    ) -> None:
        self._order = order
        self._batches = batches
        self._pace = pace
        self._clock = clock
        self._progress = progress
        self._turn = turn
        self._trouble = Trouble(batches)
        self._handled = order.handled
        self._size = BatchSize(MOST_A_BATCH)
        self._moved = self._lost_rounds = 0
        self._held_s = 0.0
        self._lane = 0

    async def run(self) -> DeletionResult:
        """Move out whoever stands in the status, and let it go; raises JobLost or TurnOver."""
        self._lane, _ = await self._trouble.through(lambda _: self._batches.head())
        began = time.monotonic()
        while not await self._trouble.through(lambda again: self._step(again=again)):
            self._lost_rounds = 0 if self._moved else self._lost_rounds + 1
            self._progress(self._handled, self._order.total)
            others = await self._pace.keep(self._lane, self._moved, time.monotonic() - began)
            self._size.after(self._moved, self._held_s, others=others)
            await self._turn.pass_on()
            began = time.monotonic()
        return DeletionResult(self._handled)

    async def _step(self, *, again: bool) -> bool:
        """Move some out; where nobody is left let the status go and say that this is the end."""
        if again:
            self._handled = await self._batches.settled()
        options = self._order.options
        self._moved = 0
        async with asyncio.timeout(ATTEMPT_TIMEOUT_S):
            ids = await self._batches.occupants(
                options.board_id, options.status_id, self._size.items
            )
            locked = self._lost_rounds >= LOCKED_FROM_ROUND
            async with self._batches.session(self._lane, locked=locked) as session:
                if not ids:
                    return await self._finish(session)
                self._moved = await self._move(ids, session)
        self._handled += self._moved
        return False

    async def _move(self, ids: Sequence[UUID], session: BatchSession) -> int:
        options = self._order.options
        commands = [c.MoveOut(one, options.board_id, options.status_id) for one in ids]
        moves = [one for one in await self._decide(commands, session) if one.draft.facts]
        if not moves:
            return 0
        moved = await session.settle_some(moves, self._handled)
        self._held_s = session.held_s
        return moved

    async def _finish(self, session: BatchSession) -> bool:
        """Record the last fact; False where somebody stands in the status after all."""
        options = self._order.options
        command = c.FinishDeletion(options.board_id, options.status_id, self._handled)
        group = [one for one in await self._decide([command], session) if one.draft.facts]
        if not group:
            return True  # it was recorded before this job was cut off
        try:
            await session.settle(group, Verdict(group, 0, 0, (), None).step(self._handled))
        except BatchMoved:
            return False
        return True

    async def _decide(
        self, commands: Sequence[c.MoveOut | c.FinishDeletion], session: BatchSession
    ) -> list[Decided]:
        submissions = [
            Submission(self._order.asker, command, self._cause(command)) for command in commands
        ]

        def decide(known: Known) -> list[Decided] | set[Question]:
            decided, questions = decide_group(submissions, known, self._clock())
            return questions or decided

        asked: set[Question] = set()
        for submission in submissions:
            asked |= first_questions(submission)
        decided = await ask_until(session, asked, decide)
        for one in decided:
            if one.refused is not None:
                raise one.refused  # nothing may speak against it: loud, and tried again
        return decided

    def _cause(self, command: c.MoveOut | c.FinishDeletion) -> Cause:
        order = self._order
        subject = (
            f"opportunity/{command.opportunity_id}"
            if isinstance(command, c.MoveOut)
            else f"board/{command.board_id}"
        )
        return Cause(
            actor=order.asker.actor,
            client="worker",
            command_id=uuid5(order.causation_id, subject),
            causation_id=order.causation_id,
            correlation_id=order.correlation_id,
            traceparent=order.traceparent,
        )
