"""Hears from the log's database which organization's callers changed."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.caller_memory import CallerMemory
from service_runtime.listening import LISTEN_AGAIN_S, open_listener
from service_runtime.pools import DatabaseUnreachable, is_database_trouble

CHANNEL: Final = "cohoi_callers"
_RETRY_S: Final = 1.0
_log: Final = structlog.stdlib.get_logger(__name__)


class CallerBell:
    """Tells a memory of every change; while it cannot listen, the memory remembers nothing.

    On a hot standby it never can, so that there every request asks who its caller is.
    """

    def __init__(self, memory: CallerMemory, dsn: str, *, role: str, application: str) -> None:
        self._memory = memory
        self._dsn = dsn
        self._role = role
        self._application = f"{application} callers"
        self._lost = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever, again where the connection is lost."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - without it callers are asked for each time, no more
                trouble = is_database_trouble(error) or isinstance(error, DatabaseUnreachable)
                _log.warning("callers_not_heard", error=type(error).__name__, exc_info=not trouble)
            await asyncio.sleep(_RETRY_S)

    async def _listen(self) -> None:
        self._lost.clear()
        listener = await open_listener(
            self._dsn,
            role=self._role,
            application=self._application,
            channel=CHANNEL,
            heard=self._heard,
            lost=self._silent,
        )
        try:
            while not await listener.listen():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LISTEN_AGAIN_S):
                        await self._lost.wait()
                        return
            self._memory.forget()
            self._memory.hears = True
            await self._lost.wait()
        finally:
            self._silent()
            listener.terminate()

    def _silent(self) -> None:
        self._memory.hears = False
        self._memory.forget()
        self._lost.set()

    def _heard(self, payload: str) -> None:
        try:
            self._memory.forget(UUID(payload))
        except ValueError:  # not one of ours: rather ask for everybody again
            self._memory.forget()


@asynccontextmanager
async def remembered_callers(
    pool: asyncpg.Pool, dsn: str, *, role: str, application: str
) -> AsyncGenerator[CallerMemory]:
    """Look callers up over a pool, and remember them as long as changes are heard."""
    memory = CallerMemory(PostgresCallerDirectory(pool))
    bell = CallerBell(memory, dsn, role=role, application=application)
    listening = asyncio.create_task(bell.run(), name="callers")
    try:
        yield memory
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
