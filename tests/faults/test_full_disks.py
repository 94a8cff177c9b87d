"""Full disks: nothing acknowledged is lost, nothing half done is left, and room is all it takes."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from report_worker.domain.report import Format
from support.deadlines import soon
from support.private_postgres import PrivatePostgres
from support.projections import until
from support.read_tables import ReadTables
from support.real_command_door import Person, open_door_process
from support.report_service import SCHEDULER, WORKER, ReportService

pytestmark = pytest.mark.needs_mount

_MOST_COMMANDS: Final = 3_000
_MANY_ROWS: Final = 2_000
_FILLER: Final = "filler"


@contextmanager
def small_disk(megabytes: int) -> Generator[Path]:
    """Give a disk of its own of that size."""
    folder = Path(tempfile.mkdtemp(prefix="cohoi-disk-"))
    options = f"size={megabytes}m,mode=0711"
    subprocess.run(  # noqa: S603 - our own arguments
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],  # noqa: S607 - the system's
        check=True,
        timeout=30,
    )
    try:
        yield folder
    finally:
        subprocess.run(  # noqa: S603 - our own arguments
            ["umount", "--lazy", str(folder)],  # noqa: S607 - the system's
            check=True,
            timeout=30,
        )
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path) -> None:
    """Leave no room on a disk."""
    with (folder / _FILLER).open("wb", buffering=0) as filler:
        for size in (1024 * 1024, 4096, 1):
            while _takes(filler, size):
                pass


def _takes(filler: FileIO, size: int) -> bool:
    try:
        return filler.write(b"x" * size) == size
    except OSError:
        return False


def make_room(folder: Path) -> None:
    (folder / _FILLER).unlink()


@pytest.fixture
def cramped() -> Iterator[PrivatePostgres]:
    """Give a database on a small disk of its own."""
    settings = {"wal_recycle": "off", "max_wal_size": "32MB"}
    with small_disk(400) as disk, PrivatePostgres(disk, settings) as postgres:
        yield postgres


async def test_a_database_without_room_refuses_and_loses_nothing_that_it_acknowledged(
    cramped: PrivatePostgres, tmp_path: Path
) -> None:
    postgres, disk = cramped, cramped.data_dir
    async with open_door_process(postgres.dsn, tmp_path) as process:
        door = await process.begin_organization()
        acknowledged: dict[str, bytes] = {}
        refused = await _until_refused(door.admin, acknowledged, disk)
        assert refused.status_code == 503
        assert refused.json()["type"] == "log-unavailable"
        assert int(refused.headers["Retry-After"]) >= 1
        make_room(disk)
        if not await _still_runs(postgres):  # the write-ahead log itself had no room
            assert "No space left on device" in postgres.said
            postgres.stop()
            postgres.start()
        await soon(lambda: postgres.runs, "it runs")
        await until(lambda: _is_taken(door.admin, "after"), "commands go on", within_s=30)
        for key, body in list(acknowledged.items())[-100:]:
            assert (await _create(door.admin, key)).content == body
        with psycopg.connect(postgres.dsn) as connection:
            row = connection.execute(
                "select count(*), count(distinct stream_id) from log.facts "
                "where type = 'customer_added.v1'"
            ).fetchone()
        assert row is not None
        facts, customers = row
        assert facts == customers
        assert facts >= len(acknowledged) + 1


def test_a_report_store_without_room_leaves_no_half_file_and_works_again_with_room(
    database: str, redis_url: str, tmp_path: Path
) -> None:
    with small_disk(2) as disk, ReadTables(database) as world:
        service = ReportService.over(database, redis_url, disk)
        world.add_many(_MANY_ROWS)
        with service.start(SCHEDULER, tmp_path / "log"), service.start(WORKER, tmp_path / "log"):
            fill(disk)
            report = service.order(world, Format.CSV, expected_rows=_MANY_ROWS)
            row = service.wait_for(report, lambda row: row["state"] == "failed")
            assert row["error"] == "disk-full"
            assert service.files(world) == []
            make_room(disk)
            again = service.order(world, Format.CSV, expected_rows=_MANY_ROWS)
            assert service.wait_until_done(again)["rows"] == _MANY_ROWS
            assert len(service.files(world)) == 1


async def _until_refused(
    person: Person, acknowledged: dict[str, bytes], disk: Path
) -> httpx.Response:
    for number in range(_MOST_COMMANDS):
        if number == 20:
            await asyncio.to_thread(fill, disk)
        answer = await _create(person, f"full-{number}")
        if not answer.is_success:
            return answer
        acknowledged[f"full-{number}"] = answer.content
    pytest.fail("a full disk took everything")


async def _create(person: Person, key: str) -> httpx.Response:
    return await person.send(
        "POST", "/v1/customers", {"name": f"{key} {'x' * 60}"}, Idempotency_Key=key
    )


async def _is_taken(person: Person, key: str) -> bool:
    return (await _create(person, key)).is_success


async def _still_runs(postgres: PrivatePostgres) -> bool:
    """Say whether the server lives on, given a moment to end."""
    for _ in range(20):
        if not postgres.runs:
            return False
        await asyncio.sleep(0.1)
    try:
        psycopg.connect(postgres.dsn, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
