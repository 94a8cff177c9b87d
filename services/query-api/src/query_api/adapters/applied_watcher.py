"""Waiting for the read schema to reach a position: one watcher a process, however many wait."""

import asyncio
import contextlib
from collections import OrderedDict
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from service_runtime.sql import load_sql

CHANNEL: Final = "cohoi_applied"
MAX_WAITING: Final = 4_096
_POLL_S: Final = 0.25
_RETRY_S: Final = 1.0
_TIMEOUT_S: Final = 2.0
_REMEMBERED: Final = 10_000
_log = structlog.stdlib.get_logger(__name__)


class AppliedWatcher:
    """AppliedPositions on PostgreSQL: it listens, and while anybody waits it also looks.

    A notification may be lost (a connection that broke, a projector of another version), so it
    only makes waiting shorter; what counts is what the table says.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._known: OrderedDict[UUID, int] = OrderedDict()
        self._waiting: dict[UUID, dict[asyncio.Future[None], int]] = {}
        self._wake = asyncio.Event()
        self._query = load_sql("query_api.adapters.sql", "standing")

    def known(self, org: UUID) -> int:
        """Return a position that an organization is known to have reached."""
        return self._known.get(org, 0)

    def note(self, org: UUID, position: int) -> None:
        """Remember where an answer was true, and let go whom that satisfies."""
        self._known[org] = position
        self._known.move_to_end(org)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        for future, wanted in self._waiting.get(org, {}).items():
            if wanted <= position and not future.done():
                future.set_result(None)

    async def reached(self, org: UUID, position: int, within_s: float) -> bool:
        """Wait until an organization has reached a position; say whether it did in time."""
        if self.waiting >= MAX_WAITING:
            return False
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(org, {})[future] = position
        self._wake.set()
        try:
            async with asyncio.timeout(within_s):
                await future
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiting[org].pop(future, None)
            if not self._waiting[org]:
                del self._waiting[org]

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return sum(len(futures) for futures in self._waiting.values())

    async def run(self) -> None:
        """Listen and look until cancelled; a database that is away is tried again and again."""
        while True:
            try:
                async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
                    await self._watch(connection)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("watcher_lost_the_database", error=type(error).__name__)
            await asyncio.sleep(_RETRY_S)

    async def _watch(self, connection: Any) -> None:  # noqa: ANN401 - a pool's connection proxy
        await connection.add_listener(CHANNEL, self._notified)
        connection.add_termination_listener(self._lost)
        try:
            while not connection.is_closed():
                self._wake.clear()
                if self._waiting:
                    await self._look(connection)
                # only while somebody waits does it look without being told to
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_S if self._waiting else None):
                        await self._wake.wait()
        finally:
            if not connection.is_closed():
                await connection.remove_listener(CHANNEL, self._notified)

    async def _look(self, connection: Any) -> None:  # noqa: ANN401 - a pool's connection proxy
        orgs = list(self._waiting)
        for row in await connection.fetch(self._query, orgs, timeout=_TIMEOUT_S):
            self.note(row["org"], row["position"])

    def _lost(self, _: object) -> None:
        self._wake.set()

    def _notified(self, *_: object) -> None:
        if self._waiting:
            self._wake.set()
