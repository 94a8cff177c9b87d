"""One batch of rows, decided as one chained group: what has to be there first, then the rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from command_api.application.batches.ports import BatchTooLarge
from command_api.application.group import Decided, decide_group, first_questions
from command_api.application.imports.identifiers import Identifiers
from command_api.application.imports.order import ImportOrder
from command_api.application.imports.ports import RefusedRow
from command_api.application.imports.reasons import reason_of
from command_api.application.imports.resolving import Meant, Resolver
from command_api.application.imports.roster import Roster
from command_api.application.known import Known, NotYetKnown, Question
from command_api.application.submission import Submission
from command_api.domain import commands as c
from command_api.domain.board import decide as board_decisions
from command_api.domain.board.state import Board, evolve
from command_api.domain.importing.reasons import Reason
from command_api.domain.importing.rows import Refused, Row
from opportunity_events.envelope import Cause, Stream
from opportunity_events.v1 import Language

MAX_COMMANDS: Final = 500
_MADE: Final = 201

Streams = dict[int, Stream]
First = c.CreateBoard | c.AddStatus | c.AddUser | c.AddCustomer


@dataclass(frozen=True, slots=True)
class BatchDecision:
    """What to append, and what became of each row of the batch."""

    group: tuple[Decided, ...]
    made: tuple[First, ...]
    done: tuple[Meant, ...]
    unchanged: int
    refused: tuple[RefusedRow, ...]


class BatchDecider:
    """Decides batches of one import; keeps nothing of a batch but the ids that it gave."""

    def __init__(
        self,
        order: ImportOrder,
        ids: Identifiers,
        roster: Roster,
        resolver: Resolver,
        new_board: c.CreateBoard | None,
        language: Language,
    ) -> None:
        self._order = order
        self._ids = ids
        self._roster = roster
        self._resolver = resolver
        self._new_board = new_board
        self._language: Language = language
        self._board_stream = Stream(order.org, "board", order.options.board_id)

    def streams(self, rows: Iterable[Row | Refused]) -> Streams:
        """Return the stream of every row's opportunity, by its line."""
        return {row.line: self._stream(row) for row in rows if isinstance(row, Row)}

    def first_questions(self, streams: Streams) -> set[Question]:
        """Return what is asked of every batch: its board, and which of its rows are in already."""
        return {self._board_stream, *streams.values()}

    def decide(
        self, rows: Sequence[Row | Refused], streams: Streams, known: Known, now: datetime
    ) -> BatchDecision | set[Question]:
        """Return the decision, or what has to be asked before it can be made."""
        refused = [RefusedRow(r.line, r.reason, r.cells) for r in rows if isinstance(r, Refused)]
        new = [r for r in rows if isinstance(r, Row) and known.streams[streams[r.line]] is None]
        unchanged = len(rows) - len(refused) - len(new)
        meant: list[Meant] = []
        questions: set[Question] = set()
        board = self._board(known)
        for row in new:
            try:
                found = self._resolver.resolve(row, streams[row.line].id, board, known)
            except NotYetKnown as missing:
                questions.update(missing.questions)
                continue
            if isinstance(found, Reason):
                refused.append(RefusedRow(row.line, found, row.cells))
            else:
                meant.append(found)
        questions |= self._unknown(meant, known)
        if questions:
            return questions
        return self._group(meant, known, now, unchanged, refused)

    def _stream(self, row: Row) -> Stream:
        board_id = self._order.options.board_id
        return Stream(self._order.org, "opportunity", self._ids.opportunity(board_id, row.identity))

    def _board(self, known: Known) -> Board:
        loaded = known.streams[self._board_stream]
        if loaded is not None and isinstance(loaded.state, Board):
            return loaded.state
        if self._new_board is None:
            raise RuntimeError("the board was there when the import began")
        (created,) = board_decisions.create(self._new_board, self._language)
        return evolve(None, created)

    def _unknown(self, meant: Sequence[Meant], known: Known) -> set[Question]:
        """Return the streams that rows stand on and that nobody has asked for yet."""
        asked: set[Question] = set()
        for one in meant:
            asked |= first_questions(Submission(self._order.asker, one.command, self._cause(None)))
        return {one for one in asked if isinstance(one, Stream) and one not in known.streams}

    def _group(
        self,
        meant: list[Meant],
        known: Known,
        now: datetime,
        unchanged: int,
        refused: list[RefusedRow],
    ) -> BatchDecision | set[Question]:
        """Decide until nothing is prepared that no row needs: a refused row makes no customer."""
        while True:
            firsts = self._firsts(meant, known)
            if len(firsts) + len(meant) > MAX_COMMANDS:
                raise BatchTooLarge
            submissions = [
                *(self._submission(first, _part(first)) for first in firsts.values()),
                *(self._submission(one.command, "") for one in meant),
            ]
            decided, questions = decide_group(submissions, known, now)
            if questions:
                return questions
            bad = {
                first_id: one.refused
                for first_id, one in zip(firsts, decided, strict=False)
                if one.refused is not None
            }
            kept: list[Meant] = []
            for one, outcome in zip(meant, decided[len(firsts) :], strict=True):
                stands_on = next((bad[need] for need in one.needs if need in bad), None)
                refusal = stands_on or outcome.refused
                if refusal is None:
                    kept.append(one)
                else:
                    row = one.row
                    refused.append(RefusedRow(row.line, reason_of(refusal), row.cells))
            if len(kept) == len(meant):
                return BatchDecision(
                    group=tuple(decided),
                    made=tuple(
                        first
                        for first, one in zip(firsts.values(), decided, strict=False)
                        if one.outcome is not None and one.outcome.status == _MADE
                    ),
                    done=tuple(kept),
                    unchanged=unchanged,
                    refused=tuple(sorted(refused, key=lambda row: row.line)),
                )
            meant = kept

    def _firsts(self, meant: Sequence[Meant], known: Known) -> dict[UUID, First]:
        """Return what has to be made before these rows, by id: board, statuses, people."""
        firsts: dict[UUID, First] = {}
        if not meant:
            return firsts
        board = known.streams[self._board_stream]
        if board is None and self._new_board is not None:
            firsts[self._new_board.board_id] = self._new_board
        needs = dict.fromkeys(need for one in meant for need in one.needs)
        for need in needs:
            status = self._resolver.statuses.get(need)
            there = isinstance(board.state, Board) and board.state.knows(need) if board else False
            if status is not None and not there:
                firsts[need] = status
        for need in needs:
            person = self._roster.addable.get(need)
            if person is None:
                continue
            kind = "user" if isinstance(person, c.AddUser) else "customer"
            if known.streams[Stream(self._order.org, kind, need)] is None:
                firsts[need] = person
        return firsts

    def _submission(self, command: c.Command, part: str) -> Submission:
        cause = self._cause(_subject(command) + part)
        return Submission(self._order.asker, command, cause)

    def _cause(self, subject: str | None) -> Cause:
        order = self._order
        causation = order.causation_id
        return Cause(
            actor=order.asker.actor,
            client="import",
            command_id=causation if subject is None else uuid5(causation, subject),
            causation_id=causation,
            correlation_id=order.correlation_id,
            traceparent=order.traceparent,
        )


def _subject(command: c.Command) -> str:
    match command:
        case c.CreateOpportunity():
            return f"opportunity/{command.opportunity_id}"
        case c.AddCustomer():
            return f"customer/{command.customer_id}"
        case c.AddUser():
            return f"user/{command.user_id}"
        case c.CreateBoard() | c.AddStatus():
            return f"board/{command.board_id}"
        case _:
            raise TypeError(f"an import sends no {type(command).__name__}")


def _part(first: First) -> str:
    """Return what tells several commands on one board apart."""
    return f"/statuses/{first.status.status_id}" if isinstance(first, c.AddStatus) else ""
