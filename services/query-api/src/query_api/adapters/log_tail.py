"""Following the log: one connection a process, however many event streams there are."""

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID

import asyncpg
import structlog
from prometheus_client import Gauge

from query_api.adapters.fact_log import fact_of
from query_api.adapters.fragments import load_fragments
from query_api.application.answers import StoredFact
from service_runtime.listening import Listener, open_listener
from service_runtime.metrics import REGISTRY

CHANNEL: Final = "cohoi_facts"
PAGE: Final = 128
"""Half of what waits for a stream, so that one page puts no client behind that keeps up."""
_POLL_S: Final = 1.0
LOOK_AT_STANDBY_S: Final = 0.1
"""How often the heads are looked at where a hot standby tells of nothing."""
_RETRY_S: Final = 0.5
_BEGIN_WITHIN_S: Final = 5.0
_PER_STREAM_S: Final = 0.000_06
_LEAST_PAUSE_S: Final = 0.005
_MOST_PAUSE_S: Final = 0.04
EVENT_STREAMS: Final = Gauge(
    "cohoi_event_streams",
    "Open event streams; at most 1,000 a process",
    registry=REGISTRY,
)
EVENT_FRAMES: Final = Gauge(
    "cohoi_event_frames",
    "Frames in the windows of event streams; at most 256 an organization that is followed",
    registry=REGISTRY,
)
_log = structlog.stdlib.get_logger(__name__)


class Audience(Protocol):
    """Who is told of new facts."""

    def __len__(self) -> int:
        """Return how many listen."""
        ...

    @property
    def organizations(self) -> Collection[UUID]:
        """Return whose facts are wanted."""
        ...

    async def deliver(self, facts: Mapping[UUID, Sequence[StoredFact]]) -> None:
        """Take facts, each organization's in order; the same ones may come again."""
        ...

    def start_over(self) -> None:
        """Be told that the log went back: it was restored from a backup."""
        ...


class LogTail:
    """Reads each lane's new facts once for the whole process and hands them on.

    The append notifies in its transaction, so that a fact is known once it is acknowledged. A
    notification may be lost with its connection, so once a second the heads are looked at; ten
    times a second on a hot standby, where nobody is notified. While nobody listens nothing is
    read, and following begins at the heads of that moment.
    """

    def __init__(self, dsn: str, role: str | None) -> None:
        self._dsn = dsn
        self._role = role
        self._sql: Final = load_fragments("followed")
        self._listener: Listener | None = None
        self._positions: dict[int, int] | None = None
        self._notified: set[int] = set()
        self._lost_track = False
        self._wake = asyncio.Event()
        self._begun = asyncio.Event()

    async def following(self) -> None:
        """Return once every fact that is committed from now on will be delivered.

        Raises TimeoutError where the database does not answer in time.
        """
        if self._positions is None:
            self._wake.set()
            async with asyncio.timeout(_BEGIN_WITHIN_S):
                await self._begun.wait()

    async def run(self, audience: Audience) -> None:
        """Follow until cancelled; a database that is away is tried again and again."""
        try:
            while True:
                if not len(audience):
                    self._rest()
                    await self._wake.wait()
                self._wake.clear()
                try:
                    listener = await self._connected()
                    await self._follow(listener.connection, audience)
                    pause = _POLL_S if listener.hears else LOOK_AT_STANDBY_S
                except Exception as error:  # noqa: BLE001 - whoever listens waits for the log to be back
                    _log.warning("tail_lost_the_log", error=type(error).__name__)
                    self._drop()
                    self._lost_track = True
                    pause = _RETRY_S
                await self._pause(audience, pause)
        finally:
            self._drop()

    def _rest(self) -> None:
        """Follow nothing; whoever comes begins anew."""
        self._positions = None
        self._begun.clear()
        self._notified.clear()
        self._wake.clear()

    async def _pause(self, audience: Audience, most_s: float) -> None:
        """Leave the streams the time to write, then wait for a notification.

        With many of them, facts are gathered for a moment: a write costs about the same whether it
        carries one fact or ten.
        """
        gather_s = max(_LEAST_PAUSE_S, min(len(audience) * _PER_STREAM_S, _MOST_PAUSE_S))
        await asyncio.sleep(gather_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                await self._wake.wait()

    async def _connected(self) -> Listener:
        if self._listener is not None and not self._listener.is_closed():
            await self._listener.listen()
            return self._listener
        self._listener = await open_listener(
            self._dsn,
            role=self._role,
            application="cohoi query follows",
            channel=CHANNEL,
            heard=self._hear,
            lost=self._wake.set,
        )
        return self._listener

    def _drop(self) -> None:
        if self._listener is not None:
            self._listener.terminate()
            self._listener = None

    def _hear(self, payload: str) -> None:
        if payload.isdecimal():
            self._notified.add(int(payload))
        self._wake.set()

    async def _follow(self, connection: asyncpg.Connection, audience: Audience) -> None:
        """Read what is new in the lanes that were notified, or by their heads."""
        if self._positions is None:
            self._positions = await self._heads(connection)
            self._begun.set()
        lanes: Collection[int]
        lanes, self._notified = self._notified, set()
        if self._lost_track or not lanes:
            lanes = await self._behind(connection, audience)
        for lane in lanes:
            await self._read(connection, audience, lane)
        self._lost_track = False

    async def _heads(self, connection: asyncpg.Connection) -> dict[int, int]:
        return {row["lane"]: row["head"] for row in await connection.fetch(self._sql["heads"])}

    async def _behind(self, connection: asyncpg.Connection, audience: Audience) -> list[int]:
        """Return the lanes that went on; a lane that went back is another log than was followed."""
        heads, positions = await self._heads(connection), self._positions or {}
        if any(head < positions.get(lane, 0) for lane, head in heads.items()):
            _log.error("the_log_went_back")
            self._positions = heads
            audience.start_over()
            return []
        return [lane for lane, head in heads.items() if head > positions.get(lane, 0)]

    async def _read(self, connection: asyncpg.Connection, audience: Audience, lane: int) -> None:
        """Read a lane to its end, page by page; a page counts once it is delivered."""
        while self._positions is not None and len(audience):
            after = self._positions.get(lane, 0)
            wanted = list(audience.organizations)
            rows = await connection.fetch(self._sql["facts"], lane, after, PAGE, wanted)
            if not rows:
                return
            if _joined_meanwhile(rows, audience):
                continue
            await audience.deliver(_by_organization(rows))
            self._positions[lane] = rows[-1]["lane_position"]
            if len(rows) < PAGE:
                return
            await asyncio.sleep(0)


def _joined_meanwhile(rows: Sequence[asyncpg.Record], audience: Audience) -> bool:
    """Say whether somebody wants by now what came without its bytes."""
    return any(row["bytes"] is None and row["org"] in audience.organizations for row in rows)


def _by_organization(rows: Sequence[asyncpg.Record]) -> dict[UUID, list[StoredFact]]:
    """Sort the facts that somebody wants by whose they are."""
    found: dict[UUID, list[StoredFact]] = {}
    for row in rows:
        if row["bytes"] is not None:
            found.setdefault(row["org"], []).append(fact_of(row))
    return found
