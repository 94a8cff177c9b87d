"""What the log refuses, and what a reader can rely on while others write."""

import asyncio
from typing import Any

import asyncpg
import pytest

from command_api.domain import commands as c
from opportunity_events.chain import chain_hash
from service_runtime.ids import new_id
from support.office import Office

FACT_TABLES_ROLES = ("cohoi_command", "cohoi_projector", "cohoi_query", "cohoi_report")


async def test_a_commit_held_back_lets_no_reader_pass_it(office: Office, database: str) -> None:
    """While one append holds its commit back, no later position can be seen, or even given."""
    holder = await asyncpg.connect(database)
    reader = await asyncpg.connect(database)
    try:
        before = await reader.fetchval("select max(lane_position) from log.facts")
        held = holder.transaction()
        await held.start()
        await holder.execute("select pg_advisory_xact_lock(7246, 0)")
        waiting = asyncio.create_task(office.add_customer("Chờ"))
        await _until_somebody_waits(reader)
        assert await reader.fetchval("select max(lane_position) from log.facts") == before
        await held.rollback()
        await waiting
        assert await reader.fetchval("select max(lane_position) from log.facts") == before + 1
    finally:
        await holder.close()
        await reader.close()


async def test_a_group_that_is_rolled_back_leaves_no_gap(office: Office, database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        held = connection.transaction()
        await held.start()
        await connection.execute("select pg_advisory_xact_lock(7246, 0)")
        waiting = asyncio.create_task(office.add_customer("Mất"))
        watcher = await asyncpg.connect(database)
        await _until_somebody_waits(watcher)
        await watcher.execute(
            "select pg_terminate_backend(pid) from pg_locks"
            " where locktype = 'advisory' and not granted"
        )
        await watcher.close()
        with pytest.raises(asyncpg.PostgresError):
            await waiting
        await held.rollback()
        await office.add_customer("Còn")
        rows = await connection.fetch("select lane_position from log.facts order by 1")
        assert [row["lane_position"] for row in rows] == list(range(1, len(rows) + 1))
    finally:
        await connection.close()


@pytest.mark.usefixtures("office")
async def test_facts_cannot_be_changed_deleted_or_truncated_even_by_their_owner(
    database: str,
) -> None:
    connection = await asyncpg.connect(database)
    try:
        for statement in (
            "update log.facts set version = version",
            "delete from log.facts",
            "truncate log.facts",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("role", FACT_TABLES_ROLES)
@pytest.mark.usefixtures("office")
async def test_a_service_reaches_the_log_through_functions_only(database: str, role: str) -> None:
    connection = await asyncpg.connect(database, server_settings={"role": role})
    try:
        for statement in (
            "select * from log.facts",
            "insert into log.facts default values",
            "update log.streams set version = 0",
            "select * from vault.keys",
            "delete from log.receipts",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("role", FACT_TABLES_ROLES[1:])
async def test_nobody_but_command_api_can_append(database: str, role: str) -> None:
    connection = await asyncpg.connect(database, server_settings={"role": role})
    try:
        granted = await connection.fetchval(
            "select bool_or(has_function_privilege(current_user, p.oid, 'execute'))"
            " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname = 'log' and p.proname in ('append', 'register_organization')"
        )
        assert granted is False
    finally:
        await connection.close()


async def test_an_append_outside_read_committed_is_refused(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        with pytest.raises(asyncpg.InvalidTransactionStateError):
            async with connection.transaction(isolation="repeatable_read"):
                await connection.execute(f"select log.append(0, {', '.join(['null'] * 40)})")
    finally:
        await connection.close()


async def test_each_fact_is_chained_to_the_one_before_it_in_its_stream(
    office: Office, database: str
) -> None:
    board, statuses = await office.add_board("A", "B")
    deal = await office.add_opportunity(board, await office.add_customer())
    for name in ("B", "Won", "A"):
        await office.ask(c.MoveOpportunity(deal, statuses[name]))
    connection = await asyncpg.connect(database)
    try:
        facts = await connection.fetch(
            "select bytes, prev_hash, hash from log.facts where stream_id = $1 order by version",
            deal,
        )
        last = bytes(32)
        for fact in facts:
            assert fact["prev_hash"] == last
            last = chain_hash(last, fact["bytes"])
            assert fact["hash"] == last
        assert len(facts) == 4
        assert await connection.fetchval("select hash from log.streams where id = $1", deal) == last
    finally:
        await connection.close()


async def test_a_command_that_loses_harms_none_of_its_neighbours(office: Office) -> None:
    board, statuses = await office.add_board("A", "B")
    customer = await office.add_customer()
    deals = [await office.add_opportunity(board, customer) for _ in range(10)]
    answers: list[Any] = await asyncio.gather(
        *(office.ask(c.MoveOpportunity(deal, statuses["B"])) for deal in deals),
        *(office.ask(c.MoveOpportunity(deal, new_id())) for deal in deals),
        return_exceptions=True,
    )
    assert all(isinstance(answer, dict) for answer in answers[:10])
    assert all(isinstance(answer, Exception) for answer in answers[10:])


async def _until_somebody_waits(connection: asyncpg.Connection) -> None:
    async with asyncio.timeout(10):
        while not await connection.fetchval(  # noqa: ASYNC110 - another session's lock
            "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
        ):
            await asyncio.sleep(0.02)
