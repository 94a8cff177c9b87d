"""Clocks that jump: what was recorded never goes back, and nothing is ordered by them.

The log's clock is PostgreSQL's; a lane whose newest fact is ahead of it is what a clock that was
set back leaves behind.
"""

from datetime import datetime, timedelta

import asyncpg
import psycopg

from command_api.adapters.log import PostgresLog
from command_api.application.committer import Committer
from command_api.application.submission import Submission
from command_api.domain import commands as c
from opportunity_events.envelope import Cause
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.vault import MasterKey
from support.office import MASTER_KEY, Office, open_office

SYSTEM = "system"
AN_HOUR = timedelta(hours=1)


async def create(committer: Committer, office: Office) -> int:
    command_id = new_id()
    accepted = await committer.submit(
        Submission(
            asker=c.Asker(office.org, SYSTEM, None, "admin"),
            command=c.AddCustomer(new_id(), "Khách", None, person=False),
            cause=Cause(SYSTEM, "api", command_id, command_id, str(command_id)),
        )
    )
    return accepted.position


async def recorded(office: Office) -> list[datetime]:
    rows = await office.pool.fetch(
        "select recorded_at from log.organization_facts($1, 0, 1000)", office.org
    )
    return [row["recorded_at"] for row in rows]


async def test_recorded_at_never_goes_back_in_a_lane(database: str) -> None:
    async with open_office(database) as office:
        await create(office.committer, office)
        ahead = await set_lane_ahead(database)
        for _ in range(3):
            await create(office.committer, office)
        times = await recorded(office)
        assert times == sorted(times)
        assert times[-3:] == [ahead, ahead, ahead]
        facts = await office.pool.fetch(
            "select position, occurred_at, recorded_at from log.organization_facts($1, 0, 1000)",
            office.org,
        )
        assert [fact["position"] for fact in facts] == list(range(1, len(facts) + 1))
        assert all(fact["occurred_at"] <= fact["recorded_at"] for fact in facts)


async def test_a_process_whose_clock_is_wrong_records_by_the_logs(database: str) -> None:
    """The clock of a deciding process is for dates in decisions, never for what is recorded."""
    async with open_office(database) as office:
        log = PostgresLog(office.pool, MasterKey(MASTER_KEY))
        for wrong in (-AN_HOUR * 24, AN_HOUR * 24):
            committer = Committer(log, lambda wrong=wrong: utc_now() + wrong)
            await create(committer, office)
            await committer.close()
        times = await recorded(office)
        assert times == sorted(times)
        assert abs(times[-1] - utc_now()) < AN_HOUR


async def test_a_lease_is_measured_by_the_databases_clock_alone(database: str) -> None:
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        held = await pool.fetchval(
            "select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n "
            "on n.oid = p.pronamespace where n.nspname = 'log' and p.proname = 'claim_job'"
        )
    assert "clock_timestamp()" in held
    assert "p_now" not in held


async def set_lane_ahead(database: str) -> datetime:
    """Leave the lane as a clock that was an hour ahead leaves it; return its newest instant."""
    with psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(
            "update log.lanes set recorded_at = clock_timestamp() + interval '1 hour' "
            "where lane = 0 returning recorded_at"
        ).fetchone()
    assert row is not None
    return row[0]
