"""The rows of a report from the interval tables, as they were at its position."""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString, cast
from uuid import UUID

import psycopg
from psycopg.errors import UndefinedTable
from psycopg.rows import dict_row

from opportunity_filters.local_time import LocalClock
from report_worker.adapters.connections import connect_to, translated
from report_worker.application.making import ReadModelBehind
from report_worker.application.pulse import Pulse
from report_worker.domain.cells import USUAL_DIGITS
from report_worker.domain.columns import ERASED, PERIODS, STATUS_TYPES, OpportunityRow
from report_worker.domain.report import Order
from service_runtime.currencies import MINOR_DIGITS
from service_runtime.languages import Language, Words
from service_runtime.read_schema import placed
from service_runtime.spreadsheets import DANGEROUS
from service_runtime.sql import load_sql_folder

_QUERIES: Final = "report_worker.adapters.read_queries"
_BATCH: Final = 500
_PART_BYTES: Final = 256 * 1024
_POLL_S: Final = 0.2
# A cursor is planned for its first tenth by default; a report always wants all of it.
_WHOLE_RESULT: Final = "set local cursor_tuple_fraction = 1"
_SNAPSHOT: Final = "start transaction isolation level repeatable read read only"
_CRLF: Final = b"\r\n"


class IntervalRows:
    """Opens a snapshot of the read models for each report."""

    def __init__(self, dsn: str, *, wait_s: float, statement_timeout_s: float) -> None:
        self._dsn = dsn
        self._wait_s = wait_s
        self._statement_timeout_s = statement_timeout_s
        self._sql = load_sql_folder(_QUERIES)

    @contextmanager
    def open(self, order: Order, pulse: Pulse, *, at_least: int) -> Generator["SnapshotRows"]:
        """Open a snapshot that has a position, waiting a bounded time for it."""
        with self.snapshot(order, pulse, at_least=at_least) as snapshot:
            yield SnapshotRows(snapshot)

    @contextmanager
    def snapshot(self, order: Order, pulse: Pulse, *, at_least: int) -> Generator["Snapshot"]:
        """Open one transaction on the read models as far as a position, or further."""
        connection = connect_to(
            self._dsn,
            order.org,
            application="report-worker",
            statement_timeout_s=self._statement_timeout_s,
        )
        try:
            generation, erasures = self._begin(connection, order, at_least, pulse)
            yield Snapshot(connection, order, generation, erasures)
        finally:
            connection.close()

    def _begin(
        self, connection: psycopg.Connection, order: Order, at_least: int, pulse: Pulse
    ) -> tuple[int, int]:
        """Begin the one transaction in which everything is read.

        Return the generation of the read models in it, and the count of erasures. The position
        is looked at inside it: what it then does not see of the interval tables was not applied,
        so a snapshot that lags is thrown away and taken anew. From the first look on, the
        generation cannot be dropped before the transaction ends.
        """
        for _ in range(max(1, round(self._wait_s / _POLL_S))):
            with translated(), connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(_SNAPSHOT)
                found = self._look(cursor, order)
                if found is not None and found["position"] >= at_least:
                    cursor.execute(_WHOLE_RESULT)
                    return found["generation"], found["erasures"]
                cursor.execute("rollback")
            pulse.wait(_POLL_S)
        raise ReadModelBehind

    def _look(self, cursor: psycopg.Cursor[dict[str, int]], order: Order) -> dict[str, int] | None:
        """Return where a snapshot stands; None where there is no generation to be asked."""
        cursor.execute(_text(self._sql["generation"]))
        current = cursor.fetchone()
        if current is None:
            return None
        try:
            cursor.execute(_text(self._sql["applied"], current["number"]), {"org": order.org})
        except UndefinedTable:  # dropped since the snapshot was taken
            return None
        found = cursor.fetchone()
        return None if found is None else {**found, "generation": current["number"]}


class Snapshot:
    """One transaction on the read models, and what an order's filter selects in it."""

    def __init__(
        self, connection: psycopg.Connection, order: Order, generation: int, erasures: int
    ) -> None:
        self.connection = connection
        self.erasures = erasures
        """How many persons were erased when the snapshot was taken."""
        self._generation = generation
        self._sql = load_sql_folder(_QUERIES)
        self.parameters = _parameters(order)

    def query(self, name: str) -> bytes:
        """Return a query on these read models, `{rows}` being what the filter selects."""
        rows = self._sql["opportunity_rows"]
        return _text(self._sql[name].replace("{rows}", rows), self._generation)


class SnapshotRows:
    """The rows of one report, of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def erasures(self) -> int:
        """How many persons were erased when the snapshot was taken."""
        return self._snapshot.erasures

    def batches(self) -> Iterator[list[OpportunityRow]]:
        """Yield the rows in order, some hundreds at a time."""
        with translated(), self._snapshot.connection.cursor("report_rows") as cursor:
            cursor.itersize = _BATCH
            cursor.execute(self._snapshot.query("people_rows"), self._snapshot.parameters)
            while rows := cursor.fetchmany(_BATCH):
                yield [OpportunityRow._make(row) for row in rows]

    def raw_csv(self) -> Iterator[tuple[bytes, int]]:
        """Yield the raw CSV in parts, each with how many rows it holds, the heading first."""
        return self._copied("copy_raw_rows", {}, heading=1)

    def people_csv(self, order: Order) -> Iterator[tuple[bytes, int]]:
        """Yield the CSV for people in parts, each with how many rows it holds; no heading."""
        return self._copied("copy_people_rows", _words_of(order), heading=0)

    def _copied(
        self, name: str, further: dict[str, Any], *, heading: int
    ) -> Iterator[tuple[bytes, int]]:
        """Yield what PostgreSQL renders in parts, each with how many rows it holds.

        It sends a line in each message and ends it with LF; RFC 4180 wants CRLF, and a line
        break inside quotes stays as it is.
        """
        lines: list[bytes] = []
        size = 0
        query, parameters = self._snapshot.query(name), {**self._snapshot.parameters, **further}
        with translated(), self._snapshot.connection.cursor() as cursor:
            with cursor.copy(query, parameters) as copy:
                for line in copy:
                    lines.append(bytes(line[:-1]))
                    size += len(line)
                    if size >= _PART_BYTES:
                        yield _CRLF.join(lines) + _CRLF, len(lines) - heading
                        lines, size, heading = [], 0, 0
            yield _CRLF.join(lines) + _CRLF if lines else b"", len(lines) - heading


def _text(statement: str, generation: int = 0) -> bytes:
    """Return a statement of a generation, as bytes: that it is ours, psycopg cannot know."""
    return cast("LiteralString", placed(statement, generation)).encode()


def _parameters(order: Order) -> dict[str, Any]:
    """Return every named value of the queries; None switches a condition off."""
    wanted = order.criteria
    return {
        "org": order.org,
        "position": order.position,
        "instant": wanted.instant,
        "deleted": wanted.deleted,
        "boards": _listed(wanted.boards),
        "statuses": _listed(wanted.statuses),
        "types": _listed(wanted.types),
        "owners": _listed(wanted.owners),
        "visible": _listed(wanted.visible),
        "teams": _listed(wanted.teams),
        "customers": _listed(wanted.customers),
        "words": _tsquery(wanted.words),
        "value_min": wanted.value_min,
        "value_max": wanted.value_max,
        "currencies": _listed(wanted.currencies),
        "periods": _listed(wanted.periods),
        "created_from": wanted.created_from,
        "created_to": wanted.created_to,
        "expected_close_from": wanted.expected_close_from,
        "expected_close_to": wanted.expected_close_to,
        "closed_from": wanted.closed_from,
        "closed_to": wanted.closed_to,
        "updated_from": wanted.updated_from,
        "overdue": wanted.overdue,
        "today": wanted.today,
    }


def _words_of(order: Order) -> dict[str, Any]:
    """Return what the CSV for people says in the language of the order, and how."""
    language = order.language
    offsets = LocalClock(order.clock, order.time_zone).offsets
    return {
        "dangerous": [ord(character) for character in DANGEROUS],
        "erased": ERASED.in_language(language),
        "status_types": _in_words(STATUS_TYPES, language),
        "period_words": _in_words(PERIODS, language),
        "offset_starts": list(offsets.starts),
        "offsets": list(offsets.offsets),
        "usual_digits": USUAL_DIGITS,
        "odd_digits": json.dumps(
            {code: digits for code, digits in MINOR_DIGITS.items() if digits != USUAL_DIGITS}
        ),
    }


def _in_words(words: Mapping[str, Words], language: Language) -> str:
    return json.dumps({key: said.in_language(language) for key, said in words.items()})


def _listed(found: Sequence[UUID | str] | None) -> list[UUID | str] | None:
    return None if found is None else list(found)


def _tsquery(searches: Sequence[Sequence[str]] | None) -> str | None:
    """Return searches as a tsquery: letters and digits alone, so quoting them is all it takes."""
    if searches is None:
        return None
    alternatives = (" & ".join(f"'{word}':*" for word in words) for words in searches)
    return " | ".join(f"({alternative})" for alternative in alternatives)
