"""A group of commands, decided in order, each on the state that the ones before it leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from command_api.application.desk import Desk, Outcome
from command_api.application.dispatch import handle
from command_api.application.draft import Draft, Left
from command_api.application.known import BoardsOf, Known, NotYetKnown, Question, Receipt, ReceiptOf
from command_api.application.submission import Accepted, Submission
from command_api.domain.commands import (
    BulkOpportunities,
    Command,
    CreateOpportunity,
    DeleteStatus,
    EditOpportunity,
    OpportunityCommand,
)
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.refusal import KeyReused, Refusal
from opportunity_events.codec import canonical_json
from opportunity_events.envelope import Stream, StreamKind

_HINTS: Final[dict[str, StreamKind]] = {
    "opportunity_id": "opportunity",
    "board_id": "board",
    "customer_id": "customer",
    "owner_id": "user",
    "user_id": "user",
    "team_id": "team",
}
WEIGHT_OF_DELETION: Final = 500
CHARACTERS_AS_A_FACT: Final = 1_000


class Decided(msgspec.Struct, frozen=True):
    """A command with what became of it: accepted (to be appended), refused, or answered before."""

    submission: Submission
    draft: Draft
    outcome: Outcome | None = None
    refused: Refusal | None = None
    answered: Accepted | None = None

    def answer(self) -> dict[str, object]:
        """Return the answer without its position, which only the append knows."""
        outcome = self.outcome
        if outcome is None:
            raise ValueError("only an accepted command has an answer")
        answer: dict[str, object] = dict(outcome.extra)
        if outcome.stream is not None:
            answer["id"] = outcome.resource_id
            answer["version"] = self.version()
        return answer

    def version(self) -> int | None:
        """Return the version at which the resource's stream stands after the command."""
        if self.outcome is None or self.outcome.stream is None:
            return None
        return self.draft.left_at(self.outcome.stream)


def weight(command: Command) -> int:
    """Estimate how many facts of the usual size a command makes, for the group's cap."""
    match command:
        case BulkOpportunities():
            return max(1, sum(weight(part) for part in command.commands))
        case DeleteStatus():
            return WEIGHT_OF_DELETION
        case CreateOpportunity() | EditOpportunity() if isinstance(command.note, str):
            return 1 + len(command.note) // CHARACTERS_AS_A_FACT
        case _:
            return 1


def first_questions(submission: Submission, *, receipt: bool = False) -> set[Question]:
    """Return what a decision will surely ask, so that one load answers most of it.

    The receipt is asked for only where it may decide: the append looks for it in any case, so
    that only a command that would be refused has to know it beforehand.
    """
    org = submission.asker.org
    questions: set[Question] = {Stream(org, "organization", org)}
    if receipt and submission.idempotency is not None:
        questions.add(ReceiptOf(org, submission.idempotency.key))
    command = submission.command
    if isinstance(command, CreateOpportunity) and command.board_id is None:
        questions.add(BoardsOf(org))
    parts = command.commands if isinstance(command, BulkOpportunities) else (command,)
    for part in parts:
        for name, kind in _HINTS.items():
            value = getattr(part, name, None)
            if value:
                questions.add(Stream(org, kind, value))
    return questions


def second_questions(submissions: Sequence[Submission], known: Known) -> set[Question]:
    """Return what follows from the first answers, so that few decisions are begun in vain."""
    questions: set[Question] = set()
    for submission in submissions:
        command, org = submission.command, submission.asker.org
        if isinstance(command, CreateOpportunity) and command.board_id is None:
            boards = known.boards.get(BoardsOf(org), ())
            questions.update(Stream(org, "board", board) for board in boards[:1])
        parts = command.commands if isinstance(command, BulkOpportunities) else (command,)
        for part in parts:
            if isinstance(part, OpportunityCommand):
                loaded = known.streams.get(Stream(org, "opportunity", part.opportunity_id))
                if loaded is not None and isinstance(loaded.state, Opportunity):
                    questions.add(Stream(org, "board", loaded.state.board_id))
    return questions - known.streams.keys()


def decide_group(
    submissions: list[Submission], known: Known, now: datetime
) -> tuple[list[Decided], set[Question]]:
    """Decide every command in order; return also what has to be asked first, if anything."""
    left = Left()
    decided: list[Decided] = []
    questions: set[Question] = set()
    for submission in submissions:
        draft = Draft(known, left, submission.asker.org, now)
        try:
            decided.append(_decide(submission, draft, known))
        except NotYetKnown as unknown:
            questions.update(unknown.questions)
    return decided, questions


def _decide(submission: Submission, draft: Draft, known: Known) -> Decided:
    try:
        answered = _answered_before(submission, known)
        if answered is not None:
            return Decided(submission, draft, answered=answered)
        outcome = handle(submission.command, Desk(draft, submission))
    except Refusal as refused:
        return Decided(submission, draft, refused=refused)
    draft.leave()
    return Decided(submission, draft, outcome=outcome)


def _answered_before(submission: Submission, known: Known) -> Accepted | None:
    if submission.idempotency is None:
        return None
    question = ReceiptOf(submission.asker.org, submission.idempotency.key)
    receipt = known.receipts.get(question)
    return None if receipt is None else from_receipt(submission, receipt)


def from_receipt(submission: Submission, receipt: Receipt) -> Accepted:
    """Return the stored answer; refuse where the key belongs to another request."""
    idempotency = submission.idempotency
    if idempotency is None or idempotency.request_hmac != receipt.request_hmac:
        raise KeyReused
    return accepted(receipt.status, msgspec.json.decode(receipt.answer), receipt.position)


def accepted(status: int, answer: dict[str, object], position: int) -> Accepted:
    """Put the position into an answer and write it down canonically."""
    body = canonical_json({**answer, "position": position})
    resource_id, version = answer.get("id"), answer.get("version")
    return Accepted(
        status,
        body,
        position,
        None if resource_id is None else str(resource_id),
        version if isinstance(version, int) else None,
    )
