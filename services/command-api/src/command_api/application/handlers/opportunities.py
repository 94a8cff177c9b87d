"""Opportunities, one by one and in bulk."""

from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET

from command_api.application.desk import Desk, Outcome
from command_api.application.known import BoardsOf, Loaded, NotYetKnown, Question
from command_api.domain import refusal
from command_api.domain.board.state import Board
from command_api.domain.commands import (
    BulkOpportunities,
    CreateOpportunity,
    DeleteOpportunity,
    EditOpportunity,
    LoseOpportunity,
    MoveOpportunity,
    OpportunityCommand,
    ReopenOpportunity,
    RestoreOpportunity,
    WinOpportunity,
)
from command_api.domain.customer.state import Customer
from command_api.domain.opportunity import create, deletion, edit, transition
from command_api.domain.opportunity.fields import wanted_by
from command_api.domain.opportunity.standing import Place, Standing, called_now
from command_api.domain.user.state import User
from opportunity_events import v1

BOARDS_AT_ONCE: Final = 100
BULK_NOTE_CHARACTERS: Final = 1_000_000


def create_opportunity(command: CreateOpportunity, desk: Desk) -> Outcome:
    """Begin an opportunity."""
    stream = desk.stream("opportunity", command.opportunity_id)
    if desk.draft.look(stream) is not None:
        return Outcome(200, stream.id, stream)
    customer = desk.referred("customer", command.customer_id, Customer)
    owner = desk.referred("user", command.owner_id, User)
    board_id, board = _board(command.board_id, desk)
    place = Place(desk.organization(), board, desk.context)
    return desk.begin(stream, lambda: create.create(command, board_id, place, customer, owner))


def change_opportunity(command: OpportunityCommand, desk: Desk) -> Outcome:
    """Edit, move, win, lose, reopen, delete or restore an opportunity."""
    stream = desk.stream("opportunity", command.opportunity_id)
    loaded, state = desk.seen(stream)
    board = _board(state.board_id, desk)[1]
    standing = Standing(called_now(state, board), loaded.created_at, loaded.last_actor)

    def decide() -> list[tuple[v1.OpportunityFact, Any]]:
        facts = _decide(command, standing, board, desk)
        return [(fact, command.occurred_at) for fact in facts]

    currency = desk.organization().currency
    return desk.change(stream, decide, lambda: wanted_by(command, state, currency, desk.draft))


def bulk(command: BulkOpportunities, desk: Desk) -> Outcome:
    """One command on each of many, each decided on its own; what is refused says why."""
    _demand_bearable_text(command)
    results: list[dict[str, Any]] = []
    done = 0
    unknown: list[Question] = []
    causation_id = desk.submission.cause.causation_id
    for part in command.commands:
        stream = desk.stream("opportunity", part.opportunity_id)
        try:
            change_opportunity(part, _part_desk(desk, stream.subject))
        except NotYetKnown as missing:
            unknown += missing.questions
            continue
        except refusal.Refusal as refused:
            problem = _described(refused, desk)
            results.append(
                {"id": stream.id, "status": problem.get("status", 409), "problem": problem}
            )
            continue
        loaded = desk.draft.look(stream)
        done += 1
        results.append({"id": stream.id, "status": 200, "version": _version(loaded)})
    if unknown:
        raise NotYetKnown(*unknown)
    if command.dry_run:
        desk.draft.forget()
    return Outcome(
        200,
        None,
        None,
        {
            "causation_id": causation_id,
            "done": done,
            "refused": len(results) - done,
            "results": results,
        },
    )


def _demand_bearable_text(command: BulkOpportunities) -> None:
    """Refuse a bulk whose notes together would hold everybody up while they are sealed."""
    notes = (part.note for part in command.commands if isinstance(part, EditOpportunity))
    if sum(len(note) for note in notes if isinstance(note, str)) > BULK_NOTE_CHARACTERS:
        raise refusal.Invalid(refusal.Fault("/params/note", "too-much-at-once"))


def _part_desk(desk: Desk, subject: str) -> Desk:
    cause = desk.submission.cause
    part = msgspec.structs.replace(cause, command_id=uuid5(cause.causation_id, subject))
    return Desk(desk.draft, desk.submission.part(part))


def _described(refused: refusal.Refusal, desk: Desk) -> dict[str, Any]:
    describe = desk.submission.describe
    return {"type": refused.slug} if describe is None else describe(refused)


def _version(loaded: Loaded | None) -> int:
    return 0 if loaded is None else loaded.version


def _decide(
    command: OpportunityCommand, standing: Standing, board: Board, desk: Desk
) -> list[v1.OpportunityFact]:
    if isinstance(command, DeleteOpportunity):
        return deletion.delete(standing)
    place = Place(desk.organization(), board, desk.context)
    match command:
        case EditOpportunity():
            return edit.edit(command, standing, place, *_references(command, standing, desk))
        case MoveOpportunity() | WinOpportunity() | LoseOpportunity() | ReopenOpportunity():
            return transition.transition(command, standing, place)
        case RestoreOpportunity():
            return deletion.restore(standing, place)


def _references(
    command: EditOpportunity, standing: Standing, desk: Desk
) -> tuple[Customer | None, User | None]:
    customer = None
    if not (
        command.customer_id is UNSET and command.contact_ids is UNSET and command.note is UNSET
    ):
        kept = standing.opportunity.cell.customer_id
        customer_id = kept if command.customer_id is UNSET else command.customer_id
        customer = desk.referred("customer", customer_id, Customer)
    owner_id = None if command.owner_id is UNSET else command.owner_id
    return customer, desk.referred("user", owner_id, User)


def _board(board_id: UUID | None, desk: Desk) -> tuple[UUID, Board]:
    """Return the named board, else the oldest live one."""
    if board_id is not None:
        named = desk.referred("board", board_id, Board)
        if named is None:
            raise refusal.Invalid(refusal.Fault("/board_id", "unknown"))
        return board_id, named
    boards = desk.draft.boards(BoardsOf(desk.draft.org))
    # The first is nearly always live; the ones behind it are asked for many at once.
    behind = (boards[at : at + BOARDS_AT_ONCE] for at in range(1, len(boards), BOARDS_AT_ONCE))
    for some in (boards[:1], *behind):
        desk.draft.foresee(desk.stream("board", one) for one in some)
        for oldest in some:
            board = desk.referred("board", oldest, Board)
            if board is not None and not board.archived:
                return oldest, board
    raise refusal.Invalid(refusal.Fault("/board_id", "no-board"))
