"""Reading one's writes: a read waits for a position, as long as the log has it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from query_api.adapters import applied_watcher
from support.projections import until
from support.query_door import QueryDoor, Reader, open_query_door
from support.read_rows import ReadRows

WAYS = ("/v1/boards", "/v1/opportunities", "/v1/opportunities/totals", "/v1/me", "/v1/customers")


@pytest_asyncio.fixture
async def patient(database: str, tmp_path: Path, rows: ReadRows) -> AsyncGenerator[Reader]:
    """Give a reader that waits for a minute."""
    async with open_query_door(database, tmp_path, wait_s=60) as door:
        yield door.of(rows)


async def test_a_position_that_is_applied_is_answered(rows: ReadRows, reader: Reader) -> None:
    for path in WAYS:
        answer = await reader.ask(path, min_position=rows.position)
        assert answer.headers["cohoi-position"] == str(rows.position)


async def test_a_position_beyond_the_log_is_refused_at_once(
    rows: ReadRows, patient: Reader
) -> None:
    deal = rows.add()
    for path in (*WAYS, f"/v1/opportunities/{deal}", f"/v1/boards/{rows.board}/view"):
        refused = await patient.refused(path, min_position=rows.position + 1)
        assert refused == (400, "bad-position", "min_position")
    for wrong in ("-1", "x", "1.0", "9" * 30, ""):
        refused = await patient.refused("/v1/boards", min_position=wrong)
        assert refused == (400, "bad-position", "min_position")


async def test_a_read_model_that_stays_behind_is_503(rows: ReadRows, reader: Reader) -> None:
    wanted = rows.advance()
    rows.apply(wanted - 1)
    answer = await reader.ask("/v1/opportunities", min_position=wanted)
    assert (answer.status_code, answer.json()["type"]) == (503, "read-model-behind")
    assert int(answer.headers["retry-after"]) >= 1
    assert (await reader.ask("/v1/opportunities")).status_code == 200


async def test_whoever_waits_is_answered_once_it_is_applied(
    rows: ReadRows, neighbour: ReadRows, patient: Reader
) -> None:
    wanted = rows.advance()
    rows.apply(wanted - 1)
    reading = [
        asyncio.create_task(patient.ask(path, min_position=wanted)) for path in WAYS for _ in "123"
    ]
    await until_waiting(patient, len(reading))
    neighbour.advance()
    assert not any(task.done() for task in reading)
    # without a notification: the poll alone must find it
    rows.apply(wanted)
    answers = await asyncio.gather(*reading)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["cohoi-position"] for answer in answers} == {str(wanted)}
    assert patient.door.side.watcher.waiting == 0


async def test_only_so_many_wait_and_whoever_comes_then_is_told_at_once(
    rows: ReadRows, patient: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applied_watcher, "MAX_WAITING", 3)
    wanted = rows.advance()
    rows.apply(wanted - 1)
    reading = [
        asyncio.create_task(patient.ask("/v1/boards", min_position=wanted)) for _ in range(3)
    ]
    await until_waiting(patient, 3)
    async with asyncio.timeout(20):
        refused = await patient.refused("/v1/boards", min_position=wanted)
    assert refused[:2] == (503, "read-model-behind")
    rows.apply(wanted)
    assert {answer.status_code for answer in await asyncio.gather(*reading)} == {200}


async def test_the_watcher_outlives_its_connection(rows: ReadRows, patient: Reader) -> None:
    rows.run(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and application_name = 'cohoi query listens'"
    )
    wanted = rows.advance()
    rows.apply(wanted - 1)
    reading = asyncio.create_task(patient.ask("/v1/boards", min_position=wanted))
    await until_waiting(patient, 1)
    rows.apply(wanted)
    assert (await reading).status_code == 200


async def test_an_organization_that_is_not_projected_yet_is_behind(
    rows: ReadRows, door: QueryDoor
) -> None:
    rows.run("delete from read.applied where org = %s", rows.org)
    reader = door.of(rows)
    for path in ("/v1/me", "/v1/boards", f"/v1/boards/{rows.board}"):
        assert (await reader.refused(path))[:2] == (503, "read-model-behind")


async def until_waiting(reader: Reader, count: int) -> None:
    """Wait until so many reads wait for their position."""

    async def enough() -> bool:
        return reader.door.side.watcher.waiting >= count

    await until(enough, f"{count} reads wait", within_s=30)
