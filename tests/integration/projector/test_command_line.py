"""`cohoi verify`, `cohoi rebuild` and the projector's own process, as an operator runs them."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from projector.settings import Settings
from support.generations import ReadConnection
from support.operator import projector_process, run_cohoi
from support.projections import Story, Verify, project_all, until_applied

_STOPS_WITHIN_S = 10  # two seconds are promised; the rest is the machine's


async def test_verify_says_in_one_line_what_it_checked(
    database: str, settings: Settings, story: Story, tmp_path: Path
) -> None:
    await story(31, 60)
    await project_all(database, settings)
    done = await run_cohoi(settings, tmp_path, "verify")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert line.startswith("0 differences in ")


async def test_verify_names_a_difference_and_exits_1(
    database: str, settings: Settings, story: Story, connection: ReadConnection, tmp_path: Path
) -> None:
    await story(32, 60)
    await project_all(database, settings)
    await connection.execute("update read.organizations set currency = 'EUR'")
    done = await run_cohoi(settings, tmp_path, "verify")
    assert done.returncode == 1
    first, last = done.stdout.splitlines()
    assert first.startswith("read.organizations | ")
    assert " | currency: stored EUR, expected " in first
    assert last.startswith("1 differences in ")
    as_json = await run_cohoi(settings, tmp_path, "verify", "--json")
    assert as_json.returncode == 1
    found = json.loads(as_json.stdout)
    assert found["differences"] == 1
    assert [one["column"] for one in found["named"]] == ["currency"]


async def test_rebuild_mends_what_verify_named(
    database: str, settings: Settings, story: Story, connection: ReadConnection, tmp_path: Path
) -> None:
    await story(33, 60)
    await project_all(database, settings)
    await connection.execute("delete from read.statuses")
    rebuilt = await run_cohoi(settings, tmp_path, "rebuild", "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    facts = await connection.fetchval("select count(*) from log.facts")
    assert json.loads(rebuilt.stdout)["facts"] == facts
    assert (await run_cohoi(settings, tmp_path, "verify")).returncode == 0


async def test_another_master_key_is_one_clear_sentence(
    settings: Settings, story: Story, tmp_path: Path
) -> None:
    await story(34, 5)
    settings.master_key_file.write_bytes(bytes(32))
    for command in ("verify", "rebuild"):
        done = await run_cohoi(settings, tmp_path, command)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "does not open with this master key" in done.stderr
        assert "Traceback" not in done.stderr


async def test_a_database_without_schemas_is_one_clear_sentence(
    empty_database: str, tmp_path: Path
) -> None:
    key_file = tmp_path / "master.key"
    key_file.write_bytes(bytes(32))
    settings = Settings(log_dsn=empty_database, read_dsn=empty_database, master_key_file=key_file)
    done = await run_cohoi(settings, tmp_path, "verify")
    assert done.returncode == 1
    assert "cohoi migrate" in done.stderr


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_projects_and_stops_cleanly_when_told(
    database: str,
    settings: Settings,
    story: Story,
    connection: ReadConnection,
    signum: signal.Signals,
) -> None:
    await story(35, 40)
    async with projector_process(settings) as process:
        await until_applied(database)
        process.send_signal(signum)
        async with asyncio.timeout(_STOPS_WITHIN_S):
            assert await process.wait() == 0
    assert await connection.fetchval("select owner from projection.checkpoints") is None


async def test_a_killed_process_is_followed_by_one_that_misses_nothing(
    database: str, settings: Settings, story: Story, verified: Verify
) -> None:
    await story(36, 400)
    async with projector_process(settings) as process:
        await until_applied(database)
        await story(37, 400)
        process.kill()
        await process.wait()
    await story(38, 40)
    async with projector_process(settings):
        await until_applied(database)
    assert (await verified()).differences == ()
