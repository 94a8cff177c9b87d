"""A bulk by filter from its first opportunity to its last: each decided on its own, in batches."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from command_api.application.batches.pacing import Pace
from command_api.application.batches.ports import BatchLog, BatchSession
from command_api.application.batches.settling import Settling, Trouble, Verdict, ask_until
from command_api.application.batches.sizing import BatchSize
from command_api.application.batches.turn import Turn, TurnOver
from command_api.application.bulk.order import BulkOrder, BulkPlace, BulkResult
from command_api.application.bulk.ports import Explain, RefusedOne, Selection
from command_api.application.group import Decided, decide_group, first_questions
from command_api.application.known import Known, Question
from command_api.application.submission import Submission
from opportunity_events.envelope import Cause
from service_runtime.languages import Words

MOST_A_BATCH: Final = 400
_NOT_ACCEPTED: Final = Words(
    "Không thực hiện được trên cơ hội này. Hãy thử riêng cơ hội này để biết lý do.",
    "This could not be done on this opportunity. Try it on this one alone to learn why.",
)


class Bulk:
    """Runs one bulk; `progress` is told after each batch how many are settled."""

    def __init__(
        self,
        order: BulkOrder,
        batches: BatchLog,
        selection: Selection,
        pace: Pace,
        deciding: "DecidingOpportunities",
        progress: Callable[[int, int], None],
        turn: Turn,
    ) -> None:
        self._order = order
        self._batches = batches
        self._selection = selection
        self._pace = pace
        self._deciding = deciding
        self._progress = progress
        self._turn = turn
        self._trouble = Trouble(batches)
        self._size = BatchSize(MOST_A_BATCH)

    async def run(self) -> BulkResult:
        """Ask the command of everything that the filter found; raises JobLost or TurnOver.

        The filter is read at the position of the order: as long as the read models are not there
        the job gives its turn back.
        """
        order = self._order
        lane, _ = await self._trouble.through(lambda _: self._batches.head())
        if not await self._pace.catch_up(order.org, order.place.position):
            raise TurnOver
        total = await self._trouble.through(lambda _: self._selection.count())
        await self._trouble.through(lambda _: self._batches.size(total, ()))
        self._turn.set_up()
        dry_run = order.options.dry_run
        settling = Settling(self._batches, self._deciding, lane, dry_run=dry_run)
        handled, after = order.handled, order.place.after
        while ids := await self._page(after):
            began = time.monotonic()
            await settling.settle(ids, handled)
            handled, after = handled + len(ids), ids[-1]
            self._progress(handled, total)
            others = False
            if not dry_run:
                took_s = time.monotonic() - began
                others = await self._pace.keep(lane, settling.written, took_s)
            self._size.after(len(ids), settling.held_s, others=others)
            await self._turn.pass_on()
        return BulkResult(order.options.command, order.place.position)

    async def _page(self, after: UUID) -> list[UUID]:
        return await self._trouble.through(lambda _: self._selection.page(after, self._size.items))


class DecidingOpportunities:
    """Decides the command on opportunities, a batch at a time, each on its own."""

    def __init__(self, order: BulkOrder, clock: Callable[[], datetime], explain: Explain) -> None:
        self._order = order
        self._clock = clock
        self._explain = explain

    async def decide(self, items: Sequence[UUID], session: BatchSession) -> Verdict:
        """Decide a batch; what changes nothing is not appended."""
        submissions = [self._submission(one) for one in items]

        def decide(known: Known) -> list[Decided] | set[Question]:
            now = max(self._clock(), self._order.ordered_at)
            decided, questions = decide_group(submissions, known, now)
            return questions or decided

        asked: set[Question] = set()
        for submission in submissions:
            asked |= first_questions(submission)
        decided = await ask_until(session, asked, decide)
        changes = [one for one in decided if one.outcome is not None and one.draft.facts]
        refused = [
            RefusedOne.of(one_id, one.refused, self._explain)
            for one_id, one in zip(items, decided, strict=True)
            if one.refused is not None
        ]
        unchanged = len(items) - len(changes) - len(refused)
        return Verdict(changes, len(changes), unchanged, refused, self._place(items[-1]))

    def refuse(self, item: UUID) -> Verdict:
        """Refuse one that breaks what it should not."""
        refused = RefusedOne(item, "internal", _NOT_ACCEPTED.vi, _NOT_ACCEPTED.en)
        return Verdict((), 0, 0, (refused,), self._place(item))

    def _place(self, after: UUID) -> BulkPlace:
        return BulkPlace(self._order.place.position, after)

    def _submission(self, opportunity_id: UUID) -> Submission:
        order = self._order
        cause = Cause(
            actor=order.asker.actor,
            client="worker",
            command_id=uuid5(order.causation_id, f"opportunity/{opportunity_id}"),
            causation_id=order.causation_id,
            correlation_id=order.correlation_id,
            traceparent=order.traceparent,
        )
        return Submission(order.asker, order.command(opportunity_id), cause)
