"""Sweeping: what PostgreSQL says is to be done is enqueued, what is over is removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog

from report_worker.domain.files import DRAFT, StoredName
from report_worker.domain.report import Queue

_log: Final = structlog.get_logger(__name__)
_DUE_AT_ONCE: Final = 200


class BrokerUnavailable(Exception):  # noqa: N818 - says what is so
    """Redis took no message within the time given."""


@dataclass(frozen=True)
class Due:
    """A report that a worker should take, under this token, from this queue."""

    report: UUID
    attempt: int
    queue: Queue


@dataclass(frozen=True)
class Wanted:
    """What of a report's files is wanted: the one its row points to, and the attempt at work."""

    file: str | None
    running: int | None


@dataclass(frozen=True)
class Erased:
    """An organization in which persons were erased: so many, the last one then."""

    org: UUID
    erasures: int
    erased_at: datetime


class Ledger(Protocol):
    """The rows of reports, as the sweeper changes them."""

    def revive(self) -> int:
        """Queue again what runs without a heartbeat; return how many."""
        ...

    def give_up(self) -> int:
        """Fail what died on its last attempt too; return how many."""
        ...

    def take_due(self, empty: Sequence[Queue], limit: int) -> list[Due]:
        """Return what has to be enqueued now, marked as such."""
        ...

    def return_due(self, due: Sequence[Due]) -> None:
        """Take the mark back from what could not be enqueued."""
        ...

    def expire(self) -> int:
        """Expire files that were kept long enough; return how many."""
        ...

    def expire_erased(self, erased: Sequence[Erased]) -> int:
        """Expire files and forget searches from before these erasures; return how many."""
        ...

    def forget(self) -> None:
        """Forget old rows and receipts."""
        ...

    def wanted(self, reports: Sequence[UUID]) -> Mapping[UUID, Wanted]:
        """Return what is wanted of the files of these reports; unknown ones are left out."""
        ...


class Erasures(Protocol):
    """The log, asked who was erased."""

    def newest(self) -> int:
        """Return the ordinal of the newest erasure."""
        ...

    def lately(self, within_s: float) -> list[Erased]:
        """Return the organizations in which somebody was erased within so many seconds."""
        ...


class Broker(Protocol):
    """The Celery queues."""

    def empty_queues(self) -> list[Queue]:
        """Return the queues that hold no message."""
        ...

    def enqueue(self, due: Due) -> None:
        """Send one message; raise BrokerUnavailable."""
        ...


class StoredFiles(Protocol):
    """The files in the report store."""

    def names(self) -> Mapping[UUID, list[str]]:
        """Return what lies in each organization's folder."""
        ...

    def read_name(self, name: str) -> StoredName | None:
        """Take a name apart; None where it is none of ours."""
        ...

    def remove(self, org: UUID, name: str) -> None:
        """Remove a file or a draft, where it is there."""
        ...


class Sweeper:
    """Brings queues and files in line with the rows; safe to run twice, and beside another."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        broker: Broker,
        files: StoredFiles,
        erasures: Erasures,
        remembered_s: float,
    ) -> None:
        self._ledger = ledger
        self._erasures = erasures
        self._remembered_s = remembered_s
        self._seen_erasure = -1
        self._broker = broker
        self._files = files

    def enqueue(self) -> int:
        """Enqueue what waits and what died; return how many messages were sent."""
        revived, given_up = self._ledger.revive(), self._ledger.give_up()
        if revived or given_up:
            _log.warning("workers_lost", revived=revived, given_up=given_up)
        try:
            empty = self._broker.empty_queues()
        except BrokerUnavailable as error:
            _log.warning("broker_unavailable", reason=str(error))
            return 0
        due = self._ledger.take_due(empty, _DUE_AT_ONCE)
        for sent, each in enumerate(due):
            try:
                self._broker.enqueue(each)
            except BrokerUnavailable as error:
                _log.warning("broker_unavailable", reason=str(error))
                self._ledger.return_due(due[sent:])
                return sent
        return len(due)

    def follow_erasures(self) -> int:
        """Remove files that may name somebody who was erased since the last look, at once."""
        newest = self._erasures.newest()
        if newest == self._seen_erasure:
            return 0
        removed = self.tidy()
        self._seen_erasure = newest
        return removed

    def tidy(self) -> int:
        """Expire, forget, and remove files that no row wants; return how many were removed."""
        erased = self._erasures.lately(self._remembered_s)
        if erased and (expired := self._ledger.expire_erased(erased)):
            _log.info("reports_of_erased_expired", reports=expired)
        self._ledger.expire()
        self._ledger.forget()
        return sum(self._tidy_folder(org, names) for org, names in self._files.names().items())

    def _tidy_folder(self, org: UUID, names: Sequence[str]) -> int:
        """Remove the orphans among files that were listed *before* their rows are read.

        An attempt claims its row before it makes a file, so a file in the list belongs to a row
        that is running by now, or done, or over.
        """
        ours = {name: own for name in names if (own := self._files.read_name(name))}
        wanted = self._ledger.wanted(sorted({own.report for own in ours.values()}))
        orphans = [name for name, own in ours.items() if not _is_wanted(own, wanted)]
        for name in orphans:
            self._files.remove(org, name)
        return len(orphans)


def _is_wanted(own: StoredName, wanted: Mapping[UUID, Wanted]) -> bool:
    found = wanted.get(own.report)
    if found is None:
        return False
    if found.running == own.attempt:
        return True
    return own.ending != DRAFT and found.file == str(own)
