"""Large histories, written straight into the log: real facts, hashes and states, no decisions.

Each fact is encoded by the product's codec and chained as it chains, and the decision state is what
its fold leaves, so that `verify`, rebuilds and further commands find nothing amiss.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from cohoi_bench.stage import Board, Office
from command_api.domain.opportunity.state import Opportunity, evolve
from command_api.domain.streams import encode_state
from opportunity_events import v1
from opportunity_events.chain import chain_hash
from opportunity_events.codec import CODEC
from opportunity_events.envelope import ZERO_HASH, Cause, Fact, Stream
from opportunity_events.wire_types import WIRE_NAMES
from service_runtime.ids import new_id

_CHUNK: Final = 4_000
_WON_EVERY: Final = 10
_STEP: Final = timedelta(microseconds=1)  # time may not run backwards in a lane
_FIRST_DAY: Final = date(2026, 1, 1)
_WORDS: Final = ("phần mềm kho", "máy chủ", "bảo trì", "đào tạo", "tư vấn", "giấy phép", "thiết bị")
_FACTS: Final = (
    "lane", "lane_position", "org", "position", "stream_kind", "stream_id", "version", "event_id",
    "type", "recorded_at", "occurred_at", "bytes", "prev_hash", "hash",
)  # fmt: skip
_STREAMS: Final = (
    "org", "kind", "id", "version", "hash", "created_at", "occurred_at", "recorded_at",
    "last_actor", "board_id", "status_id", "state",
)  # fmt: skip
_Row = tuple[Any, ...]


@dataclass(frozen=True)
class Shape:
    """How large: opportunities, facts of each, and the boards that take their shares."""

    opportunities: int
    facts_each: int
    boards: tuple[Board, ...]
    """The n-th opportunity stands on the board of n modulo their number; name one often."""
    customers: tuple[UUID, ...] = ()
    """Whom they belong to in turn; none: all to the office's one."""

    @property
    def facts(self) -> int:
        """How many facts that makes."""
        return self.opportunities * self.facts_each


async def write_in_bulk(dsn: str, office: Office, shape: Shape) -> list[UUID]:
    """Write behind what stands in the log, in one transaction; return some thousand of the ids."""
    kept: list[UUID] = []
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            head = await connection.fetchval("select head from log.lanes where lane = 0")
            at = await connection.fetchval(
                "select head from log.organizations where org = $1", office.org
            )
            last = await connection.fetchval("select recorded_at from log.lanes where lane = 0")
            writer = _Writer(office, shape, (int(head), int(at)), last)
            for facts, streams, ids in writer.chunks():
                await connection.copy_records_to_table(
                    "facts", schema_name="log", records=facts, columns=_FACTS
                )
                await connection.copy_records_to_table(
                    "streams", schema_name="log", records=streams, columns=_STREAMS
                )
                kept += ids[:: max(1, shape.opportunities // 10_000)]
            await connection.execute(
                "update log.lanes set head = $1, recorded_at = $2 where lane = 0",
                writer.lane_position,
                writer.now,
            )
            await connection.execute(
                "update log.organizations set head = $1 where org = $2",
                writer.position,
                office.org,
            )
        await connection.execute("vacuum (analyze) log.facts, log.streams")
    finally:
        await connection.close()
    return kept


class _Writer:
    """Gives positions and times; the facts of one opportunity lie some thousand facts apart."""

    def __init__(
        self, office: Office, shape: Shape, heads: tuple[int, int], last: datetime
    ) -> None:
        self.office = office
        self.shape = shape
        self.customers = shape.customers or (office.customer,)
        self.lane_position, self.position = heads
        actor, one = f"user/{office.admin}", new_id()
        self.cause = Cause(actor, "api", one, one, str(one))
        self.now = last

    def chunks(self) -> Iterator[tuple[list[_Row], list[_Row], list[UUID]]]:
        """Yield rows of log.facts, rows of log.streams, and the ids, some lives at a time."""
        for begin in range(0, self.shape.opportunities, _CHUNK):
            end = min(begin + _CHUNK, self.shape.opportunities)
            lives = [_Life(self, number) for number in range(begin, end)]
            facts = [
                life.fact(version)
                for version in range(1, self.shape.facts_each + 1)
                for life in lives
            ]
            yield facts, [life.state() for life in lives], [life.stream.id for life in lives]

    def next(self) -> tuple[int, int, datetime]:
        """Return lane position, position and time of the next fact."""
        self.lane_position += 1
        self.position += 1
        self.now += _STEP
        return self.lane_position, self.position, self.now


class _Life:
    """One opportunity: created, then edited and moved in turn, in the end perhaps closed."""

    def __init__(self, writer: _Writer, number: int) -> None:
        self._writer = writer
        self._number = number
        self._board = writer.shape.boards[number % len(writer.shape.boards)]
        self.stream = Stream(writer.office.org, "opportunity", new_id())
        self._opportunity: Opportunity | None = None
        self._hash = ZERO_HASH
        self._created_at = self._changed_at = writer.now

    def fact(self, version: int) -> _Row:
        """Return the row of the next fact."""
        writer, stream = self._writer, self.stream
        data = self._begin() if self._opportunity is None else self._go_on(version)
        fact = Fact(stream, version, writer.cause, data)
        self._opportunity = evolve(self._opportunity, data, version)
        lane_position, position, now = writer.next()
        self._created_at = now if version == 1 else self._created_at
        self._changed_at = now
        written = CODEC.encode(fact)
        before, self._hash = self._hash, chain_hash(self._hash, written)
        return (
            0, lane_position, stream.org, position, stream.kind, stream.id, version,
            fact.event_id, WIRE_NAMES[type(data)], now, now, written, before, self._hash,
        )  # fmt: skip

    def state(self) -> _Row:
        """Return the row of the decision state that the facts leave."""
        opportunity = self._opportunity
        if opportunity is None:
            raise ValueError("it has not begun")
        return (
            self.stream.org, self.stream.kind, self.stream.id, self._writer.shape.facts_each,
            self._hash, self._created_at, self._changed_at, self._changed_at,
            self._writer.cause.actor, opportunity.board_id, opportunity.cell.status.id,
            encode_state(opportunity),
        )  # fmt: skip

    def _begin(self) -> v1.OpportunityCreated:
        number = self._number
        cell = v1.Cell(
            status=self._board.active[number // len(_WORDS) % len(self._board.active)],
            owner_id=self._writer.office.admin,
            customer_id=self._writer.customers[number * 7_919 % len(self._writer.customers)],
            amount_minor=None if number % 11 == 0 else number * 7_919 % 900_000_000,
            currency="USD" if number % 13 == 0 else "VND",
            period="annual" if number % 3 == 0 else "one_time",
            confidence=number * 31 % 100,
            confidence_source="user",
            expected_close_date=_FIRST_DAY + timedelta(days=number * 17 % 700),
            closed_on=None,
            lost_reason=None,
            deleted=False,
        )
        title = f"{_WORDS[number % len(_WORDS)]} {number}"
        return v1.OpportunityCreated(self._board.id, None, cell, title, None, (), None)

    def _go_on(self, version: int) -> v1.OpportunityFact:
        opportunity = self._opportunity
        if opportunity is None:
            raise ValueError("it has not begun")
        before, board = opportunity.cell, opportunity.board_id
        if version % 2 == 0:
            confidence = ((before.confidence or 0) + 1) % 100
            after = msgspec.structs.replace(before, confidence=confidence)
            change = v1.Change("confidence", before.confidence, confidence)
            return v1.OpportunityEdited(board, before, after, (change,), after_close=False)
        if version == self._writer.shape.facts_each and self._number % _WON_EVERY == 0:
            closed_on = self._writer.now.date()
            after = msgspec.structs.replace(before, status=self._board.won, closed_on=closed_on)
            return v1.OpportunityWon(board, before, after, None, None)
        statuses = self._board.active
        at = statuses.index(before.status)
        after = msgspec.structs.replace(before, status=statuses[(at + 1) % len(statuses)])
        return v1.OpportunityMoved(board, before, after, None, None)
