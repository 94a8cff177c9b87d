"""Where many wait, a second group is decided beside the one that is being appended."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import asyncpg

from command_api.adapters.log import LANE_LOCK, PostgresLog, PostgresSession
from command_api.application.committer import ENOUGH_TO_OVERLAP, GROUPS_AT_ONCE, Committer
from command_api.application.submission import Accepted
from command_api.domain import commands as c
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.vault import MasterKey
from support.deadlines import soon
from support.office import MASTER_KEY, Office


class WatchedLog(PostgresLog):
    """The real log, and how many groups are at it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        super().__init__(pool, MasterKey(MASTER_KEY))
        self.sessions = 0

    @asynccontextmanager
    async def session(self, lane: int, *, locked: bool) -> AsyncGenerator[PostgresSession]:
        """Count a session while it is open."""
        async with super().session(lane, locked=locked) as session:
            self.sessions += 1
            try:
                yield session
            finally:
                self.sessions -= 1


class Desk:
    """Commands through a committer of its own, of which none is waited for."""

    def __init__(self, office: Office) -> None:
        self.log = WatchedLog(office.pool)
        self.committer = Committer(self.log, utc_now)
        self._office = replace(office, committer=self.committer)
        self.asked: list[asyncio.Task[Accepted]] = []

    def ask(self, command: c.Command) -> None:
        """Submit a command."""
        self.asked.append(asyncio.create_task(self._office.submit(command)))

    def add_customers(self, count: int) -> None:
        """Submit commands that touch nothing of one another."""
        for number in range(count):
            self.ask(c.AddCustomer(new_id(), f"Khách {number}", None, person=False))

    async def groups(self, count: int) -> None:
        """Wait until so many groups are at the log, and see that it stays so."""
        await soon(lambda: self.log.sessions == count, f"{count} groups")
        await asyncio.sleep(0.1)
        assert self.log.sessions == count


@asynccontextmanager
async def open_desk(office: Office) -> AsyncGenerator[Desk]:
    desk = Desk(office)
    try:
        yield desk
    finally:
        await desk.committer.close()


@asynccontextmanager
async def lane_held(office: Office, desk: Desk) -> AsyncGenerator[None]:
    """Keep the lane, so that whatever is appended waits."""
    lane = await desk.log.lane_of(office.org)
    async with office.pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1, $2)", LANE_LOCK, lane)
        yield


async def test_a_second_group_begins_beside_the_first_where_enough_wait_and_no_third(
    office: Office,
) -> None:
    async with open_desk(office) as desk:
        async with lane_held(office, desk):
            desk.add_customers(1)
            await desk.groups(1)
            desk.add_customers(ENOUGH_TO_OVERLAP - 1)
            await desk.groups(1)
            desk.add_customers(1)
            await desk.groups(GROUPS_AT_ONCE)
            assert desk.committer.queued == 0
            desk.add_customers(3 * ENOUGH_TO_OVERLAP)
            await desk.groups(GROUPS_AT_ONCE)
            assert desk.committer.queued == 3 * ENOUGH_TO_OVERLAP
        answers = await asyncio.gather(*desk.asked)
    assert {answer.status for answer in answers} == {201}
    positions = [answer.position for answer in answers]
    assert len(set(positions)) == len(positions)


async def test_what_the_first_group_changed_is_decided_anew_in_the_second(office: Office) -> None:
    board, _ = await office.add_board("A", "B")
    customer = await office.add_customer()
    deals = [await office.add_opportunity(board, customer) for _ in range(3)]
    edits = 8 * ENOUGH_TO_OVERLAP
    async with open_desk(office) as desk:
        async with lane_held(office, desk):
            desk.ask(c.EditOpportunity(deals[0], confidence=1))
            await desk.groups(1)
            for number in range(edits):
                desk.ask(c.EditOpportunity(deals[number % 3], confidence=2 + number % 90))
            await desk.groups(GROUPS_AT_ONCE)
        await asyncio.gather(*desk.asked)
    versions = [await _version(office, deal) for deal in deals]
    assert sum(versions) == len(deals) + 1 + edits


async def _version(office: Office, deal: UUID) -> int:
    async with office.pool.acquire() as connection:
        found = await connection.fetch(
            "select version from log.load_streams($1, $2, $3)",
            [office.org],
            ["opportunity"],
            [deal],
        )
    return int(found[0]["version"])
