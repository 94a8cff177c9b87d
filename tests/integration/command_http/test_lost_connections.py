"""The door when the database hangs up."""

import asyncio
import time

import asyncpg

from support.real_command_door import DoorProcess, RealDoor


async def test_a_retry_with_its_key_gets_through_once_the_database_is_back(
    door_process: DoorProcess, door: RealDoor
) -> None:
    before = len(await door.facts())
    superuser = await asyncpg.connect(door_process.database)
    ended = await superuser.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'cohoi command-api' and datname = current_database()"
    )
    await superuser.close()
    assert ended
    deadline = time.monotonic() + 20
    while True:
        response = await door.admin.send(
            "POST", "/v1/customers", {"name": "An Phát"}, Idempotency_Key="once"
        )
        if response.status_code == 201:
            break
        assert response.status_code == 503, response.text
        assert response.json()["type"] == "log-unavailable"
        assert int(response.headers["retry-after"]) >= 1
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    assert len(await door.facts()) == before + 1
