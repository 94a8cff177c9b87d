"""Where a command is handled: its draft, who asked, and which answer comes first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from command_api.application.draft import Draft
from command_api.application.known import Loaded
from command_api.application.submission import Submission
from command_api.domain import refusal
from command_api.domain.context import Context
from command_api.domain.fields import changed_by
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.opportunity.visibility import sees, sees_all
from command_api.domain.organization.state import Organization
from command_api.domain.overlap import EVERYTHING, overlap
from command_api.domain.streams import State
from command_api.domain.user.state import User
from opportunity_events.envelope import Stream, StreamKind
from opportunity_events.v1 import FactData
from opportunity_events.wire_types import WIRE_NAMES

S = TypeVar("S", bound=State)
Dated = tuple[FactData, datetime | None]


class Outcome(msgspec.Struct, frozen=True):
    """What a handled command answers: the stream gives the version, `extra` what else is said."""

    status: int
    resource_id: UUID | None
    stream: Stream | None
    extra: dict[str, Any] = {}


def _typed(loaded: Loaded, cls: type[S]) -> S:
    if not isinstance(loaded.state, cls):
        raise TypeError(f"{cls.__name__} expected, {type(loaded.state).__name__} found")
    return loaded.state


class Desk(msgspec.Struct, frozen=True):
    """A draft and the submission that it is for."""

    draft: Draft
    submission: Submission

    @property
    def context(self) -> Context:
        """What the domain is told of who asks and when; the draft is its privacy."""
        return Context(self.submission.asker, self.draft.now, self.draft)

    def stream(self, kind: StreamKind, stream_id: UUID) -> Stream:
        """Name a stream of the asker's organization."""
        return Stream(self.draft.org, kind, stream_id)

    def named(self, stream: Stream, cls: type[S]) -> tuple[Loaded, S]:
        """Return the resource that the command is about; refuse one that is not there."""
        loaded = self.draft.look(stream)
        if loaded is None:
            raise refusal.NotFound
        return loaded, _typed(loaded, cls)

    def referred(self, kind: StreamKind, stream_id: UUID | None, cls: type[S]) -> S | None:
        """Return what a body refers to; None where there is no such."""
        if stream_id is None:
            return None
        loaded = self.draft.look(self.stream(kind, stream_id))
        return None if loaded is None else _typed(loaded, cls)

    def organization(self) -> Organization:
        """Return the asker's organization."""
        stream = self.stream("organization", self.draft.org)
        return self.named(stream, Organization)[1]

    def seen(self, stream: Stream) -> tuple[Loaded, Opportunity]:
        """Return the opportunity that the command is about; one that is not seen is not there.

        Whatever that is read from (the owner, the setting, teams) the decision stands on, so the
        append looks at it again.
        """
        loaded, opportunity = self.named(stream, Opportunity)
        asker = self.submission.asker
        if not sees_all(asker):
            setting = self.organization().visibility
            if not sees(asker, setting, opportunity.cell.owner_id, self._team_of):
                raise refusal.NotFound
        return loaded, opportunity

    def _team_of(self, user_id: UUID) -> UUID | None:
        user = self.referred("user", user_id, User)
        return None if user is None else user.team_id

    def record(self, stream: Stream, facts: Sequence[FactData | Dated]) -> None:
        """Add facts to a stream."""
        for fact in facts:
            data, occurred_at = fact if isinstance(fact, tuple) else (fact, None)
            self.draft.record(stream, data, self.submission.cause, occurred_at)

    def begin(self, stream: Stream, decide: Callable[[], Sequence[FactData | Dated]]) -> Outcome:
        """Record the first facts of a new stream; an id that is there already is left as it is."""
        if self.draft.look(stream) is not None:
            return Outcome(200, stream.id, stream)
        self.record(stream, decide())
        return Outcome(201, stream.id, stream)

    def change(
        self,
        stream: Stream,
        decide: Callable[[], Sequence[FactData | Dated]],
        wanted: Callable[[], frozenset[str]],
        resource_id: UUID | None = None,
        first: Callable[[], None] | None = None,
    ) -> Outcome:
        """Decide on an existing resource, in the order that the contract gives to answers.

        What was asked for wrongly, "already deleted" and "already so" come before a stale
        `If-Match`, and that before every other conflict. `first` records what must stand before.
        """
        answered = stream.id if resource_id is None else resource_id
        conflict: refusal.Conflict | None = None
        facts: Sequence[FactData | Dated] = ()
        try:
            facts = decide()
        except refusal.Conflict as refused:
            conflict = refused
        if conflict is None and not facts:
            return Outcome(200, answered, stream)
        merged = self._merge(stream, wanted())
        if conflict is not None:
            raise conflict
        if first is not None:
            first()
        self.record(stream, facts)
        return Outcome(200, answered, stream, {"merged_with": merged} if merged else {})

    def _merge(self, stream: Stream, wanted: frozenset[str]) -> list[dict[str, Any]]:
        """Return what a stale command is merged with; refuse where the same fields changed."""
        based_on = self.submission.if_match
        if based_on is None or based_on == "*":
            return []
        loaded = self.draft.look(stream)
        version = 0 if loaded is None else loaded.version
        if based_on == version:
            return []
        if based_on > version:
            raise refusal.VersionConflict(based_on, version, ())
        since = self.draft.facts_since(stream, based_on)
        if len(since) < version - based_on:
            # Too far behind to be told everything: what is not seen may be the same fields.
            raise refusal.VersionConflict(based_on, version, overlap(wanted, EVERYTHING))
        merged: list[dict[str, Any]] = []
        conflicts: set[str] = set()
        for fact in since:
            fields = changed_by(fact.data)
            conflicts.update(overlap(wanted, fields))
            merged.append(
                {
                    "event_id": fact.event_id,
                    "type": WIRE_NAMES[type(fact.data)],
                    "actor": fact.cause.actor,
                    "fields": sorted({name.rpartition(".")[2] for name in fields}),
                }
            )
        if conflicts:
            raise refusal.VersionConflict(based_on, version, tuple(sorted(conflicts)))
        return merged
