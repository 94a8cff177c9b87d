"""Migrations on a real PostgreSQL: each once, in order, together with its record or not at all."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from service_runtime.migrations import (
    MigrationRefused,
    MigrationsPending,
    check,
    migrate,
)
from service_runtime.pools import DatabaseUnreachable
from support.migration_folders import MigrationFolder

ROLE_FILES = [
    "roles/0001_create_roles.sql",
    "roles/0002_create_report_keeper.sql",
    "roles/0003_let_the_projector_own.sql",
]


async def value(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await connection.fetchval(statement, timeout=10)
    finally:
        await connection.close(timeout=10)


async def test_what_is_missing_is_applied_in_order_and_only_once(
    empty_database: str, folder: MigrationFolder
) -> None:
    folder.write("0002_add_price.sql", "ALTER TABLE shop.item ADD price int;")
    first = await migrate(empty_database, folder.sets)
    assert first == [
        *ROLE_FILES, "shop/0001_create_shop.sql", "shop/0002_add_price.sql",
    ]  # fmt: skip
    assert await migrate(empty_database, folder.sets) == []
    folder.write("0003_add_name.sql", "ALTER TABLE shop.item ADD name text;")
    assert await migrate(empty_database, folder.sets) == ["shop/0003_add_name.sql"]


async def test_what_a_migration_makes_belongs_to_the_owner_role(
    empty_database: str, folder: MigrationFolder
) -> None:
    await migrate(empty_database, folder.sets)
    owner = "SELECT tableowner FROM pg_tables WHERE schemaname = 'shop'"
    assert await value(empty_database, owner) == "cohoi_owner"


async def test_a_changed_file_is_refused_before_anything_is_applied(
    empty_database: str, folder: MigrationFolder
) -> None:
    await migrate(empty_database, folder.sets)
    folder.write("0001_create_shop.sql", "CREATE SCHEMA shop; -- another one")
    folder.write("0002_add_price.sql", "ALTER TABLE shop.item ADD price int;")
    for attempt in (migrate, check):
        with pytest.raises(MigrationRefused, match=r"shop/0001_create_shop.sql was changed"):
            await attempt(empty_database, folder.sets)
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'shop'"
    assert await value(empty_database, columns) == 1


async def test_a_removed_file_and_a_file_that_comes_too_late_are_refused(
    empty_database: str, folder: MigrationFolder
) -> None:
    folder.write("0003_add_price.sql", "ALTER TABLE shop.item ADD price int;")
    await migrate(empty_database, folder.sets)
    folder.write("0002_add_name.sql", "ALTER TABLE shop.item ADD name text;")
    with pytest.raises(MigrationRefused, match=r"comes before 0003_add_price.sql"):
        await migrate(empty_database, folder.sets)
    (folder.path / "0002_add_name.sql").unlink()
    (folder.path / "0001_create_shop.sql").unlink()
    with pytest.raises(MigrationRefused, match="the file is gone"):
        await migrate(empty_database, folder.sets)


async def test_an_older_program_runs_on_a_newer_database(
    empty_database: str, folder: MigrationFolder
) -> None:
    folder.write("0002_add_price.sql", "ALTER TABLE shop.item ADD price int;")
    await migrate(empty_database, folder.sets)
    (folder.path / "0002_add_price.sql").unlink()
    await check(empty_database, folder.sets)
    assert await migrate(empty_database, folder.sets) == []


@pytest.mark.parametrize("name", ["1_create_x.sql", "0002_create.sql", "0002-create-x.sql",
                                  "0002_Create_X.sql", "0001_create_again.sql"])  # fmt: skip
async def test_a_name_that_leaves_the_order_in_doubt_is_refused(
    empty_database: str, folder: MigrationFolder, name: str
) -> None:
    folder.write(name, "SELECT 1;")
    with pytest.raises(MigrationRefused, match=r"rename the file|next free number"):
        await migrate(empty_database, folder.sets)


async def test_a_migration_that_fails_leaves_nothing_of_itself(
    empty_database: str, folder: MigrationFolder
) -> None:
    folder.write("0002_break_down.sql", "CREATE TABLE shop.half (id int); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty_database, folder.sets)
    assert await value(empty_database, "SELECT to_regclass('shop.half')") is None
    newest = "SELECT max(name) FROM cohoi_migrations WHERE schema = 'shop'"
    assert await value(empty_database, newest) == "0001_create_shop.sql"
    folder.write("0002_break_down.sql", "CREATE TABLE shop.half (id int);")
    assert await migrate(empty_database, folder.sets) == ["shop/0002_break_down.sql"]


async def test_a_migration_may_ask_to_stand_outside_of_a_transaction(
    empty_database: str, folder: MigrationFolder
) -> None:
    folder.write(
        "0002_index_item.sql",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS item_id ON shop.item (id);",
    )
    assert "shop/0002_index_item.sql" in await migrate(empty_database, folder.sets)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'shop.item_id'::regclass"
    assert await value(empty_database, valid) is True
    owner = "SELECT tableowner FROM pg_tables WHERE schemaname = 'shop'"
    assert await value(empty_database, owner) == "cohoi_owner"


async def test_several_at_once_apply_each_file_once_even_with_concurrent_indexes(
    empty_database: str, folder: MigrationFolder
) -> None:
    """A waiting session that held a snapshot would make the index wait for it, for ever."""
    folder.write(
        "0002_index_item.sql",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS item_id ON shop.item (id);",
    )
    applied = await asyncio.gather(*(migrate(empty_database, folder.sets) for _ in range(6)))
    assert sorted(map(len, applied)) == [0, 0, 0, 0, 0, 5]


async def test_a_migration_waits_in_short_turns_for_a_table_that_somebody_holds(
    empty_database: str, folder: MigrationFolder
) -> None:
    await migrate(empty_database, folder.sets)
    folder.write("0002_add_price.sql", "ALTER TABLE shop.item ADD price int;")
    holder = await asyncpg.connect(empty_database, timeout=10)
    try:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("SELECT FROM shop.item")
        with pytest.raises(
            MigrationRefused, match=r"shop/0002_add_price.sql did not get its locks"
        ):
            await migrate(empty_database, folder.sets, wait_s=0)
        waiting = asyncio.create_task(migrate(empty_database, folder.sets, wait_s=60))
        asking = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        async with asyncio.timeout(30):
            while not await value(empty_database, asking):  # noqa: ASYNC110 - polls the server
                await asyncio.sleep(0.02)
        await transaction.rollback()
        assert await waiting == ["shop/0002_add_price.sql"]
    finally:
        await holder.close(timeout=10)


async def test_a_migration_that_is_still_running_elsewhere_is_told(
    empty_database: str, folder: MigrationFolder
) -> None:
    holder = await asyncpg.connect(empty_database, timeout=10)
    try:
        await holder.execute(f"SELECT pg_advisory_lock({0x636F686F69})")
        with pytest.raises(MigrationRefused, match="still running"):
            await migrate(empty_database, folder.sets, wait_s=0)
    finally:
        await holder.close(timeout=10)


async def test_a_service_refuses_a_database_that_lacks_migrations_and_does_not_make_them(
    empty_database: str, folder: MigrationFolder
) -> None:
    with pytest.raises(MigrationsPending, match=r"lacks 4 migration\(s\).*`cohoi migrate`"):
        await check(empty_database, folder.sets)
    assert await value(empty_database, "SELECT to_regclass('public.cohoi_migrations')") is None
    await migrate(empty_database, folder.sets)
    await check(empty_database, folder.sets)
    folder.write("0002_add_price.sql", "ALTER TABLE shop.item ADD price int;")
    with pytest.raises(MigrationsPending, match=r"shop/0002_add_price.sql"):
        await check(empty_database, folder.sets)


async def test_a_database_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    nowhere = f"postgresql://postgres@/postgres?host={tmp_path}"
    with pytest.raises(DatabaseUnreachable, match="DATABASE_URL"):
        await migrate(nowhere, [], wait_s=0)
    with pytest.raises(DatabaseUnreachable):
        await check(nowhere, [], wait_s=0.1)
