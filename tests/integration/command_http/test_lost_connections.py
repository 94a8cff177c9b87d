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


async def test_a_lane_that_is_refused_answers_503_until_it_is_adopted_and_loses_nothing(
    door_process: DoorProcess, door: RealDoor
) -> None:
    before = len(await door.facts())
    owner = await asyncpg.connect(door_process.database)
    body, key = {"name": "An Phát"}, "while-refused"
    try:
        await owner.execute("select log.refuse_lane(0, 'the topic is ahead')")
        response = await door.admin.send("POST", "/v1/customers", body, Idempotency_Key=key)
        assert response.status_code == 503, response.text
        assert response.json()["type"] == "log-unavailable"
        assert int(response.headers["retry-after"]) >= 1
        ready = await door.client.get("/readyz", headers={"Accept-Language": "en"})
        assert "log and topic differ (the topic is ahead)" in ready.text
    finally:
        await owner.execute("select log.lift_refusal(0)")
        await owner.close()
    assert len(await door.facts()) == before
    response = await door.admin.send("POST", "/v1/customers", body, Idempotency_Key=key)
    assert response.status_code == 201, response.text
    assert len(await door.facts()) == before + 1
