"""Making a report: claim it, read the rows of its position, write a file, point the row to it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Generic, Protocol, TypeVar
from uuid import UUID

import structlog

from report_worker.application.pulse import Beats, Pulse, Stopping, Unwanted
from report_worker.domain.columns import OpportunityRow
from report_worker.domain.report import Attempt, Failure, Format, Kind, Order

_log: Final = structlog.get_logger(__name__)
_Row_co = TypeVar("_Row_co", covariant=True)
_Rows = TypeVar("_Rows", bound="Rows[Any]")
_Rows_co = TypeVar("_Rows_co", bound="Rows[Any]", covariant=True)


class ReadModelBehind(Exception):  # noqa: N818 - says what is so
    """The read models have not reached the report's position within the time given."""


class DatabaseUnavailable(Exception):  # noqa: N818 - says what is so
    """PostgreSQL did not answer, or the connection broke; it may be tried again."""


class TooSlow(Exception):  # noqa: N818 - says what is so
    """The database ended the query, which took longer than any may."""


class DiskFull(Exception):  # noqa: N818 - says what is so
    """The report store takes no more bytes."""


class ErasedMeanwhile(ReadModelBehind):
    """Somebody was erased while the report was made: it must be made anew."""


@dataclass(frozen=True)
class Standing:
    """Where an organization stands in the log: its head, and how many persons were erased."""

    head: int
    erasures: int


@dataclass(frozen=True)
class StoredFile:
    """A file in the report store, complete and durable."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Made:
    """What an attempt made."""

    file: StoredFile
    rows: int
    erasures: int
    """As the read models count them, and as the file says."""
    log_erasures: int
    """As the log counts them: of a greater count, the file is not given out any more."""


class Jobs(Protocol):
    """The rows of reports, each change a compare-and-set on the fencing token."""

    def claim(self, report: UUID, number: int) -> Attempt | None:
        """Take a queued report; None where it is not to be had under this token."""
        ...

    def finish(self, attempt: Attempt, made: Made) -> bool:
        """Point the report to its file; False where the attempt is no longer wanted."""
        ...

    def fail(self, attempt: Attempt, failure: Failure) -> bool:
        """End the report without a file."""
        ...

    def release(self, attempt: Attempt, *, delay_s: float) -> bool:
        """Give the report back, to be tried again under the next token."""
        ...


class Rows(Protocol[_Row_co]):
    """The rows of a report, of one snapshot of the read models."""

    @property
    def erasures(self) -> int:
        """How many persons were erased when the snapshot was taken."""
        ...

    def batches(self) -> Iterator[Sequence[_Row_co]]:
        """Yield the rows in order, some hundreds at a time."""
        ...


class OpportunityRows(Rows[OpportunityRow], Protocol):
    """The rows of a report of opportunities."""

    def people_csv(self, order: Order) -> Iterator[tuple[bytes, int]]:
        """Yield the CSV for people in parts, each with how many rows it holds; no heading."""
        ...

    def raw_csv(self) -> Iterator[tuple[bytes, int]]:
        """Yield the raw CSV in parts, each with how many rows it holds, the heading first."""
        ...


class RowSource(Protocol[_Rows_co]):
    """Where rows come from."""

    def open(
        self, order: Order, pulse: Pulse, *, at_least: int
    ) -> AbstractContextManager[_Rows_co]:
        """Open a snapshot that has a position, waiting a bounded time for it."""
        ...


class Draft(Protocol):
    """A file in the making, in a folder that nobody reads."""

    @property
    def file(self) -> BinaryIO:
        """Where the bytes go."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder for what has to lie on disk meanwhile."""
        ...

    def seal(self) -> StoredFile:
        """Make it durable and give it its name."""
        ...


class Store(Protocol):
    """Where files are kept."""

    def draft(self, attempt: Attempt) -> AbstractContextManager[Draft]:
        """Begin a file; what is not sealed at the end is removed."""
        ...

    def remove(self, org: UUID, name: str) -> None:
        """Remove a file, where it is there."""
        ...


class Standings(Protocol):
    """The log, asked where an organization stands."""

    def standing(self, org: UUID) -> Standing:
        """Return the head and the count of erasures, of one moment."""
        ...


Writer = Callable[[Order, _Rows, Draft, Pulse], int]
"""Writes all rows into a draft and returns how many there were."""


@dataclass(frozen=True)
class Recipe(Generic[_Rows]):
    """How reports of a kind are made: where their rows come from, and how they are written."""

    source: RowSource[_Rows]
    writers: Mapping[Format, Writer[_Rows]]


class Maker:
    """Makes one report after another; every outcome but a dead process ends in its row."""

    def __init__(
        self,
        *,
        jobs: Callable[[], AbstractContextManager[Jobs]],
        beats: Callable[[], Beats],
        recipes: Mapping[Kind, Recipe[Any]],
        standings: Standings,
        store: Store,
        heartbeat_s: float,
        max_attempts: int,
    ) -> None:
        self._open_jobs = jobs
        self._beats = beats
        self._recipes = recipes
        self._standings = standings
        self._store = store
        self._heartbeat_s = heartbeat_s
        self._max_attempts = max_attempts
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Give back what is being made, soon; for signal handlers."""
        self._stopping.set()

    def make(self, report: UUID, number: int) -> None:
        """Make a report under a token; without an effect where the token is not the row's."""
        with self._open_jobs() as jobs:
            attempt = jobs.claim(report, number)
            if attempt is None:
                _log.info("report_not_claimed", report=str(report), attempt=number)
            else:
                self._make(attempt, jobs)

    def _make(self, attempt: Attempt, jobs: Jobs) -> None:
        report, number = str(attempt.order.id), attempt.number
        try:
            made = self._write(attempt)
        except Unwanted:
            _log.info("report_given_up", report=report, attempt=number)
        except Stopping:
            jobs.release(attempt, delay_s=0)
        except (ReadModelBehind, DatabaseUnavailable) as error:
            self._try_later(attempt, jobs, error)
        except DiskFull:
            _fail(attempt, jobs, Failure.DISK_FULL)
        except TooSlow:
            _fail(attempt, jobs, Failure.TOO_SLOW)
        except Exception:  # noqa: BLE001 - a defect too ends in the row, and is loud in the log
            _log.exception("report_defect", report=report, attempt=number)
            _fail(attempt, jobs, Failure.DEFECT)
        else:
            self._finish(attempt, jobs, made)

    def _write(self, attempt: Attempt) -> Made:
        """Write the file from a snapshot that knows every erasure there was when it began.

        Who was erased meanwhile may stand in it, and then it is made anew: so the same position
        and the same count of erasures are the same bytes.
        """
        before = self._standings.standing(attempt.order.org)
        order = attempt.order
        recipe = self._recipes[order.kind]
        pulse = Pulse(attempt, self._beats, interval_s=self._heartbeat_s, stopping=self._stopping)
        with (
            pulse,
            self._store.draft(attempt) as draft,
            recipe.source.open(order, pulse, at_least=max(order.position, before.head)) as rows,
        ):
            written = recipe.writers[order.format](order, rows, draft, pulse)
            pulse.check()
            if self._standings.standing(order.org).erasures != before.erasures:
                raise ErasedMeanwhile
            return Made(draft.seal(), written, rows.erasures, before.erasures)

    def _finish(self, attempt: Attempt, jobs: Jobs, made: Made) -> None:
        """Let the row decide whose file counts.

        A file is named by its attempt, so a zombie's lies beside the winner's and is removed.
        Where the answer is lost with the connection, the sweeper removes what no row wants.
        """
        if jobs.finish(attempt, made):
            _log.info("report_done", report=str(attempt.order.id), rows=made.rows)
        else:
            self._store.remove(attempt.order.org, made.file.name)

    def _try_later(
        self, attempt: Attempt, jobs: Jobs, reason: ReadModelBehind | DatabaseUnavailable
    ) -> None:
        _log.warning("report_delayed", report=str(attempt.order.id), reason=type(reason).__name__)
        if attempt.number < self._max_attempts:
            jobs.release(attempt, delay_s=min(60, 3 * attempt.number))
        elif isinstance(reason, ReadModelBehind):
            _fail(attempt, jobs, Failure.READ_MODEL_BEHIND)
        else:
            _fail(attempt, jobs, Failure.DATABASE_UNAVAILABLE)


def _fail(attempt: Attempt, jobs: Jobs, failure: Failure) -> None:
    _log.warning("report_failed", report=str(attempt.order.id), failure=failure.value)
    jobs.fail(attempt, failure)
