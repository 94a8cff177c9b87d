"""Pools on a real PostgreSQL: roles, time-outs, and a server that is not there yet."""

from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import asyncpg
import pytest

from service_runtime.migrations import migrate
from service_runtime.pools import DatabaseUnreachable, is_database_trouble, open_pool
from support.native_kafka import free_port
from support.tcp_proxy import tcp_proxy


@pytest.fixture
async def migrated(empty_database: str) -> str:
    await migrate(empty_database, [])
    return empty_database


async def test_every_connection_stands_under_its_role_also_when_it_is_used_again(
    migrated: str,
) -> None:
    pool = await open_pool(
        migrated, role="cohoi_query", application="query-api", min_size=1, max_size=1
    )
    try:
        for _ in range(2):  # between two uses asyncpg resets the connection's settings
            row = await pool.fetchrow(
                "SELECT current_user AS role, current_setting('application_name') AS name, "
                "current_setting('jit') AS jit, current_setting('timezone') AS zone"
            )
            assert row is not None
            assert dict(row) == {
                "role": "cohoi_query", "name": "query-api", "jit": "off", "zone": "UTC",
            }  # fmt: skip
            await pool.execute("SET search_path = pg_temp")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("CREATE TABLE public.mine (id int)")
    finally:
        await pool.close()


async def test_statements_and_locks_have_time_outs_on_the_server(migrated: str) -> None:
    pool = await open_pool(
        migrated,
        role=None,
        application="x",
        min_size=1,
        max_size=1,
        command_timeout_s=7,
        settings={"lock_timeout": "123ms", "enable_seqscan": "off"},
    )
    try:
        shown = [
            await pool.fetchval("SELECT current_setting($1)", name)
            for name in ("statement_timeout", "lock_timeout", "enable_seqscan",
                         "idle_in_transaction_session_timeout")
        ]  # fmt: skip
        assert shown == ["8s", "123ms", "off", "8s"]
    finally:
        await pool.close()


async def test_a_server_that_is_not_there_is_waited_for_a_bounded_time(tmp_path: Path) -> None:
    nowhere = f"postgresql://postgres@/postgres?host={tmp_path}"
    with pytest.raises(DatabaseUnreachable, match="takes no connection for projector"):
        await open_pool(
            nowhere, role=None, application="projector", min_size=1, max_size=1, connect_within_s=1
        )


async def test_a_server_that_comes_late_is_found(
    migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two attempts a door opens that leads to the server."""
    parts = urlsplit(migrated)
    late = free_port()
    address = parts.netloc.rpartition("@")[0] + f"@127.0.0.1:{late}"
    pauses: list[float] = []
    async with AsyncExitStack() as doors:

        async def appear(seconds: float) -> None:
            pauses.append(seconds)
            await doors.enter_async_context(tcp_proxy(late, _door_of(migrated)))

        with monkeypatch.context() as patched:
            patched.setattr("service_runtime.pools.asyncio.sleep", appear)
            pool = await open_pool(
                urlunsplit(parts._replace(netloc=address, query="")),
                role=None,
                application="x",
                min_size=1,
                max_size=1,
            )
        async with pool:
            assert len(pauses) == 1
            assert await pool.fetchval("SELECT current_database()") == parts.path[1:]


def _door_of(dsn: str) -> int | Path:
    """Return where the server listens: a port of this machine, or a socket."""
    parts = urlsplit(dsn)
    named = parse_qs(parts.query)
    if "host" not in named:
        return parts.port or 5432
    [directory], [port] = named["host"], named.get("port", ["5432"])
    return Path(directory) / f".s.PGSQL.{port}"


async def test_what_waiting_cannot_mend_is_raised_at_once(migrated: str) -> None:
    with pytest.raises(asyncpg.InvalidParameterValueError, match="no_such_role"):
        await open_pool(migrated, role="no_such_role", application="x", min_size=1, max_size=1)


async def test_a_lost_connection_is_trouble_and_a_wrong_value_is_a_defect(migrated: str) -> None:
    pool = await open_pool(migrated, role=None, application="x", min_size=1, max_size=2)
    try:
        async with pool.acquire() as doomed:
            backend = await doomed.fetchval("SELECT pg_backend_pid()")
            await pool.execute("SELECT pg_terminate_backend($1, 5000)", backend)
            with pytest.raises(Exception) as lost:  # noqa: PT011 - one of several, which is the point
                await doomed.fetchval("SELECT 1")
            assert is_database_trouble(lost.value)
        with pytest.raises(asyncpg.DataError) as wrong:
            await pool.fetchval("SELECT $1::int", 2**40)
        assert not is_database_trouble(wrong.value)
        with pytest.raises(asyncpg.DivisionByZeroError) as defect:
            await pool.fetchval("SELECT 1 / 0")
        assert not is_database_trouble(defect.value)
        with pytest.raises(TimeoutError) as late:
            await pool.fetchval("SELECT pg_sleep(30)", timeout=0.05)
        assert is_database_trouble(late.value)
    finally:
        await pool.close()
    with pytest.raises(asyncpg.InterfaceError) as closed:
        await pool.fetchval("SELECT 1")
    assert is_database_trouble(closed.value)


def test_a_goodbye_that_was_not_read_to_its_end_is_trouble_and_other_surprises_are_not() -> None:
    goodbye = "cannot switch to state 12; another operation (2) is in progress"
    assert is_database_trouble(asyncpg.InternalClientError(goodbye))
    assert not is_database_trouble(asyncpg.InternalClientError("unexpected number of attributes"))
