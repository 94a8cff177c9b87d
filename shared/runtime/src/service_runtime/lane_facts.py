"""Facts straight from the log, lane by lane, and hearing of new ones."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
import structlog

from opportunity_events.logged_fact import LoggedFact
from service_runtime.listening import Listener, open_listener
from service_runtime.sql import load_sql

_SQL: Final = "service_runtime.lane_sql"
_CHANNEL: Final = "cohoi_facts"
_RELISTEN_INTERVAL_S: Final = 1.0
_log: Final = structlog.get_logger("lane_facts")


class LogTable:
    """Reads lanes through the log's functions, and listens for what is appended."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        dsn: str,
        role: str | None,
        *,
        application: str,
        page_facts: int = 500,
        batch_bytes: int = 8 << 20,
    ) -> None:
        self._pool = pool
        self._dsn = dsn
        self._role = role
        self._application = application
        self._page_facts = page_facts
        self._batch_bytes = batch_bytes
        self._more: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._listener: Listener | None = None
        self._listening = asyncio.Lock()
        self._tried_at = -_RELISTEN_INTERVAL_S

    async def lanes(self) -> Sequence[int]:
        """Return the lanes that there are."""
        return [row["lane"] for row in await self._pool.fetch(load_sql(_SQL, "list_lanes"))]

    async def epochs(self, lane: int) -> Mapping[int, int]:
        """Return the epochs of a lane, each with the lane position at which it begins."""
        rows = await self._pool.fetch(load_sql(_SQL, "list_epochs"), lane)
        return {row["epoch"]: row["begins_at"] for row in rows}

    async def read(self, lane: int, after: int, limit: int) -> Sequence[LoggedFact]:
        """Return the next facts of a lane; page by page, so that large facts make small batches."""
        self._more[lane].clear()  # before the read: what comes after it must wake us
        statement = load_sql(_SQL, "read_facts")
        facts: list[LoggedFact] = []
        size = 0
        while len(facts) < limit and size < self._batch_bytes:
            page = min(self._page_facts, limit - len(facts))
            rows = await self._pool.fetch(statement, lane, after + len(facts), page)
            for row in rows:
                fact = LoggedFact(*row)
                facts.append(fact)
                size += len(fact.canonical)
            if len(rows) < page:
                break
        return facts

    async def wait(self, lane: int, timeout_s: float) -> None:
        """Return when the log tells of more in the lane, or after the time-out at the latest."""
        await self._listen()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._more[lane].wait()

    async def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.terminate()
            self._listener = None

    async def _listen(self) -> None:
        """Listen, again where the connection was lost; polling goes on without it."""
        async with self._listening:
            now = asyncio.get_running_loop().time()
            if now - self._tried_at < _RELISTEN_INTERVAL_S:
                return
            self._tried_at = now
            try:
                if self._listener is None or self._listener.is_closed():
                    self._listener = await self._connect()
                await self._listener.listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                _log.warning("not_listening", channel=_CHANNEL, polling=True)

    async def _connect(self) -> Listener:
        return await open_listener(
            self._dsn,
            role=self._role,
            application=f"{self._application} listens",
            channel=_CHANNEL,
            heard=self._heard,
        )

    def _heard(self, payload: str) -> None:
        if payload.isdecimal():
            self._more[int(payload)].set()
