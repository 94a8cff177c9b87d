"""Reports while workers die, Redis forgets and zombies wake: one file, by the row alone."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import redis
from celery import Celery

from report_worker.adapters.celery_queues import CeleryBroker
from report_worker.adapters.job_book import JobBook
from report_worker.adapters.report_store import ReportStore
from report_worker.application.making import Made
from report_worker.application.pulse import Pulse
from report_worker.bootstrap.background import KEPT_S, build_maker, open_sweeper, sweep_ledger
from report_worker.domain.report import Attempt, Format
from support.private_redis import PrivateRedis
from support.read_tables import ReadTables
from support.report_service import SCHEDULER, WORKER, ReportService

MANY = 20_000


@pytest.fixture
def world(database: str) -> Iterator[ReadTables]:
    with ReadTables(database) as made:
        yield made


@pytest.fixture
def service(database: str, redis_url: str, tmp_path: Path) -> ReportService:
    return ReportService.over(database, redis_url, tmp_path)


def assert_one_file(service: ReportService, world: ReadTables, rows: int) -> None:
    """Check that the one report of the world has the one file, and all of its rows."""
    (path,) = service.files(world)
    content = path.read_bytes()
    report = service.row(UUID(path.name.partition(".")[0]))
    assert report["file"] == path.name
    assert report["rows"] == rows
    assert report["sha256"] == hashlib.sha256(content).hexdigest()
    assert report["bytes"] == len(content)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_worker_killed_in_the_middle_leaves_one_file_all_the_same(
    world: ReadTables, service: ReportService, tmp_path: Path
) -> None:
    world.add_many(MANY)
    report = service.order(world, Format.XLSX, expected_rows=MANY)
    log = tmp_path / "log"
    with service.start(SCHEDULER, log), service.start(WORKER, log) as first:
        service.wait_for(report, lambda row: row["rows"] > 0)
        first.kill()
        assert service.row(report)["state"] == "running"
        assert [path.suffix for path in service.files(world)] == [".draft"]
        with service.start(WORKER, log):
            row = service.wait_until_done(report)
    assert row["attempt"] > 1
    with service.start(SCHEDULER, log) as scheduler:
        service.wait_for(report, lambda _: len(service.files(world)) == 1)
        assert scheduler.stop() == 0
    assert_one_file(service, world, MANY)


def test_redis_emptied_in_the_middle_loses_nothing(
    world: ReadTables, service: ReportService, redis_url: str, tmp_path: Path
) -> None:
    world.add_many(MANY)
    running = service.order(world, Format.XLSX, expected_rows=MANY)
    log = tmp_path / "log"
    with service.start(SCHEDULER, log), service.start(WORKER, log):
        service.wait_for(running, lambda row: row["rows"] > 0)
        waiting = service.order(world, Format.CSV)
        service.wait_for(waiting, lambda row: row["enqueued_at"] is not None)
        with redis.Redis.from_url(redis_url, socket_timeout=10) as client:
            client.flushall()
        assert service.wait_until_done(running)["attempt"] == 1
        assert service.wait_until_done(waiting)["attempt"] == 1
    assert len(service.files(world)) == 2
    assert service.row(waiting)["rows"] == MANY


def test_a_worker_that_is_asked_to_end_gives_its_report_back(
    world: ReadTables, service: ReportService, tmp_path: Path
) -> None:
    world.add_many(MANY)
    report = service.order(world, Format.XLSX, expected_rows=MANY)
    log = tmp_path / "log"
    with service.start(SCHEDULER, log):
        with service.start(WORKER, log) as worker:
            service.wait_for(report, lambda row: row["rows"] > 0)
            assert worker.stop() == 0
        row = service.row(report)
        assert (row["state"], row["attempt"]) == ("queued", 2)
        assert service.files(world) == []
        with service.start(WORKER, log):
            service.wait_until_done(report)
    assert_one_file(service, world, MANY)


def test_a_zombies_file_never_counts(world: ReadTables, service: ReportService) -> None:
    world.add_opportunity("Ghế")
    report = service.order(world, Format.CSV)
    store = ReportStore(service.settings.reports_dir)
    with JobBook(service.settings.reports_dsn, kept_s=KEPT_S) as book:
        zombie = book.claim(report, 1)
        assert zombie is not None
        assert book.claim(report, 1) is None  # the token is taken
        assert book.release(zombie, delay_s=0)
        winner = book.claim(report, 2)
        assert winner is not None
        made = {}
        for attempt, text in ((winner, b"winner"), (zombie, b"zombie")):
            with store.draft(attempt) as draft:
                draft.file.write(text)
                made[attempt.number] = Made(draft.seal(), rows=1, erasures=0, log_erasures=0)
        assert book.beat(zombie, 5, 0.5) is False
        assert book.finish(zombie, made[1]) is False
        assert book.finish(winner, made[2]) is True
        assert book.finish(zombie, made[1]) is False
        assert book.release(zombie, delay_s=0) is False
    assert service.content(report) == b"winner"


class Killed(BaseException):
    """Stands for the death of the process at this line."""


def test_a_death_between_the_files_name_and_the_rows_word_leaves_one_file(
    world: ReadTables, service: ReportService, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_opportunity("Ghế")
    report = service.order(world, Format.CSV)
    with monkeypatch.context() as patched:
        patched.setattr(JobBook, "finish", _die)
        with pytest.raises(Killed):
            build_maker(service.settings).make(report, 1)
    assert [path.name for path in service.files(world)] == [f"{report}.1.csv"]
    service.change("update reports.reports set heartbeat_at = now() - interval '1 minute'")
    with sweep_ledger(service.settings) as ledger:
        assert ledger.revive() == 1
        build_maker(service.settings).make(report, 1)  # the message comes again: of no effect
        assert service.row(report)["state"] == "queued"
        build_maker(service.settings).make(report, 2)
        assert len(service.files(world)) == 2
        with open_sweeper(service.settings, CeleryBroker(Celery())) as sweeper:
            assert sweeper.tidy() == 1
    assert_one_file(service, world, 1)


def _die(_book: JobBook, _attempt: Attempt, _made: Made) -> bool:
    raise Killed


# More than buffers hold, so that PostgreSQL is still sending when it is cut off.
@pytest.mark.parametrize(("form", "rows"), [(Format.XLSX, 3_000), (Format.CSV, 30_000)])
def test_a_database_connection_that_breaks_in_the_middle_gives_the_report_back(
    world: ReadTables,
    service: ReportService,
    monkeypatch: pytest.MonkeyPatch,
    form: Format,
    rows: int,
) -> None:
    world.add_many(rows)
    report = service.order(world, form)
    advance = Pulse.advance

    def cut(pulse: Pulse, rows: int) -> None:
        service.change(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'report-worker' and state <> 'idle'"
            " and datname = current_database()"
        )
        advance(pulse, rows)

    with monkeypatch.context() as patched:
        patched.setattr(Pulse, "advance", cut)
        build_maker(service.settings).make(report, 1)
    row = service.row(report)
    assert (row["state"], row["attempt"]) == ("queued", 2)
    assert service.files(world) == []
    build_maker(service.settings).make(report, 2)
    assert_one_file(service, world, rows)


def test_redis_killed_in_the_middle_and_started_empty_loses_nothing(
    world: ReadTables, database: str, tmp_path: Path
) -> None:
    world.add_many(MANY)
    log = tmp_path / "log"
    with PrivateRedis(Path(tempfile.mkdtemp(prefix="cohoi-test-"))) as private:
        service = ReportService.over(database, private.url, tmp_path)
        with service.start(SCHEDULER, log), service.start(WORKER, log):
            running = service.order(world, Format.XLSX, expected_rows=MANY)
            service.wait_for(running, lambda row: row["rows"] > 0)
            private.kill()
            waiting = service.order(world, Format.CSV)
            service.wait_until_done(running)
            assert service.row(waiting)["state"] == "queued"
            private.start()
            service.wait_until_done(waiting)
    assert len(service.files(world)) == 2
