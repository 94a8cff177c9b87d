"""One command on everything that a filter finds: as a job, each opportunity on its own."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from command_api.application.batches import turn
from command_api.domain import commands as c
from service_runtime.ids import new_id
from support.job_process import JobProcess
from support.job_room import JobRoom
from support.office import begin_office
from support.real_command_door import Person, RealDoor

BULK = "/v1/opportunities/bulk"


async def order(who: Person, command: str, chosen: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Order a bulk; return the job as it is then."""
    body = {"command": command, "filter": chosen, **more}
    response = await who.send("POST", BULK, body)
    assert response.status_code == 202, response.text
    assert set(response.json()) == {"job_id", "position"}
    return await who.do("GET", f"/v1/jobs/{response.json()['job_id']}")


async def done(who: Person, room: JobRoom, job: dict[str, Any]) -> dict[str, Any]:
    """Run the next job, and return this one as it is then."""
    await room.run_next()
    return await who.do("GET", f"/v1/jobs/{job['id']}")


async def test_everything_that_the_filter_finds_gets_the_command_once(
    door: RealDoor, room: JobRoom
) -> None:
    office = room.office
    board, statuses = await office.add_board("A", "B")
    customer = await office.add_customer()
    ids = await room.fill(board, customer, statuses["A"], 500)
    there = await room.fill(board, customer, statuses["B"], 3)
    others = await room.fill(board, customer, statuses["Lost"], 3)
    chosen = {"board": str(board), "type": ["active"]}
    params = {"status_id": str(statuses["B"])}
    job = await order(door.admin, "move", chosen, params=params)
    assert (job["kind"], job["state"], job["dry_run"]) == ("bulk", "queued", False)
    ended = await done(door.admin, room, job)
    assert (ended["state"], ended["total"]) == ("done", 503)
    assert (ended["done"], ended["unchanged"], ended["refused"]) == (500, 3, 0)
    assert ended["result"] == {"command": "move", "as_of": job["position"]}
    caused = [f for f in await room.facts() if f["causationid"] == ended["causation_id"]]
    assert sorted(f["subject"] for f in caused) == sorted(f"opportunity/{one}" for one in ids)
    assert {f["type"] for f in caused} == {"opportunity_moved.v1"}
    assert {f["client"] for f in caused} == {"worker"}
    assert len({f["commandid"] for f in caused}) == 500
    cells = await room.standing([*there, *others])
    assert [cells[one]["status"]["name"] for one in others] == ["Lost"] * 3


async def test_the_filter_is_read_at_the_position_of_the_order(
    door: RealDoor, room: JobRoom
) -> None:
    office = room.office
    board, statuses = await office.add_board("A", "B")
    customer = await office.add_customer()
    stayed, left = await room.fill(board, customer, statuses["A"], 2)
    (came,) = await room.fill(board, customer, statuses["B"], 1)
    job = await order(door.admin, "edit", {"status": str(statuses["A"])}, params={"confidence": 7})
    await office.ask(c.MoveOpportunity(left, statuses["B"]))
    await office.ask(c.MoveOpportunity(came, statuses["A"]))
    (new,) = await room.fill(board, customer, statuses["A"], 1)
    ended = await done(door.admin, room, job)
    assert (ended["total"], ended["done"]) == (2, 2)
    cells = await room.standing([stayed, left, came, new])
    assert [cells[one]["confidence"] for one in (stayed, left, came, new)] == [7, 7, None, None]


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    door: RealDoor, room: JobRoom
) -> None:
    board, statuses = await room.office.add_board("A")
    customer = await room.office.add_customer()
    await room.fill(board, customer, statuses["A"], 5)
    await room.fill(board, customer, statuses["Won"], 2)
    head = await room.head()
    job = await order(door.admin, "win", {"board": str(board)}, dry_run=True)
    ended = await done(door.admin, room, job)
    assert (ended["dry_run"], ended["state"]) == (True, "done")
    assert (ended["done"], ended["unchanged"], ended["refused"]) == (5, 2, 0)
    assert await room.head() == head


async def test_what_is_refused_stands_in_a_file_with_id_and_reason(
    door: RealDoor, room: JobRoom
) -> None:
    board, statuses = await room.office.add_board("A")
    customer = await room.office.add_customer()
    gone, kept = await room.fill(board, customer, statuses["A"], 2)
    job = await order(door.admin, "edit", {"board": str(board)}, params={"title": "Mới"})
    await room.office.ask(c.DeleteOpportunity(gone))
    ended = await done(door.admin, room, job)
    assert (ended["done"], ended["refused"]) == (1, 1)
    file = await door.admin.send("GET", f"/v1/jobs/{job['id']}/refused")
    head, line = file.content.decode("utf-8-sig").splitlines()
    assert head == "id,reason"
    assert line.startswith(f"{gone},")
    assert "restore" in line.lower()
    vi = await door.admin.send("GET", f"/v1/jobs/{job['id']}/refused", Accept_Language="vi")
    assert vi.content.decode("utf-8-sig").splitlines()[0] == "mã,lý do"
    assert str(kept) not in file.text


async def test_a_manager_reaches_what_it_sees_and_a_rep_may_not_at_all(
    door: RealDoor, room: JobRoom
) -> None:
    office = room.office
    board, statuses = await office.add_board("A")
    customer = await office.add_customer()
    manager, rep = await door.person("manager"), await door.person("rep")
    team = new_id()
    await office.ask(c.AddTeam(team, "Bắc"))
    await office.ask(c.EditUser(manager.user, team_id=team))
    await office.ask(c.EditUser(rep.user, team_id=team))
    await room.fill(board, customer, statuses["A"], 3)
    theirs = [
        await office.add_opportunity(board, customer, owner_id=owner)
        for owner in (manager.user, rep.user)
    ]
    await office.ask(c.EditOrganization(visibility="own"))
    assert (await rep.refused("POST", BULK, {"command": "win", "filter": {"type": "active"}}))[
        "type"
    ] == "forbidden"
    job = await order(manager, "edit", {"board": str(board)}, params={"confidence": 9})
    ended = await done(manager, room, job)
    assert (ended["total"], ended["done"]) == (2, 2)
    cells = await room.standing(theirs)
    assert [cells[one]["confidence"] for one in theirs] == [9, 9]
    mine = await order(manager, "edit", {"owner": "me"}, params={"confidence": 8})
    assert (await done(manager, room, mine))["done"] == 1
    ours = await order(manager, "edit", {"team": "mine"}, params={"confidence": 6})
    assert (await done(manager, room, ours))["done"] == 2


async def test_who_may_no_longer_has_its_job_stopped(door: RealDoor, room: JobRoom) -> None:
    board, _ = await room.office.add_board("A")
    manager = await door.person("manager")
    job = await order(manager, "win", {"board": str(board)})
    await room.office.ask(c.EditUser(manager.user, role="rep"))
    ended = await done(door.admin, room, job)
    assert ended["state"] == "failed"
    assert "may no longer" in ended["error"]


async def test_the_same_key_orders_once_and_names_that_nobody_has_are_refused(
    door: RealDoor, room: JobRoom
) -> None:
    board, statuses = await room.office.add_board("A")
    body = {"command": "win", "filter": {"status": [str(statuses["A"])]}}
    first = await door.admin.send("POST", BULK, body, Idempotency_Key="once")
    again = await door.admin.send("POST", BULK, body, Idempotency_Key="once")
    assert first.status_code == again.status_code == 202
    assert first.content == again.content
    other = {**body, "dry_run": True}
    reused = await door.admin.refused("POST", BULK, other, Idempotency_Key="once")
    assert reused["type"] == "idempotency-key-reused"
    unknown = {key: str(new_id()) for key in ("board", "status", "owner", "team", "customer")}
    refused = await door.admin.refused("POST", BULK, {"command": "win", "filter": unknown})
    assert {error["pointer"] for error in refused["errors"]} == {f"/filter/{k}" for k in unknown}
    gone = {"board": str(board), "status": str(statuses["A"]), "owner": str(room.office.admin)}
    assert (await door.admin.send("POST", BULK, {**body, "filter": gone})).status_code == 202


async def test_killed_again_and_again_it_asks_each_once(
    door: RealDoor, room: JobRoom, database: str, tmp_path: Path
) -> None:
    board, statuses = await room.office.add_board("A")
    customer = await room.office.add_customer()
    ids = await room.fill(board, customer, statuses["A"], 2_000)
    job = await order(door.admin, "edit", {"board": str(board)}, params={"confidence": 5})
    for share in (0.1, 0.4, 0.8):
        with JobProcess(database, tmp_path) as process:
            await room.until(job["id"], handled=int(2_000 * share))
            process.kill()
    with JobProcess(database, tmp_path):
        ended = await room.until(job["id"])
    assert (ended.state, ended.done, ended.unchanged) == ("done", 2_000, 0)
    caused = [f for f in await room.facts() if f["causationid"] == str(ended.causation_id)]
    assert sorted(f["subject"] for f in caused) == sorted(f"opportunity/{one}" for one in ids)


async def test_a_cancelled_bulk_keeps_what_it_did(door: RealDoor, room: JobRoom) -> None:
    board, statuses = await room.office.add_board("A")
    customer = await room.office.add_customer()
    await room.fill(board, customer, statuses["A"], 1_000)
    job = await order(door.admin, "win", {"board": str(board)})
    running = asyncio.create_task(room.run_next())
    await room.until(job["id"], handled=1)
    cancelled = await door.admin.do("DELETE", f"/v1/jobs/{job['id']}")
    await running
    assert cancelled["state"] == "cancelled"
    won = [f for f in await room.facts() if f["causationid"] == cancelled["causation_id"]]
    assert len(won) == (await room.job(job["id"])).done < 1_000


async def test_a_huge_job_gives_its_turn_to_a_small_one_of_another_organization(
    door: RealDoor, room: JobRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "TURN_S", 0.0)
    monkeypatch.setattr(turn, "SET_UP_SHARE", 0)
    board, statuses = await room.office.add_board("A")
    customer = await room.office.add_customer()
    await room.fill(board, customer, statuses["A"], 1_000)
    huge = await order(door.admin, "win", {"board": str(board)})
    office = await begin_office(room.office.committer, room.office.pool, "Other")
    elsewhere = JobRoom(office, room.side)
    their_board, theirs = await office.add_board("A", "B")
    their_customer = await office.add_customer()
    await elsewhere.fill(their_board, their_customer, theirs["A"], 3)
    command = c.DeleteStatus(
        their_board, theirs["A"], theirs["B"], allow_type_change=False, at_once=0
    )
    small = (await office.ask(command))["job_id"]
    shift = asyncio.create_task(room.side.shift.work())
    try:
        await elsewhere.until(small)
        at = await room.job(huge["id"])
        await room.until(huge["id"])
    finally:
        shift.cancel()
        await asyncio.wait({shift})
    assert (await elsewhere.job(small)).state == "done"
    assert at.handled < 1_000
    ended = await room.job(huge["id"])
    assert (ended.state, ended.done) == ("done", 1_000)
    assert UUID(huge["id"]) == ended.id
