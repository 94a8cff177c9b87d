"""Large deletions of statuses: begun by a fact, done by a job beside everybody."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from command_api.domain import commands as c
from command_api.domain import refusal
from support.job_process import JobProcess
from support.job_room import JobRoom
from support.office import Office
from support.real_command_door import RealDoor

FEW = 3
"""What goes at once in these tests: more takes a job."""


@dataclass
class Stage:
    """A board whose first status is full enough that its deletion takes a job."""

    room: JobRoom
    board: UUID
    statuses: dict[str, UUID]
    ids: list[UUID]

    @classmethod
    async def set(cls, room: JobRoom, count: int = 10) -> "Stage":
        """Make the board and fill it."""
        board, statuses = await room.office.add_board("A", "B", "C")
        customer = await room.office.add_customer()
        return cls(room, board, statuses, await room.fill(board, customer, statuses["A"], count))

    def delete(self, status: str, replacement: str | None, **more: Any) -> c.DeleteStatus:
        """Return the command that deletes a status by its name."""
        to = None if replacement is None else self.statuses[replacement]
        allow = more.pop("allow_type_change", False)
        return c.DeleteStatus(self.board, self.statuses[status], to, allow, at_once=FEW)

    async def begin(self, replacement: str = "B", **more: Any) -> str:
        """Begin to delete the full status; return the job's id."""
        return (await self.room.office.ask(self.delete("A", replacement, **more)))["job_id"]


async def test_a_status_with_more_than_a_thousand_is_deleted_by_a_job(
    door: RealDoor, room: JobRoom
) -> None:
    admin, office = door.admin, room.office
    board, statuses = await office.add_board("A", "B", "C")
    customer = await office.add_customer()
    ids = await room.fill(board, customer, statuses["A"], 1_001)
    path = f"/v1/boards/{board}/statuses/{statuses['A']}"
    into_b = f"{path}?replacement={statuses['B']}"

    begun = await admin.send("DELETE", into_b, Idempotency_Key="gone")
    assert begun.status_code == 202, begun.text
    assert set(begun.json()) == {"job_id", "position"}
    assert "etag" not in begun.headers
    assert (await admin.send("DELETE", into_b, Idempotency_Key="gone")).content == begun.content
    again = await admin.send("DELETE", into_b)
    assert (again.status_code, again.json()["job_id"]) == (202, begun.json()["job_id"])
    other = await admin.refused("DELETE", f"{path}?replacement={statuses['C']}")
    assert (other["type"], other["replacement"]["id"]) == ("status-gone", str(statuses["B"]))

    into_gone = {"title": "Late", "customer_id": str(customer), "status_id": str(statuses["A"])}
    late = await admin.refused("POST", "/v1/opportunities", {**into_gone, "board_id": str(board)})
    assert (late["type"], late["replacement"]["name"]) == ("status-gone", "B")
    receiver = f"/v1/boards/{board}/statuses/{statuses['B']}"
    kept = await admin.refused("DELETE", f"{receiver}?replacement={statuses['C']}")
    assert kept["type"] == "status-in-use"
    retyped = await admin.refused("PATCH", receiver, {"type": "won"})
    assert retyped["type"] == "type-in-use"

    job_path = f"/v1/jobs/{begun.json()['job_id']}"
    queued = await admin.do("GET", job_path)
    assert (queued["kind"], queued["state"], queued["total"]) == (
        "status_deletion",
        "queued",
        1_001,
    )
    assert (await admin.refused("DELETE", job_path))["type"] == "not-cancellable"
    left = f"/v1/opportunities/{ids[0]}/move"
    await admin.do("POST", left, {"status_id": str(statuses["C"])})

    await room.run_next()
    done = await admin.do("GET", job_path)
    assert (done["state"], done["progress"], done["done"]) == ("done", 1, 1_000)
    assert done["result"] == {"moved": 1_000}
    assert done["position"] == await room.head()
    caused = [f for f in await room.facts() if f["causationid"] == done["causation_id"]]
    assert caused[0]["type"] == "status_deletion_started.v1"
    assert caused[-1]["type"] == "status_deleted.v1"
    assert caused[-1]["data"]["moved"] == 1_000
    moves = caused[1:-1]
    assert {f["subject"] for f in moves} == {f"opportunity/{one}" for one in ids[1:]}
    assert {f["type"] for f in moves} == {"opportunity_moved.v1"}
    assert {f["data"]["deleted_status"] for f in moves} == {str(statuses["A"])}
    assert {f["client"] for f in moves} == {"worker"}
    assert {f["actor"] for f in moves} == {f"user/{office.admin}"}
    assert (await admin.send("DELETE", into_b)).status_code == 200
    assert (await admin.send("DELETE", job_path)).status_code == 200
    assert (await admin.do("DELETE", receiver + f"?replacement={statuses['C']}"))["moved"] == 1_000


async def test_whoever_left_the_status_meanwhile_is_not_moved(room: JobRoom) -> None:
    stage = await Stage.set(room)
    moved, won, deleted, edited, *rest = stage.ids
    job_id = await stage.begin()
    office = room.office
    await office.ask(c.MoveOpportunity(moved, stage.statuses["C"]))
    await office.ask(c.WinOpportunity(won))
    await office.ask(c.DeleteOpportunity(deleted))
    await office.ask(c.EditOpportunity(edited, title="Other"))
    await room.run_next()
    job = await room.job(job_id)
    assert (job.state, job.total, job.done) == ("done", 10, 7)
    cells = await room.standing(stage.ids)
    assert cells[moved]["status"]["name"] == "C"
    assert cells[won]["status"]["name"] == "Won"
    assert {cells[one]["status"]["name"] for one in (edited, *rest)} == {"B"}
    await office.ask(c.RestoreOpportunity(deleted))
    restored = (await room.facts())[-1]
    assert restored["data"]["redirected_from"] == str(stage.statuses["A"])
    assert restored["data"]["after"]["status"]["name"] == "B"


async def test_a_restore_into_a_going_status_is_redirected_at_once(room: JobRoom) -> None:
    stage = await Stage.set(room)
    await room.office.ask(c.DeleteOpportunity(stage.ids[0]))
    await stage.begin()
    await room.office.ask(c.RestoreOpportunity(stage.ids[0]))
    cells = await room.standing(stage.ids[:1])
    assert cells[stage.ids[0]]["status"]["name"] == "B"


async def test_a_change_of_type_has_to_be_asked_for_and_wins_each_of_them(room: JobRoom) -> None:
    stage = await Stage.set(room)
    with pytest.raises(refusal.TypeChange) as refused:
        await stage.begin("Won")
    assert refused.value.count == 10
    job_id = await stage.begin("Won", allow_type_change=True)
    await room.run_next()
    job = await room.job(job_id)
    kinds = Counter(f["type"] for f in await room.facts() if f["client"] == "worker")
    assert kinds == {"opportunity_won.v1": 10, "status_deleted.v1": 1}
    assert job.done == 10


async def test_it_runs_to_its_end_whatever_becomes_of_who_asked(
    room: JobRoom, database: str
) -> None:
    stage = await Stage.set(room)
    office = room.office
    other = await office.add_user("Minh", "admin")
    command = stage.delete("A", "B")
    job_id = (await office.ask(command, user=other))["job_id"]
    await office.ask(c.EditUser(other, role="rep", active=False))
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            "update log.jobs set expires_at = now() - interval '1 s', attempts = 100"
        )
    finally:
        await connection.close()
    assert await room.side.book.sweep() == 0
    assert (await room.side.desk.cancel(office.org, UUID(job_id))) is not None
    await room.run_next()
    job = await room.job(job_id)
    assert (job.state, job.done) == ("done", 10)
    assert {f["actor"] for f in await room.facts() if f["client"] == "worker"} == {f"user/{other}"}


async def test_killed_again_and_again_it_ends_as_if_it_had_not_been(
    room: JobRoom, database: str, tmp_path: Path
) -> None:
    stage = await Stage.set(room, 3_000)
    job_id = await stage.begin()
    for share in (0.1, 0.4, 0.8):
        with JobProcess(database, tmp_path) as process:
            await room.until(job_id, handled=int(3_000 * share))
            process.kill()
    with JobProcess(database, tmp_path):
        job = await room.until(job_id)
    assert (job.state, job.done) == ("done", 3_000)
    caused = [f for f in await room.facts() if f["causationid"] == str(job.causation_id)]
    assert [f["type"] for f in caused[1:]] == ["opportunity_moved.v1"] * 3_000 + [
        "status_deleted.v1"
    ]
    assert len({f["subject"] for f in caused[1:-1]}) == 3_000


async def test_who_enters_races_the_beginning_and_never_both_go_through(
    room: JobRoom, office: Office
) -> None:
    stage = await Stage.set(room)
    customer = await office.add_customer()
    outside = await room.fill(stage.board, customer, stage.statuses["C"], 40)

    async def enter(one: UUID) -> bool:
        try:
            await office.ask(c.MoveOpportunity(one, stage.statuses["A"]))
        except refusal.StatusGone:
            return False
        return True

    entering = [asyncio.create_task(enter(one)) for one in outside[:20]]
    beginning = asyncio.create_task(stage.begin())
    entering += [asyncio.create_task(enter(one)) for one in outside[20:]]
    entered = await asyncio.gather(*entering)
    job_id = await beginning
    facts = await room.facts()
    begun = next(n for n, f in enumerate(facts) if f["type"] == "status_deletion_started.v1")
    into = str(stage.statuses["A"])
    late = [
        f
        for f in facts[begun:]
        if f["type"] == "opportunity_moved.v1" and f["data"]["after"]["status"]["id"] == into
    ]
    assert late == []
    await room.run_next()
    assert (await room.job(job_id)).done == 10 + sum(entered)


async def test_commands_beside_it_neither_wait_nor_are_lost(room: JobRoom, office: Office) -> None:
    stage = await Stage.set(room, 2_000)
    job_id = await stage.begin()
    running = asyncio.create_task(room.run_next())
    edited = 0
    while not running.done():
        for one in stage.ids[edited % 1_900 : edited % 1_900 + 5]:
            await office.ask(c.EditOpportunity(one, confidence=edited % 100))
            edited += 1
    await running
    job = await room.job(job_id)
    assert (job.state, job.done) == ("done", 2_000)
    kinds = Counter(f["type"] for f in await room.facts())
    assert kinds["opportunity_moved.v1"] == 2_000
    assert kinds["opportunity_edited.v1"] > 0
