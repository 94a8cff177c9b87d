"""Imports that are killed, stopped, cancelled, raced and cut off: nothing lost, nothing doubled."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from command_api.application.jobs.job import ENDED, Job
from command_api.application.jobs.running import MOST_ATTEMPTS
from command_api.domain import commands as c
from service_runtime.ids import new_id
from support.import_room import ImportRoom, open_room
from support.job_process import JobProcess
from support.office import Office, begin_office

HEAD = "deal id,deal name,account,owner,stage,created date,close date,amount\n"
ROWS = 8_000
SHARES = (0.05, 0.2, 0.35, 0.5)
"""Where an import is cut off: the last time with ten slices left, so that it cannot be through."""


def deals(rows: int = ROWS) -> str:
    """Return a file of deals with customers, owners, statuses, and a bad row in every hundred."""
    lines = (
        f"D{n},Deal {n},Customer {n % 40},Owner {n % 7},{('Won', 'Lost', 'Talks')[n % 3]},"
        f"2024-01-{n % 28 + 1:02d},2024-02-{n % 28 + 1:02d},{'x' if n % 100 == 0 else n}\n"
        for n in range(rows)
    )
    return HEAD + "".join(lines)


async def until(room: ImportRoom, job_id: UUID, *, handled: int | None = None) -> Job:
    """Wait until a job has so many rows behind it, or has ended."""
    deadline = time.monotonic() + 120
    while True:
        job = await room.job(job_id)
        if job.state in ENDED or (handled is not None and job.handled >= handled):
            return job
        if time.monotonic() > deadline:
            pytest.fail(f"the job stands at {job.handled} of {job.total}, {job.state}")
        await asyncio.sleep(0.01)


async def test_a_jobs_process_killed_again_and_again_ends_as_if_it_had_not_been(
    room: ImportRoom, database: str, tmp_path: Path
) -> None:
    board = new_id()
    job_id = await room.order(deals(), board, new_board="Sales")
    for share in SHARES:
        with JobProcess(database, tmp_path) as process:
            killed = await until(room, job_id, handled=int(ROWS * share))
            process.kill()
        assert killed.state == "running"
    with JobProcess(database, tmp_path) as process:
        job = await until(room, job_id)
        # The killed one may have finished it; another job shows that this one is up, and ends well.
        await until(room, await room.order(deals(2), board))
        assert process.stop() == 0
    bad = ROWS // 100
    assert (job.state, job.done, job.unchanged, job.refused) == ("done", ROWS - bad, 0, bad)
    assert len(await room.refused(job)) == bad
    assert job.imported is not None
    made = job.imported.tally.made
    assert (made.customers, made.users, made.statuses) == (40, 7, 3)
    facts = await room.facts()
    assert max(Counter(str(fact["id"]) for fact in facts).values()) == 1
    created = Counter(fact["type"] for fact in facts)
    assert created["opportunity_created.v1"] == ROWS - bad
    assert created["customer_added.v1"] == 40
    assert created["user_added.v1"] == 7 + 1
    won = sum(1 for n in range(ROWS) if n % 3 == 0 and n % 100)
    assert created["opportunity_won.v1"] == won


async def test_a_stopped_process_gives_its_job_back_and_another_goes_on(
    room: ImportRoom, database: str, tmp_path: Path
) -> None:
    job_id = await room.order(deals(), new_id(), new_board="Sales")
    with JobProcess(database, tmp_path) as process:
        await until(room, job_id, handled=1)
        assert process.stop() == 0
    given_back = await room.job(job_id)
    assert given_back.state == "queued"
    assert 0 < given_back.handled < ROWS
    await room.run_next()
    job = await room.job(job_id)
    assert (job.state, job.handled, job.unchanged) == ("done", ROWS, 0)


async def test_two_imports_of_one_file_at_once_put_it_in_once(
    room: ImportRoom, database: str, office: Office, tmp_path: Path
) -> None:
    board, _ = await office.add_board("A")
    ids = [await room.order(deals(1_200), board) for _ in range(2)]
    async with open_room(database, office, tmp_path) as other:
        await asyncio.gather(room.run_next(), other.run_next())
    first, second = [await room.job(job_id) for job_id in ids]
    assert (first.state, second.state) == ("done", "done")
    assert first.done + second.done == 1_200 - 12
    assert first.done + first.unchanged == second.done + second.unchanged == 1_200 - 12
    assert (first.refused, second.refused) == (12, 12)
    kinds = Counter(fact["type"] for fact in await room.facts())
    assert kinds["opportunity_created.v1"] == 1_200 - 12
    assert kinds["customer_added.v1"] == 40
    assert kinds["user_added.v1"] == 7 + 1
    assert kinds["status_added.v1"] == 1


async def test_an_import_beside_others_who_change_the_board_loses_no_row(
    room: ImportRoom, office: Office
) -> None:
    board, statuses = await office.add_board("A")
    job_id = await room.order(deals(2_000), board)
    busy = asyncio.Event()

    async def change() -> None:
        number = 0
        while not busy.is_set():
            number += 1
            await office.ask(c.EditStatus(board, statuses["A"], color=f"#{number % 999999:06d}"))

    changing = asyncio.create_task(change())
    try:
        await room.run_next()
    finally:
        busy.set()
        await changing
    job = await room.job(job_id)
    assert (job.state, job.done, job.refused) == ("done", 1_980, 20)


async def test_a_cancelled_import_stops_at_once_and_keeps_what_is_in(
    room: ImportRoom, database: str, tmp_path: Path
) -> None:
    job_id = await room.order(deals(), new_id(), new_board="Sales")
    with JobProcess(database, tmp_path):
        await until(room, job_id, handled=1)
        await room.side.desk.cancel(room.office.org, job_id)
        head = await room.head()
        cancelled = await room.job(job_id)
        assert cancelled.board_id is not None
        follower = await room.order(deals(100), cancelled.board_id)
        await until(room, follower)  # the same process is free for the next one
    assert cancelled.state == "cancelled"
    created = Counter(fact["type"] for fact in (await room.facts())[:head])
    assert created["opportunity_created.v1"] == cancelled.done
    assert (await room.job(job_id)).handled == cancelled.handled


async def test_who_lost_the_fence_writes_nothing_any_more(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    job_id = await room.order(deals(1_000), board)
    stale = await room.side.book.claim("first")
    assert stale is not None
    await room.office.pool.execute("select log.release_job($1, $2)", job_id, stale.fence)
    held = await room.side.book.claim("second")
    assert held is not None
    head = await room.head()
    await room.side.runner.run(stale)
    assert await room.head() == head
    await room.side.runner.run(held)
    job = await room.job(job_id)
    assert (job.state, job.done) == ("done", 990)


async def test_an_import_goes_on_when_its_connections_are_cut(
    room: ImportRoom, database: str
) -> None:
    board, _ = await room.office.add_board("A")
    job_id = await room.order(deals(), board)
    running = asyncio.create_task(room.run_next())
    connection = await asyncpg.connect(database)
    try:
        for share in (0.2, 0.5, 0.8):
            await until(room, job_id, handled=int(ROWS * share))
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'cohoi jobs' and state <> 'idle' "
                "and datname = current_database()"
            )
    finally:
        await connection.close()
    await running
    job = await room.job(job_id)
    bad = ROWS // 100
    assert (job.state, job.done, job.unchanged, job.refused) == ("done", ROWS - bad, 0, bad)


async def test_jobs_are_served_in_turn_between_organizations(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    mine = [await room.order("deal name\nOne\n", board) for _ in range(3)]
    office = await begin_office(room.office.committer, room.office.pool, "Other")
    other = ImportRoom(office, room.side)
    theirs = await other.order("deal name\nOne\n", (await office.add_board("A"))[0])
    claimed = [await room.side.book.claim("tests") for _ in range(4)]
    assert [job.id for job in claimed if job is not None] == [mine[0], theirs, mine[1], mine[2]]


async def test_a_job_that_never_gets_anywhere_is_given_up(room: ImportRoom, database: str) -> None:
    board, _ = await room.office.add_board("A")
    job_id = await room.order("deal name\nOne\n", board)
    connection = await asyncpg.connect(database)
    try:
        for _ in range(MOST_ATTEMPTS):
            assert await room.side.book.claim("dying") is not None
            await connection.execute("update log.jobs set lease_until = now() - interval '1 s'")
    finally:
        await connection.close()
    await room.run_next()
    ended = await room.job(job_id)
    assert (ended.state, [failure.code for failure in ended.error]) == ("failed", ["gave-up"])


async def test_an_asker_who_was_put_out_stops_the_job(room: ImportRoom) -> None:
    board, _ = await room.office.add_board("A")
    rep = await room.office.add_user("Minh")
    job_id = await room.order("deal name\nOne\n", board, asker=room.user(rep, "rep"))
    await room.office.ask(c.EditUser(rep, active=False))
    await room.run_next()
    job = await room.job(job_id)
    assert (job.state, [failure.code for failure in job.error]) == ("failed", ["asker-gone"])


async def test_after_a_day_what_a_job_kept_is_gone(room: ImportRoom, database: str) -> None:
    board, _ = await room.office.add_board("A")
    done = await room.imported(HEAD + "a,One,Secret Customer,,A,,,x\n", board)
    waiting = await room.order(HEAD + "a,Two,Another Secret,,A,,,1\n", board)
    assert await room.side.book.sweep() == 0
    connection = await asyncpg.connect(database)
    try:
        kept = await connection.fetch(
            "select sealed from log.uploads union select sealed from log.refusals"
        )
        assert kept
        assert not any(b"Secret" in row["sealed"] for row in kept)
        await connection.execute("update log.jobs set expires_at = now() - interval '1 second'")
        assert await room.side.book.sweep() == 2
        left = await connection.fetchval(
            "select (select count(*) from log.uploads) + (select count(*) from log.refusals) "
            "+ (select count(*) from vault.keys where subject like 'job/%')"
        )
    finally:
        await connection.close()
    assert left == 0
    assert (await room.job(done.id)).swept
    expired = await room.job(waiting)
    assert (expired.state, [failure.code for failure in expired.error]) == (
        "failed",
        ["expired-job"],
    )
