"""A caller who changed is another one from then on, though callers are remembered."""

import asyncio

import asyncpg
import pytest

from command_api.domain import commands as c
from support.real_command_door import DoorProcess, Person, RealDoor, anything

PATH = "/v1/opportunities"
WITHIN_S = 10
CUT = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1"


async def _knows(person: Person) -> None:
    """Have the door recognize somebody several times, so that it remembers."""
    for _ in range(3):
        assert (await _ask(person)) == 422


async def _ask(person: Person) -> int:
    body = {"title": "Deal", "customer_id": anything()}
    return (await person.send("POST", PATH, body)).status_code


async def test_who_was_made_inactive_is_refused_as_soon_as_that_is_acknowledged(
    door: RealDoor,
) -> None:
    for _ in range(10):
        person = await door.person("manager")
        await _knows(person)
        await door.admin.do("PATCH", f"/v1/users/{person.user}", {"active": False})
        assert await _ask(person) == 401
        await door.admin.do("PATCH", f"/v1/users/{person.user}", {"active": True})
        assert await _ask(person) == 422
        await door.admin.do("PATCH", f"/v1/users/{person.user}", {"role": "rep"})
        assert await _ask(person) == 401


async def test_who_was_made_inactive_by_another_process_is_refused_soon(door: RealDoor) -> None:
    person = await door.person("manager")
    await _knows(person)
    # the office commits by itself, and tells the door nothing
    await door.office.ask(c.EditUser(person.user, active=False))
    await _is_refused_soon(person)


async def test_nothing_is_missed_where_the_connection_that_hears_of_it_is_lost(
    door_process: DoorProcess, door: RealDoor
) -> None:
    person = await door.person("manager")
    await _knows(person)
    connection = await asyncpg.connect(door_process.database)
    try:
        assert await connection.fetchval(CUT, "cohoi command-api callers") == 1
    finally:
        await connection.close()
    await door.office.ask(c.EditUser(person.user, active=False))
    await _is_refused_soon(person)


async def _is_refused_soon(person: Person) -> None:
    async with asyncio.timeout(WITHIN_S):
        while await _ask(person) != 401:  # noqa: ASYNC110 - another process has no event of ours
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("role", ["rep", "auditor"])
async def test_many_requests_at_once_see_one_change(door: RealDoor, role: str) -> None:
    person = await door.person("manager")
    await _knows(person)
    asking = [asyncio.create_task(_ask(person)) for _ in range(30)]
    await door.admin.do("PATCH", f"/v1/users/{person.user}", {"role": role})
    assert await _ask(person) == 401
    assert set(await asyncio.gather(*asking)) <= {422, 401}
