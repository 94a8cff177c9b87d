"""A full queue of commands, and a commit that takes too long: told to come again, then well."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from command_api.adapters.commit_metrics import CommitMetrics
from command_api.adapters.log import PostgresLog, PostgresSession
from command_api.application import committer as committing
from command_api.application import lane_queue
from command_api.application.committer import Committer, LogAway
from command_api.application.submission import Submission
from command_api.domain import commands as c
from command_api.domain.refusal import Busy
from opportunity_events.envelope import Cause
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.metrics import collected, written
from service_runtime.vault import MasterKey
from support.deadlines import soon
from support.numbers import Numbers
from support.office import MASTER_KEY, Office, open_office

SYSTEM = "system"


class SlowLog(PostgresLog):
    """The real log behind a disk that stands still until `moves` is set."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.pool, MasterKey(MASTER_KEY))
        self.moves = asyncio.Event()
        self.waiting = 0

    @asynccontextmanager
    async def session(self, lane: int, *, locked: bool) -> AsyncGenerator[PostgresSession]:
        """Open a session once the disk moves."""
        self.waiting += 1
        await self.moves.wait()
        self.waiting -= 1
        async with super().session(lane, locked=locked) as session:
            yield session


class Room:
    """A committer over a slow log, in an organization of its own."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.log = SlowLog(office)
        self.committer = Committer(self.log, utc_now, CommitMetrics())

    def creation(self, size: int = 100) -> Submission:
        """Return a command that creates a customer, with a body of that size."""
        command_id = new_id()
        return Submission(
            asker=c.Asker(self._office.org, SYSTEM, None, "admin"),
            command=c.AddCustomer(new_id(), "Khách", None, person=False),
            cause=Cause(SYSTEM, "api", command_id, command_id, str(command_id)),
            size=size,
        )

    def send(self, command: Submission) -> "asyncio.Task[int]":
        """Submit a command; the task returns the status of its answer."""

        async def status() -> int:
            return (await self.committer.submit(command)).status

        return asyncio.create_task(status())

    async def send_until_taken(self, size: int = 100) -> "asyncio.Task[int]":
        """Submit a command and wait until its group is under way, where it stays."""
        first = self.send(self.creation(size))
        await soon(lambda: self.log.waiting == 1, "its group is under way")
        return first


@asynccontextmanager
async def open_room(database: str) -> AsyncGenerator[Room]:
    async with open_office(database) as office:
        room = Room(office)
        try:
            yield room
        finally:
            room.log.moves.set()
            await room.committer.close()


def turned_away(reason: str) -> float:
    numbers = Numbers(written(collected()).decode())
    return numbers.of("cohoi_commit_turned_away_total", reason=reason)


async def test_the_4097th_command_that_waits_is_told_to_come_again_and_no_other(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATIENCE_S", "GROUP_TIMEOUT_S"):
        monkeypatch.setattr(committing, name, 200.0)
    before = turned_away("full")
    async with open_room(database) as room:
        first = await room.send_until_taken()
        second = [room.send(room.creation()) for _ in range(committing.ENOUGH_TO_OVERLAP)]
        await soon(lambda: room.log.waiting == committing.GROUPS_AT_ONCE, "another began beside it")
        waiting = [room.send(room.creation()) for _ in range(lane_queue.MAX_QUEUED)]
        await soon(lambda: room.committer.queued == lane_queue.MAX_QUEUED, "the queue is full")
        one_more = room.creation()
        with pytest.raises(Busy):
            await room.committer.submit(one_more)
        assert turned_away("full") == before + 1
        room.log.moves.set()
        assert {await one for one in (first, *second, *waiting)} == {201}
        assert room.committer.queued == 0
        assert (await room.committer.submit(one_more)).status == 201


async def test_bodies_that_wait_are_bounded_in_bytes(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_queue, "MAX_QUEUED_BYTES", 10_000)
    async with open_room(database) as room:
        first = await room.send_until_taken(9_000)
        large = room.send(room.creation(9_000))
        await soon(lambda: room.committer.queued_bytes == 9_000, "one waits")
        with pytest.raises(Busy):
            await room.committer.submit(room.creation(1_001))
        small = room.send(room.creation(1_000))
        await soon(lambda: room.committer.queued_bytes == 10_000, "a small one fits")
        room.log.moves.set()
        assert {await one for one in (first, large, small)} == {201}
        assert room.committer.queued_bytes == 0


async def test_whoever_waits_behind_a_slow_commit_is_told_and_the_commit_goes_through(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "PATIENCE_S", 0.3)
    before = turned_away("away")
    async with open_room(database) as room:
        slow = await room.send_until_taken()
        behind = room.creation()
        with pytest.raises(LogAway):
            await room.committer.submit(behind)
        with pytest.raises(LogAway):  # it is known by now, so nobody waits for it again
            await room.committer.submit(behind)
        assert turned_away("away") == before + 2
        room.log.moves.set()
        assert await slow == 201
        assert (await room.committer.submit(behind)).status == 201


async def test_a_group_that_gets_no_answer_is_told_so_and_a_later_one_goes_through(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "GROUP_TIMEOUT_S", 0.2)
    async with open_room(database) as room:
        hung = await room.send_until_taken()
        with pytest.raises(TimeoutError):
            await hung
        monkeypatch.setattr(committing, "GROUP_TIMEOUT_S", 30.0)
        room.log.moves.set()
        assert await room.send(room.creation()) == 201
