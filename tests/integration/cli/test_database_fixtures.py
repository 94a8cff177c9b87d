"""The fixtures that all other tests stand on do what their names say."""

import asyncpg
import redis


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


def test_the_redis_of_a_test_holds_nothing_and_refuses_to_forget(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("left", "behind")


def test_what_another_test_left_in_redis_is_gone(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
