"""Reads that find every connection taken: told to come again instead of waiting for ever."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from support.query_door import open_query_door
from support.read_rows import ReadRows


@asynccontextmanager
async def taken(pool: asyncpg.Pool) -> AsyncGenerator[None]:
    """Take every connection of a pool."""
    async with AsyncExitStack() as stack:
        for _ in range(pool.get_max_size()):
            await stack.enter_async_context(pool.acquire())
        yield


async def test_a_read_waits_a_bounded_time_for_a_connection(
    database: str, tmp_path: Path, rows: ReadRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("bootstrap", "adapters.fact_log", "adapters.vault_keys"):
        monkeypatch.setattr(f"query_api.{module}.ACQUIRE_TIMEOUT_S", 0.1)
    async with open_query_door(database, tmp_path) as door:
        reader, side = door.of(rows), door.side
        for pool, path in (
            (side.read_pool, "/v1/boards"),
            (side.view_pool, f"/v1/boards/{rows.board}/view"),
            (side.log_pool, "/v1/events"),
        ):
            assert (await reader.ask(path)).status_code == 200, path  # and the caller is known
            async with taken(pool), asyncio.timeout(4):
                assert await reader.refused(path) == (503, "log-unavailable", None), path
            assert (await reader.ask(path)).status_code == 200, path
