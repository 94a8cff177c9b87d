"""Every fact of a filter up to a position, told: facts from the log, names from the read models."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from opportunity_history.entries import Entry, mentioned_in
from opportunity_history.items import entry_of, history_item, plain_item
from opportunity_history.names import Names
from report_worker.adapters.connections import connect_to, translated
from report_worker.adapters.interval_rows import IntervalRows, Snapshot
from report_worker.adapters.opened_facts import FactOpener
from report_worker.application.pulse import Pulse
from report_worker.domain.audit import AuditRow
from report_worker.domain.audit_telling import side, told_changes
from report_worker.domain.report import Order
from service_runtime.sql import load_sql_folder
from service_runtime.vault import MasterKey

FEW: Final = 2_000
"""Up to so many opportunities are asked for by id; with more, all facts are looked through."""

_QUERIES: Final = "report_worker.adapters.audit_queries"
_BATCH: Final = 500
_OPPORTUNITY: Final = "opportunity"
_SNAPSHOT: Final = "start transaction isolation level read committed read only"


class _Fact(NamedTuple):
    kind: str
    id: UUID
    entry: Entry


class AuditSource:
    """Opens a log and a snapshot of the read models for each report."""

    def __init__(
        self,
        reads: IntervalRows,
        log_dsn: str,
        master_key: MasterKey,
        *,
        statement_timeout_s: float,
    ) -> None:
        self._reads = reads
        self._log_dsn = log_dsn
        self._master_key = master_key
        self._statement_timeout_s = statement_timeout_s

    @contextmanager
    def open(self, order: Order, pulse: Pulse, *, at_least: int) -> Generator["AuditRows"]:
        """Open a snapshot that has a position, and the log beside it.

        They may be two databases, so one snapshot does not hold both; but facts cannot change,
        and whoever makes the report throws it away where somebody was erased meanwhile.
        """
        log = connect_to(
            self._log_dsn,
            order.org,
            application="report-worker",
            statement_timeout_s=self._statement_timeout_s,
        )
        try:
            facts = _LogFacts(log, order, self._master_key)
            with self._reads.snapshot(order, pulse, at_least=at_least) as snapshot:
                yield AuditRows(snapshot, facts, order)
        finally:
            log.close()


class AuditRows:
    """The rows of one audit."""

    def __init__(self, snapshot: Snapshot, facts: "_LogFacts", order: Order) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._order = order

    @property
    def erasures(self) -> int:
        """How many persons were erased when the snapshot was taken."""
        return self._snapshot.erasures

    def batches(self) -> Iterator[list[AuditRow]]:
        """Yield the rows in the order of positions, some hundreds at a time."""
        for batch in self._selected():
            yield self._told(batch)

    def _selected(self) -> Iterator[list[_Fact]]:
        if self._order.criteria.whole_log:
            yield from self._facts.all()
            return
        few = self._ids(None, FEW + 1)
        if len(few) <= FEW:
            yield from self._facts.of(few)
            return
        for batch in self._facts.all():
            deals = {fact.id for fact in batch if fact.kind == _OPPORTUNITY}
            wanted = self._ids(deals, None) if deals else set[UUID]()
            yield [fact for fact in batch if fact.id in wanted and fact.kind == _OPPORTUNITY]

    def _ids(self, among: set[UUID] | None, most: int | None) -> set[UUID]:
        values = {
            **self._snapshot.parameters,
            "among": None if among is None else list(among),
            "most": most,
        }
        with translated(), self._snapshot.connection.cursor() as cursor:
            cursor.execute(self._snapshot.query("audit_selected"), values)
            return {row[0] for row in cursor.fetchall()}

    def _told(self, batch: Sequence[_Fact]) -> list[AuditRow]:
        names = self._names(batch)
        titles = self._titles(batch)
        return [self._row(fact, names, titles) for fact in batch]

    def _row(self, fact: _Fact, names: Names, titles: dict[tuple[UUID, int], str]) -> AuditRow:
        entry, language = fact.entry, self._order.language
        on_deal = fact.kind == _OPPORTUNITY
        item = (history_item if on_deal else plain_item)(entry, names, language)
        told = told_changes(entry, names, language)
        return AuditRow(
            position=entry.position,
            recorded_at=entry.recorded_at,
            occurred_at=entry.occurred_at,
            actor_id=entry.cause.actor,
            actor=item["actor"]["name"],
            client=entry.cause.client,
            type=entry.type,
            subject=fact.kind,
            subject_id=fact.id,
            version=entry.version,
            title=titles.get((fact.id, entry.version)) if on_deal else None,
            before=side(told, after=False),
            after=side(told, after=True),
            reason=entry.data.get("reason"),
            text=item["text"],
            command_id=entry.cause.command_id,
            causation_id=entry.cause.causation_id,
            event_id=entry.event_id,
            data=entry.data,
        )

    def _names(self, batch: Sequence[_Fact]) -> Names:
        """Return what people were called at the report's position."""
        users, keys, customers = set[UUID](), set[UUID](), set[UUID]()
        for fact in batch:
            data = fact.entry.data if fact.kind == _OPPORTUNITY else {}
            found = mentioned_in(fact.entry.cause.actor, data)
            users |= found.users
            keys |= found.keys
            customers |= found.customers
        values = {**self._snapshot.parameters, "users": [*users], "customers": [*customers]}
        known: dict[str, dict[UUID, str | None]] = {"user": {}, "customer": {}}
        with translated(), self._snapshot.connection.cursor() as cursor:
            cursor.execute(self._snapshot.query("audit_names"), values)
            for kind, one, name in cursor.fetchall():
                known[kind][one] = name
        return Names(known["user"], self._facts.key_names(keys), known["customer"])

    def _titles(self, batch: Sequence[_Fact]) -> dict[tuple[UUID, int], str]:
        deals = [fact for fact in batch if fact.kind == _OPPORTUNITY]
        values = {
            **self._snapshot.parameters,
            "ids": [fact.id for fact in deals],
            "versions": [fact.entry.version for fact in deals],
        }
        with translated(), self._snapshot.connection.cursor() as cursor:
            cursor.execute(self._snapshot.query("audit_titles"), values)
            return {(deal, version): title for deal, version, title in cursor.fetchall()}


class _LogFacts:
    """Facts of one organization up to a position, opened, a batch at a time."""

    def __init__(self, connection: psycopg.Connection, order: Order, master: MasterKey) -> None:
        self._connection = connection
        self._org = order.org
        self._position = order.position
        self._instant = order.criteria.instant
        self._sql = {name: text.encode() for name, text in load_sql_folder(_QUERIES).items()}
        self._opener = FactOpener(connection, self._sql["open_keys"], master)
        self._key_names: dict[UUID, str | None] = {}

    def all(self) -> Iterator[list[_Fact]]:
        """Yield all facts."""
        after = 0
        while after < self._position:
            limit = min(_BATCH, self._position - after)
            values = {"org": self._org, "after": after, "limit": limit}
            with translated(), self._connection.cursor(row_factory=namedtuple_row) as cursor:
                cursor.execute(self._sql["organization_facts"], values)
                rows = cursor.fetchall()
            if not rows:
                return
            yield self._opened(rows)
            after += len(rows)  # positions are dense

    def of(self, deals: set[UUID]) -> Iterator[list[_Fact]]:
        """Yield the facts of a few opportunities.

        The cursor stays open across batches, so the keys are asked for beside it, in the same
        transaction but each time anew: an erasure must show at once.
        """
        values = {"org": self._org, "ids": list(deals), "position": self._position}
        with translated():
            self._connection.execute(_SNAPSHOT)
            with self._connection.cursor("audit_facts", row_factory=namedtuple_row) as cursor:
                cursor.execute(self._sql["opportunity_facts"], values)
                while rows := cursor.fetchmany(_BATCH):
                    yield self._opened(rows)
            self._connection.execute("rollback")

    def key_names(self, keys: set[UUID]) -> dict[UUID, str | None]:
        """Return what API keys are called; the few that there are are remembered."""
        missing = keys - self._key_names.keys()
        if missing:
            values = {"org": self._org, "keys": list(missing)}
            with translated(), self._connection.cursor() as cursor:
                cursor.execute(self._sql["key_names"], values)
                self._key_names.update(cursor.fetchall())
        return self._key_names

    def _opened(self, rows: Sequence[Any]) -> list[_Fact]:
        facts = [
            _Fact(
                row.stream_kind,
                row.stream_id,
                entry_of(
                    bytes(row.bytes),
                    stored_type=row.type,
                    position=row.position,
                    recorded_at=row.recorded_at,
                    occurred_at=row.occurred_at,
                ),
            )
            for row in rows
            if self._instant is None or row.occurred_at <= self._instant
        ]
        self._opener.open_all(self._org, (fact.entry.data for fact in facts))
        return facts
