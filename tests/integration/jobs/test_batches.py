"""The batches of jobs: so large at most, tried so often and so long, and halved where one harms."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
import pytest

from command_api.adapters.batch_log import PostgresBatchLog
from command_api.application.batches import settling
from command_api.application.batches.ports import BatchMoved, BatchSession
from command_api.application.batches.settling import Settling, Verdict, ask_until
from command_api.application.bulk import bulk
from command_api.application.bulk.ports import RefusedOne
from command_api.application.deletions import deletion
from command_api.application.jobs.job import Job
from command_api.application.known import BoardsOf, Known, Question
from command_api.domain import commands as c
from service_runtime.ids import new_id
from service_runtime.vault import MasterKey
from support.job_room import JobRoom
from support.office import MASTER_KEY
from support.real_command_door import RealDoor

Order = Callable[[RealDoor, UUID, dict[str, UUID]], Awaitable[str]]

_ENDLESS = 1_000
"""So many tries are as good as no limit, and still come to an end."""


async def order_bulk(door: RealDoor, board: UUID, statuses: dict[str, UUID]) -> str:
    """Order the move of everything on a board into its second status."""
    params = {"status_id": str(statuses["B"])}
    body = {"command": "move", "filter": {"board": str(board)}, "params": params}
    return str((await door.admin.do("POST", "/v1/opportunities/bulk", body))["job_id"])


async def order_deletion(door: RealDoor, board: UUID, statuses: dict[str, UUID]) -> str:
    """Order the deletion of a board's first status."""
    command = c.DeleteStatus(
        board, statuses["A"], statuses["B"], allow_type_change=False, at_once=0
    )
    return str((await door.office.ask(command))["job_id"])


async def ordered(door: RealDoor, room: JobRoom, order: Order, count: int) -> str:
    """Fill a status and order a job on what stands in it."""
    board, statuses = await room.office.add_board("A", "B")
    await room.fill(board, await room.office.add_customer(), statuses["A"], count)
    return await order(door, board, statuses)


@pytest.mark.parametrize(
    ("order", "module"), [(order_bulk, bulk), (order_deletion, deletion)], ids=["bulk", "deletion"]
)
async def test_a_batch_grows_up_to_a_size(
    door: RealDoor,
    room: JobRoom,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
    module: object,
) -> None:
    monkeypatch.setattr(module, "MOST_A_BATCH", 25)
    job_id = await ordered(door, room, order, 60)
    await room.run_next()
    assert (await room.job(job_id)).done == 60
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch(
            "select count(*) as moved from log.facts where type = 'opportunity_moved.v1'"
            " group by xmin::text order by min(position)"
        )
    finally:
        await connection.close()
    assert [row["moved"] for row in rows] == [20, 25, 15]


@pytest.mark.parametrize(
    ("order", "module"),
    [(order_bulk, settling), (order_deletion, deletion)],
    ids=["bulk", "deletion"],
)
async def test_an_attempt_at_a_batch_is_given_up_and_tried_again(
    door: RealDoor,
    room: JobRoom,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
    module: object,
) -> None:
    monkeypatch.setattr(module, "ATTEMPT_TIMEOUT_S", 0.2)
    job_id = await ordered(door, room, order, 5)
    holder = await asyncpg.connect(database)
    try:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("select pg_advisory_xact_lock(7246, 0)")
        running = asyncio.create_task(room.run_next())
        # given up before PostgreSQL, which lets nobody wait longer than 5 s, ends it by itself
        for waiting, within_s in ((1, 20), (0, 3), (1, 20)):
            await until_waiting(holder, waiting, within_s)
        await transaction.rollback()
        await running
    finally:
        await holder.close()
    job = await room.job(job_id)
    assert (job.state, job.done) == ("done", 5)


async def until_waiting(connection: asyncpg.Connection, attempts: int, within_s: float) -> None:
    """Wait until so many attempts wait for the lane."""
    async with asyncio.timeout(within_s):
        while attempts != await connection.fetchval(  # noqa: ASYNC110 - another session's lock
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        ):
            await asyncio.sleep(0.01)


class Harmed:
    """Decides batches of numbers; one of them harms whichever batch it is in."""

    def __init__(self, harmful: int) -> None:
        self.harmful = harmful
        self.tried = Counter[tuple[int, ...]]()

    def refuse(self, item: int) -> Verdict:
        """Refuse a number."""
        return Verdict((), 0, 0, (RefusedOne(new_id(), "internal", f"{item}", f"{item}"),), None)

    def harms(self, items: Sequence[int]) -> bool:
        """Count a try, and say whether it is in vain."""
        self.tried[tuple(items)] += 1
        return self.harmful in items and self.tried.total() < _ENDLESS


class Losing(Harmed):
    """What it decides has always moved meanwhile."""

    async def decide(self, items: Sequence[int], session: BatchSession) -> Verdict:
        """Lose the batch, or leave it as it is."""
        del session
        if self.harms(items):
            raise BatchMoved
        return Verdict((), 0, len(items), (), None)


class Asking(Harmed):
    """What it is told is never enough."""

    def __init__(self, harmful: int, org: UUID) -> None:
        super().__init__(harmful)
        self._org = org

    async def decide(self, items: Sequence[int], session: BatchSession) -> Verdict:
        """Ask for more, or leave the batch as it is."""

        def decide(_: Known) -> Verdict | set[Question]:
            if self.harms(items):
                return {BoardsOf(self._org)}
            return Verdict((), 0, len(items), (), None)

        return await ask_until(session, set(), decide)


async def settled(door: RealDoor, room: JobRoom, deciding: Losing | Asking) -> Job:
    """Settle four numbers as the batch of a job, and return the job as it is then."""
    job_id = UUID(await ordered(door, room, order_bulk, 0))
    job = await room.side.book.claim("tests")
    assert job is not None
    assert job.id == job_id
    seal = await room.side.pieces.seal_of(job.org, job.id)
    log = PostgresBatchLog(room.office.pool, MasterKey(MASTER_KEY), job, seal)
    lane, _ = await log.head()
    await log.size(4, ())
    await Settling(log, deciding, lane, dry_run=False).settle((1, 2, 3, 4), 0)
    return await room.job(job_id)


async def test_a_batch_that_always_loses_is_halved_after_some_rounds(
    door: RealDoor, room: JobRoom
) -> None:
    deciding = Losing(harmful=3)
    job = await settled(door, room, deciding)
    assert (job.handled, job.unchanged, job.refused) == (4, 3, 1)
    most = settling.MAX_ROUNDS
    assert deciding.tried == {(1, 2, 3, 4): most, (1, 2): 1, (3, 4): most, (3,): most, (4,): 1}


async def test_a_batch_that_keeps_asking_is_halved_and_the_one_that_asks_refused(
    door: RealDoor, room: JobRoom
) -> None:
    deciding = Asking(2, room.office.org)
    job = await settled(door, room, deciding)
    assert (job.handled, job.unchanged, job.refused) == (4, 3, 1)
    most = settling.MAX_ASKS
    assert deciding.tried == {(1, 2, 3, 4): most, (1, 2): most, (1,): 1, (2,): most, (3, 4): 1}
