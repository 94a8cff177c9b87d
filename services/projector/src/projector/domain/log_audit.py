"""Whether the log is what it should be: numbers, chains, columns, decision state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import msgspec

from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC, MalformedFactError, UnknownFactError
from opportunity_events.envelope import ZERO_HASH, Fact
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.v1 import Cell, FactData
from opportunity_events.wire_types import WIRE_TYPES
from projector.domain.differences import WHOLE_ROW, Findings

_FACTS: Final = "log.facts"
_STREAMS: Final = "log.streams"
StreamKey = tuple[UUID, str, UUID]
STREAM_COLUMNS: Final = (
    "org",
    "kind",
    "id",
    "version",
    "hash",
    "created_at",
    "occurred_at",
    "recorded_at",
    "last_actor",
    "board_id",
    "status_id",
    "state",
)
_STREAM_KEY: Final = 3


class DecisionFold(Protocol):
    """How whoever decides commands folds facts into decision state, stream by stream."""

    def evolve(self, state: Any, data: FactData, version: int) -> Any:  # noqa: ANN401 - the decider's own type
        """Return the state after one more fact; None before the first."""
        ...

    def encode(self, state: Any) -> bytes:  # noqa: ANN401 - likewise
        """Write a state down as the log stores it."""
        ...


class _Header(msgspec.Struct):
    """What canonical bytes say first; the rest is passed over."""

    type: str


_header: Final = msgspec.json.Decoder(_Header)


class _Stream(msgspec.Struct, gc=False):
    """What the facts of one stream say so far."""

    created_at: datetime
    version: int = 0
    hash: bytes = ZERO_HASH
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    last_actor: str | None = None
    board_id: UUID | None = None
    status_id: UUID | None = None
    state: Any = None
    readable: bool = True


class LogAudit:
    """Takes the facts of every lane in order, then what stands beside them."""

    def __init__(
        self,
        lane_of: Mapping[UUID, int],
        findings: Findings,
        decisions: DecisionFold | None = None,
    ) -> None:
        self.facts = 0
        self.cells = 0
        self._lane_of = lane_of
        self._findings = findings
        self._decisions = decisions
        self._lanes: dict[int, tuple[int, datetime]] = {}
        self._orgs: dict[UUID, int] = {}
        self._streams: dict[StreamKey, _Stream] = {}

    def take(self, logged: LoggedFact) -> Fact | None:
        """Check the next fact of its lane; return it, or None where it cannot be read."""
        self.facts += 1
        key = f"lane {logged.lane} position {logged.lane_position}"
        self._check_numbers(logged, key)
        stream = self._check_chain(logged, key)
        fact = self._read(logged, key)
        if fact is None:
            stream.readable = False
            return None
        self._check_columns(logged, fact, key)
        stream.last_actor = fact.cause.actor
        after = getattr(fact.data, "after", None)
        if isinstance(after, Cell):
            stream.board_id = None if after.deleted else getattr(fact.data, "board_id", None)
            stream.status_id = None if after.deleted else after.status.id
        self._decide(stream, fact, key)
        return fact

    def check_lanes(self, heads: Mapping[int, tuple[int, datetime]]) -> None:
        """Compare the lanes' heads with the last facts."""
        for lane, (head, recorded_at) in heads.items():
            last, at = self._lanes.get(lane, (0, recorded_at))
            self._same("log.lanes", str(lane), "head", head, last)
            self._same("log.lanes", str(lane), "recorded_at", recorded_at, at)

    def check_organizations(self, heads: Mapping[UUID, int]) -> None:
        """Compare the organizations' heads with the count of their facts."""
        for org, head in heads.items():
            self._same("log.organizations", str(org), "head", head, self._orgs.get(org, 0))

    def check_count(self, stored: int) -> None:
        """Compare the count of all facts with those that were found in the lanes."""
        self._same(_FACTS, "all", "count", stored, self.facts)

    def check_stream(self, row: Sequence[Any]) -> None:
        """Compare one row of decision state, in the order of STREAM_COLUMNS; each only once."""
        org, kind, stream_id = row[:_STREAM_KEY]
        key = f"{org} {kind}/{stream_id}"
        stream = self._streams.pop((org, kind, stream_id), None)
        if stream is None:
            self._findings.add(_STREAMS, key, WHOLE_ROW, "a row", "no row")
            return
        for column, stored in zip(STREAM_COLUMNS[_STREAM_KEY:], row[_STREAM_KEY:], strict=True):
            expected = getattr(stream, column)
            if column == "state":
                if self._decisions is None or not stream.readable:
                    continue
                expected = self._decisions.encode(expected)
                if stored != expected:
                    # ciphertext of persons stands in it: that it differs is enough
                    self._findings.add(_STREAMS, key, column, "[state]", "[another state]")
                continue
            self._same(_STREAMS, key, column, stored, expected)

    def check_missing_streams(self) -> None:
        """Name the streams that have facts and no decision state."""
        for org, kind, stream_id in self._streams:
            key = f"{org} {kind}/{stream_id}"
            self._findings.add(_STREAMS, key, WHOLE_ROW, "no row", "a row")

    def _same(self, table: str, key: str, column: str, stored: object, expected: object) -> None:
        self.cells += 1
        if stored != expected:
            self._findings.add(table, key, column, stored, expected)

    def _check_numbers(self, logged: LoggedFact, key: str) -> None:
        last, clock = self._lanes.get(logged.lane, (0, logged.recorded_at))
        self._same(_FACTS, key, "lane_position", logged.lane_position, last + 1)
        if logged.recorded_at < clock:
            self._findings.add(_FACTS, key, "recorded_at", logged.recorded_at, f">= {clock}")
        self._lanes[logged.lane] = (logged.lane_position, logged.recorded_at)
        expected = self._orgs.get(logged.org, 0) + 1
        self._same(_FACTS, key, "position", logged.position, expected)
        self._orgs[logged.org] = logged.position
        self._same(_FACTS, key, "lane", logged.lane, self._lane_of.get(logged.org))

    def _check_chain(self, logged: LoggedFact, key: str) -> _Stream:
        name = (logged.org, logged.stream_kind, logged.stream_id)
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = _Stream(logged.occurred_at)
        self._same(_FACTS, key, "version", logged.version, stream.version + 1)
        self._same(_FACTS, key, "prev_hash", logged.prev_hash, stream.hash)
        made = chain_hash(logged.prev_hash, logged.canonical)
        self._same(_FACTS, key, "hash", logged.hash, made)
        if stream.occurred_at is not None and logged.occurred_at < stream.occurred_at:
            self._findings.add(
                _FACTS, key, "occurred_at", logged.occurred_at, f">= {stream.occurred_at}"
            )
        stream.version = logged.version
        stream.hash = logged.hash
        stream.occurred_at = logged.occurred_at
        stream.recorded_at = logged.recorded_at
        return stream

    def _read(self, logged: LoggedFact, key: str) -> Fact | None:
        try:
            fact = CODEC.decode(logged.canonical)
            name = _header.decode(logged.canonical).type
        except (UnknownFactError, MalformedFactError, msgspec.DecodeError) as error:
            self._findings.add(_FACTS, key, "bytes", type(error).__name__, "a fact")
            return None
        self._same(_FACTS, key, "type", logged.type, name)
        # the bytes of an older type are not what we would write today, and need not be
        if name in WIRE_TYPES and CODEC.encode(fact) != logged.canonical:
            self._findings.add(_FACTS, key, "bytes", "another form", "the canonical form")
        return fact

    def _check_columns(self, logged: LoggedFact, fact: Fact, key: str) -> None:
        stream = fact.stream
        self._same(_FACTS, key, "event_id", logged.event_id, fact.event_id)
        self._same(_FACTS, key, "org", logged.org, stream.org)
        self._same(_FACTS, key, "stream_kind", logged.stream_kind, stream.kind)
        self._same(_FACTS, key, "stream_id", logged.stream_id, stream.id)
        self._same(_FACTS, key, "version", logged.version, fact.version)
        occurred_at = fact.occurred_at or logged.recorded_at
        self._same(_FACTS, key, "occurred_at", logged.occurred_at, occurred_at)

    def _decide(self, stream: _Stream, fact: Fact, key: str) -> None:
        if self._decisions is None or not stream.readable:
            return
        try:
            stream.state = self._decisions.evolve(stream.state, fact.data, fact.version)
        except Exception as error:  # noqa: BLE001 - the decider's own; what it cannot fold is a finding
            stream.readable = False
            self._findings.add(_FACTS, key, "decision", type(error).__name__, "a decision state")
