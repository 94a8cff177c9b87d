"""The batches of an import as they are decided, and the tally of what is settled."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from command_api.application.batches.ports import BatchSession
from command_api.application.batches.settling import Verdict, ask_until
from command_api.application.imports.batch import BatchDecider, BatchDecision, First
from command_api.application.imports.order import ImportOrder
from command_api.application.imports.ports import RefusedRow
from command_api.application.imports.reasons import NOT_ACCEPTED
from command_api.application.imports.tally import Made, Tally
from command_api.application.known import Known, Question
from command_api.domain import commands as c
from command_api.domain.importing.assumptions import Assumed, AssumptionTally
from command_api.domain.importing.rows import Refused, Row


class DecidingRows:
    """Decides rows, a batch at a time; the tally is that of what is settled."""

    def __init__(
        self,
        order: ImportOrder,
        decider: BatchDecider,
        clock: Callable[[], datetime],
        tally: Tally,
    ) -> None:
        self._order = order
        self._decider = decider
        self._clock = clock
        self.tally = tally
        self._made: set[UUID] = set()

    async def decide(self, items: Sequence[Row | Refused], session: BatchSession) -> Verdict:
        """Decide a batch of rows."""
        streams = self._decider.streams(items)

        def decide(known: Known) -> BatchDecision | set[Question]:
            # the order was stamped by the database's clock, which may be ahead of ours
            now = max(self._clock(), self._order.ordered_at)
            return self._decider.decide(items, streams, known, now)

        decision = await ask_until(session, self._decider.first_questions(streams), decide)
        tally = self._tallied(decision)

        def settled() -> None:
            self.tally = tally
            self._made.update(_id_of(first) for first in decision.made)

        return Verdict(
            group=decision.group,
            done=len(decision.done),
            unchanged=decision.unchanged,
            refused=decision.refused,
            kept=tally,
            settled=settled,
        )

    def refuse(self, item: Row | Refused) -> Verdict:
        """Refuse a row that breaks what it should not."""
        refused = RefusedRow(item.line, NOT_ACCEPTED, item.cells)
        return Verdict((), 0, 0, (refused,), self.tally)

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
