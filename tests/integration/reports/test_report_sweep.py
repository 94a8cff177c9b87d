"""What the sweeper does with rows, messages and files, asked round by round."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid5

import pytest

from report_worker.application.sweeping import BrokerUnavailable, Due, Sweeper
from report_worker.bootstrap.background import build_maker, open_sweeper
from report_worker.domain.report import Format, Queue
from support.read_tables import ReadTables
from support.report_service import ReportService


class PaperBroker:
    """A broker that writes down what it is sent; the real one is in the tests of faults."""

    def __init__(self) -> None:
        self.sent: list[Due] = []
        self.taken = True
        self.limit = 1_000

    def empty_queues(self) -> list[Queue]:
        return list(Queue) if self.taken else []

    def enqueue(self, due: Due) -> None:
        if len(self.sent) == self.limit:
            raise BrokerUnavailable
        self.sent.append(due)


@pytest.fixture
def broker() -> PaperBroker:
    return PaperBroker()


@pytest.fixture
def sweeper(service: ReportService, broker: PaperBroker) -> Iterator[Sweeper]:
    with open_sweeper(service.settings, broker) as opened:
        yield opened


def make(service: ReportService, report: UUID) -> None:
    build_maker(service.settings).make(report, service.row(report)["attempt"])


def later(service: ReportService, column: str, interval: str) -> None:
    service.change(f"update reports.reports set {column} = {column} - interval '{interval}'")  # noqa: S608 - names of our own


def test_what_waits_is_sent_once_to_its_queue_with_its_token(
    world: ReadTables, service: ReportService, sweeper: Sweeper, broker: PaperBroker
) -> None:
    small = service.order(world, Format.CSV)
    large = service.order(world, Format.CSV, expected_rows=20_001)
    assert [sweeper.enqueue() for _ in range(3)] == [2, 0, 0]
    assert broker.sent == [Due(small, 1, Queue.FAST), Due(large, 1, Queue.SLOW)]


def test_a_lost_message_is_sent_again_when_its_queue_is_empty(
    world: ReadTables, service: ReportService, sweeper: Sweeper, broker: PaperBroker
) -> None:
    service.order(world, Format.CSV)
    sweeper.enqueue()
    later(service, "enqueued_at", "5 seconds")
    broker.taken = False  # it waits behind others, so it is not lost
    assert sweeper.enqueue() == 0
    broker.taken = True
    assert sweeper.enqueue() == 1
    broker.taken = False
    later(service, "enqueued_at", "11 minutes")
    assert sweeper.enqueue() == 1


def test_what_the_broker_does_not_take_is_sent_in_the_next_round(
    world: ReadTables, service: ReportService, sweeper: Sweeper, broker: PaperBroker
) -> None:
    for _ in range(3):
        service.order(world, Format.CSV)
    broker.limit = 1
    assert sweeper.enqueue() == 1
    broker.limit = 10
    assert sweeper.enqueue() == 2
    assert len({due.report for due in broker.sent}) == 3


def test_what_runs_without_a_heartbeat_gets_the_next_token_and_in_the_end_fails(
    world: ReadTables, service: ReportService, sweeper: Sweeper, broker: PaperBroker
) -> None:
    report = service.order(world, Format.CSV)
    for attempt in range(1, 11):
        service.change(
            "update reports.reports set state = 'running', heartbeat_at = now() where id = %s",
            [report],
        )
        assert sweeper.enqueue() == 0  # it lives
        later(service, "heartbeat_at", "3 seconds")
        assert sweeper.enqueue() == (1 if attempt < 10 else 0)
    assert [due.attempt for due in broker.sent] == list(range(2, 11))
    row = service.row(report)
    assert (row["state"], row["error"]) == ("failed", "worker-lost")


def test_files_expire_after_seven_days_and_rows_are_forgotten_after_thirty(
    world: ReadTables, service: ReportService, sweeper: Sweeper
) -> None:
    old, new = service.order(world, Format.CSV), service.order(world, Format.CSV)
    for report in (old, new):
        make(service, report)
    service.change(
        "update reports.reports set expires_at = expires_at - interval '7 days' where id = %s",
        [old],
    )
    assert sweeper.tidy() == 1
    assert service.row(old)["state"] == "expired"
    assert [path.name for path in service.files(world)] == [service.row(new)["file"]]
    later(service, "created_at", "31 days")
    sweeper.tidy()
    with pytest.raises(AssertionError):
        service.row(old)
    assert service.row(new)["state"] == "done"  # until its own time has come


def test_files_that_no_row_wants_are_removed_and_nothing_else(
    world: ReadTables, service: ReportService, sweeper: Sweeper
) -> None:
    done, running = service.order(world, Format.CSV), service.order(world, Format.CSV)
    make(service, done)
    service.change("update reports.reports set state = 'running' where id = %s", [running])
    home = service.settings.reports_dir / str(world.org)
    stranger = uuid5(done, "stranger")
    kept = [home / service.row(done)["file"], home / f"{running}.1.csv", home / "notes.txt"]
    drafts = [home / f"{running}.1.draft", home / f"{done}.1.draft"]
    orphans = [home / f"{done}.2.csv", home / f"{running}.2.csv", home / f"{stranger}.1.xlsx"]
    for path in (*kept, *orphans):
        path.touch()
    for draft in drafts:
        draft.mkdir()
        (draft / "content").touch()
    assert sweeper.tidy() == 4
    assert service.files(world) == sorted([*kept, drafts[0]])


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> Generator[None]:
    """Let something happen right after the first batch of rows was written."""
    from report_worker.application.pulse import Pulse  # noqa: PLC0415 - what is watched here

    advance = Pulse.advance

    def acting(self: Pulse, rows: int) -> None:
        act()
        self.wait(1.5)  # a heartbeat comes every 0.4 s
        advance(self, rows)

    with monkeypatch.context() as patched:
        patched.setattr(Pulse, "advance", acting)
        yield


def test_a_report_cancelled_in_the_middle_leaves_nothing(
    world: ReadTables, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_many(2_000)
    report = service.order(world, Format.XLSX)

    def cancel() -> None:
        service.change(
            "update reports.reports set state = 'cancelled', finished_at = now() where id = %s",
            [report],
        )

    with meanwhile(monkeypatch, cancel):
        make(service, report)
    assert service.row(report)["state"] == "cancelled"
    assert service.files(world) == []


def test_a_report_waits_for_its_position_a_while_and_is_then_tried_again(
    world: ReadTables, service: ReportService, sweeper: Sweeper
) -> None:
    report = service.order(world, Format.CSV)
    service.change("update read.applied set position = position - 1")
    make(service, report)
    row = service.row(report)
    assert (row["state"], row["attempt"]) == ("queued", 2)
    assert sweeper.enqueue() == 0  # not before its time
    later(service, "not_before", "1 minute")
    assert sweeper.enqueue() == 1
    service.change("update reports.reports set attempt = 10 where id = %s", [report])
    make(service, report)
    assert service.row(report)["error"] == "read-model-behind"
    assert service.files(world) == []


def open_full(_: Path) -> BinaryIO:
    """Open the device that is always full, in place of a draft."""
    return Path("/dev/full").open("w+b", buffering=1024 * 1024)


def test_a_full_disk_fails_the_report_and_leaves_nothing(
    world: ReadTables, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_many(2_000)
    monkeypatch.setattr("report_worker.adapters.report_store.open_private", open_full)
    for written in Format:
        report = service.order(world, written)
        make(service, report)
        row = service.row(report)
        assert (row["state"], row["error"]) == ("failed", "disk-full"), written
    assert service.files(world) == []
