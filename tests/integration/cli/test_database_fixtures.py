"""The fixtures that all other tests stand on do what their names say."""

import asyncpg


async def test_a_fresh_database_has_every_schema(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        schemas = await connection.fetch(
            "SELECT DISTINCT schema FROM cohoi_migrations ORDER BY schema"
        )
    finally:
        await connection.close()
    assert {"log", "read"} <= {row["schema"] for row in schemas}


async def test_what_one_test_leaves_the_next_does_not_see(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("CREATE TABLE left_behind ()")
        databases = await connection.fetchval(
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'test_%'"
        )
    finally:
        await connection.close()
    assert databases == 1
