"""Settling the batches of an import: through races, trouble and rows that nobody foresaw."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from command_api.application.imports.batch import BatchDecider, BatchDecision, BatchTooLarge, First
from command_api.application.imports.order import ImportOrder
from command_api.application.imports.ports import (
    BatchLog,
    BatchMoved,
    BatchSession,
    JobLost,
    RefusedRow,
    Step,
)
from command_api.application.imports.reasons import NOT_ACCEPTED
from command_api.application.imports.tally import Made, Tally
from command_api.application.known import Known
from command_api.domain import commands as c
from command_api.domain.importing.assumptions import Assumed, AssumptionTally
from command_api.domain.importing.rows import Refused, Row

MAX_ROUNDS: Final = 10
# From this round on a batch is decided under the lane's lock, so that it cannot lose again.
LOCKED_FROM_ROUND: Final = 3
MAX_ASKS: Final = 16
ATTEMPT_TIMEOUT_S: Final = 30.0
TROUBLE_FOR_S: Final = 120.0
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 5.0

log: Final = structlog.get_logger(__name__)


class Settling:
    """Settles batches one after another, and keeps the tally of what is settled."""

    def __init__(
        self,
        order: ImportOrder,
        batches: BatchLog,
        decider: BatchDecider,
        clock: Callable[[], datetime],
        lane: int,
        tally: Tally,
    ) -> None:
        self._order = order
        self._batches = batches
        self._decider = decider
        self._clock = clock
        self._lane = lane
        self.tally = tally
        self._next_tally = tally
        self._made: set[UUID] = set()

    async def settle(self, rows: Sequence[Row | Refused], begin: int) -> None:
        """Settle rows; what one of them breaks is that one's refusal, the others go in."""
        try:
            await self._through_trouble(rows, begin)
        except JobLost:
            raise
        except Exception as error:
            if self._batches.is_trouble(error) or isinstance(error, TimeoutError):
                raise
            if len(rows) == 1:
                log.exception("row not accepted", line=rows[0].line)
                await self._refuse(rows[0], begin)
                return
            half = len(rows) // 2
            await self.settle(rows[:half], begin)
            await self.settle(rows[half:], begin + half)

    async def _through_trouble(self, rows: Sequence[Row | Refused], begin: int) -> None:
        """Settle in spite of a database that comes and goes.

        After a commit whose answer was lost only the job's row knows whether it happened.
        """
        pause, troubled = _FIRST_PAUSE_S, 0.0
        while True:
            try:
                if troubled and await self._batches.settled() >= begin + len(rows):
                    self.tally = self._next_tally
                    return
                await self._rounds(rows, begin)
            except Exception as error:
                trouble = self._batches.is_trouble(error) or isinstance(error, TimeoutError)
                if not trouble or troubled >= TROUBLE_FOR_S:
                    raise
                log.warning("batch interrupted", error=type(error).__name__, retry_in_s=pause)
                await asyncio.sleep(pause)
                troubled += pause
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                return

    async def _rounds(self, rows: Sequence[Row | Refused], begin: int) -> None:
        for number in range(MAX_ROUNDS):
            try:
                async with asyncio.timeout(ATTEMPT_TIMEOUT_S):
                    await self._attempt(rows, begin, locked=number >= LOCKED_FROM_ROUND)
            except BatchMoved:
                continue
            return
        raise BatchTooLarge  # it lost even under the lock: halves tell which row it is

    async def _attempt(self, rows: Sequence[Row | Refused], begin: int, *, locked: bool) -> None:
        async with self._batches.session(self._lane, locked=locked) as session:
            decision = await self._decide(rows, session)
            self._next_tally = self._tallied(decision)
            step = Step(
                begin, len(decision.done), decision.unchanged, decision.refused, self._next_tally
            )
            dry = self._order.options.dry_run
            await session.settle(() if dry else decision.group, step)
        self.tally = self._next_tally
        self._made.update(_id_of(first) for first in decision.made)

    async def _decide(self, rows: Sequence[Row | Refused], session: BatchSession) -> BatchDecision:
        known = Known()
        streams = self._decider.streams(rows)
        questions = self._decider.first_questions(streams)
        for _ in range(MAX_ASKS):
            await session.answer(questions, known)
            # the order was stamped by the database's clock, which may be ahead of ours
            now = max(self._clock(), self._order.ordered_at)
            decision = self._decider.decide(rows, streams, known, now)
            if isinstance(decision, BatchDecision):
                return decision
            questions = decision
        raise RuntimeError("decisions kept asking")

    def _tallied(self, decision: BatchDecision) -> Tally:
        """Return the tally after a batch; a dry run meets the same new customer in many."""
        new = [first for first in decision.made if _id_of(first) not in self._made]
        statuses = sum(isinstance(first, c.AddStatus) for first in new)
        statuses += sum(len(first.statuses) for first in new if isinstance(first, c.CreateBoard))
        made = Made(
            customers=sum(isinstance(first, c.AddCustomer) for first in new),
            users=sum(isinstance(first, c.AddUser) for first in new),
            statuses=statuses,
        )
        assumptions = AssumptionTally(self.tally.assumptions)
        for meant in decision.done:
            assumptions.add(meant.row.assumed)
            if meant.reference_from_id:
                assumptions.add((Assumed("reference-from-id"),))
        return Tally(self.tally.made.plus(made), assumptions.assumptions())

    async def _refuse(self, row: Row | Refused, begin: int) -> None:
        refused = RefusedRow(row.line, NOT_ACCEPTED, row.cells)
        async with self._batches.session(self._lane, locked=False) as session:
            await session.settle((), Step(begin, 0, 0, (refused,), self.tally))


def _id_of(first: First) -> UUID:
    match first:
        case c.CreateBoard():
            return first.board_id
        case c.AddStatus():
            return first.status.status_id
        case c.AddUser():
            return first.user_id
        case c.AddCustomer():
            return first.customer_id
