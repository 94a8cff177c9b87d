"""One command's decision in the making: what it read, what it will write, what it stands on.

A group's commands are decided one on the other: a draft sees what the drafts before it leave.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from command_api.application.deletions.order import DeletionOptions
from command_api.application.known import (
    BoardsOf,
    DeletionOf,
    FactsSince,
    KeyNamed,
    KeyOf,
    Known,
    Loaded,
    NotYetKnown,
    OccupantsOf,
    PersonKey,
)
from command_api.domain import refusal
from command_api.domain.commands import AT_ONCE, DeleteStatus
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.streams import State, evolve
from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC
from opportunity_events.envelope import ZERO_HASH, Cause, Fact, Stream
from opportunity_events.personal import Sealed
from opportunity_events.v1 import FactData
from service_runtime.ids import new_id
from service_runtime.vault import new_key, seal, unseal

MAX_OCCUPANTS = AT_ONCE


class Drafted(msgspec.Struct, frozen=True):
    """A fact ready for the log."""

    fact: Fact
    canonical: bytes
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Emptiness:
    """No live opportunity in the status (None: on the board), but these."""

    board: UUID
    status: UUID | None
    but: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class OrderedDeletion:
    """The job that a deletion's beginning orders: it stands in the log's transaction with it."""

    job_id: UUID
    options: DeletionOptions
    count: int


class Left(msgspec.Struct):
    """What the drafts before leave behind: newer states, their facts, new keys, jobs."""

    streams: dict[Stream, Loaded] = {}
    facts: dict[Stream, list[Fact]] = {}
    keys: dict[KeyOf, PersonKey] = {}
    erased: set[UUID] = set()
    deletions: dict[UUID, OrderedDeletion] = {}


class Draft:
    """Reads through to what is known, and keeps what it was told for the append to check."""

    def __init__(self, known: Known, left: Left, org: UUID, now: datetime) -> None:
        self._known = known
        self._left = left
        self._own = Left()
        self.org = org
        self.now = now
        self.reads: dict[Stream, int] = {}
        self.facts: list[Drafted] = []
        self.empties: list[Emptiness] = []
        self.stands_on_group = False

    # --- reading ------------------------------------------------------------------------

    def look(self, stream: Stream) -> Loaded | None:
        """Return the stream as it stands at this command's place; None where there is none."""
        if stream in self._own.streams:
            return self._own.streams[stream]
        if stream in self._left.streams:
            self.stands_on_group = True
            loaded: Loaded | None = self._left.streams[stream]
        elif stream in self._known.streams:
            loaded = self._known.streams[stream]
        else:
            raise NotYetKnown(stream)
        self.reads.setdefault(stream, 0 if loaded is None else loaded.version)
        return loaded

    def look_at_all(self, streams: Sequence[Stream]) -> dict[Stream, Loaded | None]:
        """Return many streams; what is not known of them is asked in one question."""
        self.foresee(streams)
        return {stream: self.look(stream) for stream in streams}

    def foresee(self, streams: Iterable[Stream]) -> None:
        """Have what is not known of many streams asked in one question; stand on none of them."""
        known = (self._own.streams, self._left.streams, self._known.streams)
        unknown = [s for s in streams if not any(s in place for place in known)]
        if unknown:
            raise NotYetKnown(*unknown)

    def occupants(self, board: UUID, status: UUID | None) -> tuple[set[UUID], int]:
        """Return (at most 1,001 ids, count) of live opportunities there, at its place."""
        question = OccupantsOf(self.org, board, status)
        if question not in self._known.occupants:
            raise NotYetKnown(question)
        found = self._known.occupants[question]
        ids, count = set(found.ids), found.count
        for streams in (self._left.streams, self._own.streams):
            for stream, loaded in streams.items():
                if stream.org != self.org or not isinstance(loaded.state, Opportunity):
                    continue
                self.stands_on_group = True
                there = stands_in(loaded.state, board, status)
                if there and stream.id not in ids:
                    ids.add(stream.id)
                    count += 1
                elif not there and stream.id in ids:
                    ids.discard(stream.id)
                    count -= 1
        return ids, count

    def boards(self, question: BoardsOf) -> tuple[UUID, ...]:
        """Return the organization's boards, oldest first, those of this group behind them."""
        if question not in self._known.boards:
            raise NotYetKnown(question)
        stored = self._known.boards[question]
        newer = tuple(
            s.id
            for s in self._left.streams
            if s.kind == "board" and s.org == self.org and s.id not in stored
        )
        return (*stored, *newer)

    def deletion_job(self, status_id: UUID) -> UUID:
        """Return the job of a deletion that has begun."""
        if status_id in self._left.deletions:
            return self._left.deletions[status_id].job_id
        question = DeletionOf(self.org, status_id)
        if question not in self._known.deletions:
            raise NotYetKnown(question)
        found = self._known.deletions[question]
        if found is None:
            raise RuntimeError("a deletion has begun and no job does it")
        return found

    def demand_empty(self, board: UUID, status: UUID | None, but: frozenset[UUID]) -> None:
        """Stand on there being no live opportunity, but these; the append checks it."""
        self.empties.append(Emptiness(board, status, but))

    def facts_since(self, stream: Stream, version: int) -> tuple[Fact, ...]:
        """Return the stream's facts after a version, oldest first, those of this group included."""
        question = FactsSince(stream, version)
        if question not in self._known.facts:
            raise NotYetKnown(question)
        stored = self._known.facts[question]
        last = stored[-1].version if stored else version
        newer = (f for f in self._left.facts.get(stream, ()) if f.version > last)
        return (*stored, *newer)

    # --- writing ------------------------------------------------------------------------

    def record(
        self, stream: Stream, data: FactData, cause: Cause, occurred_at: datetime | None = None
    ) -> Loaded:
        """Add a fact to a stream; refuse a business time that goes back or lies ahead (rule 21)."""
        before = self.look(stream)
        self._demand_sound_time(before, occurred_at)
        version = 1 if before is None else before.version + 1
        prev_hash = ZERO_HASH if before is None else before.hash
        fact = Fact(stream, version, cause, data, occurred_at)
        written = CODEC.encode(fact)
        drafted = Drafted(fact, written, prev_hash, chain_hash(prev_hash, written))
        self.facts.append(drafted)
        state: State | None = None if before is None else before.state
        after = Loaded(
            version=version,
            hash=drafted.hash,
            created_at=occurred_at if before is None else before.created_at,
            occurred_at=occurred_at,
            last_actor=cause.actor,
            state=evolve(state, data, version),
        )
        self._own.streams[stream] = after
        self._own.facts.setdefault(stream, []).append(fact)
        return after

    def _demand_sound_time(self, before: Loaded | None, occurred_at: datetime | None) -> None:
        if occurred_at is None:
            return
        if occurred_at > self.now:
            raise refusal.Invalid(refusal.Fault("/occurred_at", "in-the-future"))
        if before is not None and (before.occurred_at is None or occurred_at < before.occurred_at):
            raise refusal.Invalid(refusal.Fault("/occurred_at", "before-the-last"))

    def order_deletion(self, command: DeleteStatus, count: int) -> UUID:
        """Order the job of a deletion with this command, and return its id."""
        if command.replacement is None:
            raise ValueError("a deletion that takes a job has a replacement")
        options = DeletionOptions(command.board_id, command.status_id, command.replacement)
        ordered = OrderedDeletion(new_id(), options, count)
        self._own.deletions[command.status_id] = ordered
        return ordered.job_id

    def erase_key(self, key_id: UUID) -> None:
        """Delete a person's key with this command."""
        self._own.erased.add(key_id)

    # --- privacy (the domain's port) ------------------------------------------------------

    def seal(self, subject: str, field: str, text: str) -> Sealed:
        """Seal a value under the subject's key, which is made where there is none yet."""
        question = KeyOf(self.org, subject)
        person = self._own.keys.get(question) or self._left.keys.get(question)
        if person is None:
            if question not in self._known.keys:
                raise NotYetKnown(question)
            person = self._known.keys[question]
        if person is None:
            person = PersonKey(new_id(), subject, new_key())
            self._own.keys[question] = person
        return seal(person.key, person.key_id, text, org=self.org, subject=subject, field=field)

    def text(self, field: str, sealed: Sealed | None) -> str | None:
        """Open a value; None for none, and for one whose key was deleted."""
        if sealed is None or sealed.key in self._left.erased:
            return None
        person = self._person(sealed.key)
        if person is None:
            return None
        return unseal(person.key, sealed, org=self.org, subject=person.subject, field=field)

    def _person(self, key_id: UUID) -> PersonKey | None:
        for keys in (self._own.keys, self._left.keys):
            for person in keys.values():
                if person.key_id == key_id:
                    return person
        question = KeyNamed(self.org, key_id)
        if question not in self._known.named_keys:
            raise NotYetKnown(question)
        return self._known.named_keys[question]

    # --- closing --------------------------------------------------------------------------

    @property
    def states(self) -> dict[Stream, Loaded]:
        """What this command leaves in the streams that it writes."""
        return self._own.streams

    @property
    def new_keys(self) -> dict[KeyOf, PersonKey]:
        """Keys that this command makes."""
        return self._own.keys

    @property
    def erased_keys(self) -> set[UUID]:
        """Keys that this command deletes."""
        return self._own.erased

    @property
    def deletions(self) -> tuple[OrderedDeletion, ...]:
        """Jobs that this command orders."""
        return tuple(self._own.deletions.values())

    def left_at(self, stream: Stream) -> int:
        """Return the version at which this command leaves a stream that it looked at.

        Not by looking again: what the commands behind it leave would be seen by then.
        """
        written = self._own.streams.get(stream)
        return self.reads[stream] if written is None else written.version

    def forget(self) -> None:
        """Write nothing after all, but keep what was read: a dry run."""
        self._own = Left()
        self.facts.clear()

    def leave(self) -> None:
        """Let the drafts behind this one see what it leaves."""
        self._left.streams.update(self._own.streams)
        for stream, facts in self._own.facts.items():
            self._left.facts.setdefault(stream, []).extend(facts)
        self._left.keys.update(self._own.keys)
        self._left.erased.update(self._own.erased)
        self._left.deletions.update(self._own.deletions)


def stands_in(opportunity: Opportunity, board: UUID, status: UUID | None) -> bool:
    """Say whether a live opportunity stands in the status (None: on the board)."""
    cell = opportunity.cell
    if cell.deleted or opportunity.board_id != board:
        return False
    return status is None or cell.status.id == status
