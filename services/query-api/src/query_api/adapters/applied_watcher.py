"""Waiting for the read schema to reach a position: one watcher a process, however many wait."""

import asyncio
import contextlib
from collections import OrderedDict
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Gauge

from service_runtime.listening import Listener, open_listener
from service_runtime.metrics import REGISTRY
from service_runtime.read_schema import ReadSchema

CHANNEL: Final = "cohoi_applied"
MAX_WAITING: Final = 4_096
_POLL_S: Final = 0.25
_RETRY_S: Final = 1.0
LOOK_AT_STANDBY_S: Final = 0.05
"""How often it looks while anybody waits and a hot standby tells of nothing."""
_TIMEOUT_S: Final = 2.0
_REMEMBERED: Final = 10_000
POSITION_WAITS: Final = Gauge(
    "cohoi_position_waits",
    "Reads that wait for the read models to reach a position; at most 4,096 a process",
    registry=REGISTRY,
)
_log = structlog.stdlib.get_logger(__name__)


class AppliedWatcher:
    """AppliedPositions on PostgreSQL: it listens, and while anybody waits it also looks.

    A notification may be lost (a connection that broke, a projector of another version), so it
    only makes waiting shorter; what counts is what the table says. A hot standby has none, and is
    looked at more often.
    """

    def __init__(self, reads: ReadSchema, dsn: str, role: str | None) -> None:
        self._reads = reads
        self._dsn = dsn
        self._role = role
        self._known: OrderedDict[UUID, int] = OrderedDict()
        self._waiting: dict[UUID, dict[asyncio.Future[None], int]] = {}
        self._wake = asyncio.Event()
        self._listener: Listener | None = None

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
        try:
            while True:
                self._wake.clear()
                try:
                    await self._listen()
                    if self._waiting:
                        await self._look()
                except Exception as error:  # noqa: BLE001 - whoever waits must not wait for nothing
                    _log.warning("watcher_lost_the_database", error=type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._wake.wait()
        finally:
            if self._listener is not None:
                self._listener.terminate()

    def _pause(self) -> float | None:
        """Return how long to wait for a notification: for ever only where one would come."""
        if self._waiting:
            return _POLL_S if self._listening else LOOK_AT_STANDBY_S
        return None if self._listening else _RETRY_S

    @property
    def _listening(self) -> bool:
        return self._listener is not None and self._listener.hears

    async def _listen(self) -> None:
        """Listen on a connection of our own; while there is none, looking alone must do."""
        if self._listener is not None and not self._listener.is_closed():
            await self._listener.listen()
            return
        self._listener = await open_listener(
            self._dsn,
            role=self._role,
            application="cohoi query listens",
            channel=CHANNEL,
            heard=self._notified,
            lost=self._wake.set,
        )

    async def _look(self) -> None:
        positions = await self._reads.positions(self._waiting, timeout_s=_TIMEOUT_S)
        for org, position in positions.items():
            self.note(org, position)

    def _notified(self, _: str) -> None:
        if self._waiting:
            self._wake.set()
