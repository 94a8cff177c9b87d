"""How a decided group becomes the arrays that log.append takes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from command_api.application.draft import Drafted
from command_api.application.group import Decided
from command_api.application.known import KeyOf, Loaded, PersonKey
from command_api.domain.opportunity.state import Opportunity
from command_api.domain.streams import encode_state
from opportunity_events.codec import canonical_json
from opportunity_events.envelope import Stream
from opportunity_events.wire_types import WIRE_NAMES
from service_runtime.vault import MasterKey


class AppendArrays:
    """The arguments of log.append, column by column; 0002_create_append.sql says what each is."""

    def __init__(self, master_key: MasterKey) -> None:
        self._master_key = master_key
        self._streams: dict[Stream, int] = {}
        self.commands: list[tuple[Any, ...]] = []
        self.streams: list[tuple[Any, ...]] = []
        self.links: list[tuple[Any, ...]] = []
        self.facts: list[tuple[Any, ...]] = []
        self.states: list[tuple[Any, ...]] = []
        self.empties: list[tuple[Any, ...]] = []
        self.exceptions: list[tuple[Any, ...]] = []
        self.keys: list[tuple[Any, ...]] = []
        self.erased: list[tuple[Any, ...]] = []

    def add(self, decided: Decided) -> None:
        """Add the next command of the group."""
        outcome = decided.outcome
        if outcome is None:
            raise ValueError("only accepted commands are appended")
        submission = decided.submission
        idempotency = submission.idempotency
        key, hmac, answer = None, None, b""
        if idempotency is not None:
            key, hmac = idempotency.key, idempotency.request_hmac
            answer = canonical_json(decided.answer())
        self.commands.append((submission.asker.org, key, hmac, outcome.status, answer))
        cmd = len(self.commands)
        draft = decided.draft
        for stream, version in draft.reads.items():
            self._link(cmd, stream, version)
        for drafted in draft.facts:
            self._fact(cmd, drafted)
        for stream, loaded in draft.states.items():
            self._state(cmd, stream, loaded)
        for emptiness in draft.empties:
            self.empties.append((cmd, emptiness.board, emptiness.status))
            at = len(self.empties)
            self.exceptions += [(at, opportunity_id) for opportunity_id in emptiness.but]
        for question, person in draft.new_keys.items():
            self._key(cmd, question, person)
        self.erased += [(cmd, key_id) for key_id in draft.erased_keys]

    def columns(self, lane: int) -> list[Any]:
        """Return all arguments in order."""
        widths: Sequence[tuple[list[tuple[Any, ...]], int]] = (
            (self.commands, 5),
            (self.streams, 4),
            (self.links, 2),
            (self.facts, 9),
            (self.states, 9),
            (self.empties, 3),
            (self.exceptions, 2),
            (self.keys, 4),
            (self.erased, 2),
        )
        arguments: list[Any] = [lane]
        for rows, width in widths:
            columns = list(zip(*rows, strict=True)) if rows else [()] * width
            arguments += columns
        return arguments

    def _link(self, cmd: int, stream: Stream, version: int) -> None:
        if stream not in self._streams:
            self._streams[stream] = len(self._streams) + 1
            self.streams.append((stream.org, stream.kind, stream.id, version))
        self.links.append((cmd, self._streams[stream]))

    def _fact(self, cmd: int, drafted: Drafted) -> None:
        fact = drafted.fact
        self.facts.append(
            (
                cmd,
                self._streams[fact.stream],
                fact.version,
                WIRE_NAMES[type(fact.data)],
                fact.event_id,
                fact.occurred_at,
                drafted.canonical,
                drafted.prev_hash,
                drafted.hash,
            )
        )

    def _state(self, cmd: int, stream: Stream, loaded: Loaded) -> None:
        board_id, status_id = standing_place(loaded)
        self.states.append(
            (
                cmd,
                self._streams[stream],
                loaded.version,
                loaded.hash,
                loaded.occurred_at,
                loaded.last_actor,
                board_id,
                status_id,
                encode_state(loaded.state),
            )
        )

    def _key(self, cmd: int, question: KeyOf, person: PersonKey) -> None:
        wrapped = self._master_key.wrap(person.key, org=question.org, subject=question.subject)
        self.keys.append((cmd, person.key_id, question.subject, wrapped))


def standing_place(loaded: Loaded) -> tuple[UUID | None, UUID | None]:
    """Return board and status where a live opportunity stands, else neither."""
    state = loaded.state
    if not isinstance(state, Opportunity) or state.cell.deleted:
        return None, None
    return state.board_id, state.cell.status.id
