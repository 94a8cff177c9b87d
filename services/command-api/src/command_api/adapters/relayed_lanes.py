"""The lanes of the log in PostgreSQL, as relays hold them."""

from collections.abc import Sequence
from typing import Final

import asyncpg
from msgspec.structs import astuple

from command_api.application.relaying.ports import (
    Hold,
    LaneEpoch,
    Mark,
    NoSuchLaneError,
    TopicName,
)
from opportunity_events.logged_fact import LoggedFact
from service_runtime.lane_facts import LogTable
from service_runtime.sql import load_sql

RELAY_SQL: Final = "command_api.adapters.relay_sql"
_BATCH_FACTS: Final = 2_000


class PostgresLanes:
    """Holds of lanes for one topic, over a pool, and the facts of those lanes."""

    def __init__(
        self, pool: asyncpg.Pool, table: LogTable, *, lease_s: float, topic: TopicName = "facts"
    ) -> None:
        self._pool = pool
        self._table = table
        self._lease_s = lease_s
        self._topic = topic

    async def lanes(self) -> Sequence[int]:
        """Return the lanes that there are."""
        return await self._table.lanes()

    async def acquire(self, lane: int, owner: str) -> Hold | None:
        """Take a lane; None while another relay holds it."""
        epoch = await self._value("acquire_relay", lane, self._topic, owner, self._lease_s)
        return None if epoch is None else Hold(lane, epoch)

    async def renew(self, hold: Hold, mark: Mark | None) -> bool:
        """Keep a lane, and say how far it is published; False where another relay has it.

        Without a mark what was said last stays.
        """
        held = (hold.lane, self._topic, hold.owner_epoch, self._lease_s)
        said = (None,) * len(Mark.__struct_fields__) if mark is None else astuple(mark)
        return bool(await self._value("renew_relay", *held, *said))

    async def release(self, hold: Hold) -> None:
        """Let the next relay have the lane at once."""
        await self._value("release_relay", hold.lane, self._topic, hold.owner_epoch)

    async def forget(self) -> None:
        """Forget all marks, where nobody holds the lane: the topic is not wanted any more."""
        await self._value("forget_relays", self._topic)

    async def mark(self, lane: int) -> Mark | None:
        """Return how far a lane is published, and up to which offset; None where nobody said."""
        row = await self._pool.fetchrow(load_sql(RELAY_SQL, "relay_mark"), lane, self._topic)
        return None if row is None else Mark(*row)

    async def published_facts(self, lane: int) -> int:
        """Return up to where the facts of a lane are published, as their relay said last."""
        return int(await self._value("published_facts", lane) or 0)

    async def epoch(self, lane: int) -> LaneEpoch:
        """Return the epoch of a lane; raise NoSuchLaneError."""
        row = await self._pool.fetchrow(load_sql(RELAY_SQL, "lane_epoch"), lane)
        if row is None:
            raise NoSuchLaneError(lane)
        return LaneEpoch(row["epoch"], row["begins_at"], row["head"], row["refusal"])

    async def refuse(self, lane: int, reason: str) -> None:
        """Let the lane take no more facts until an operator has decided."""
        await self._value("refuse_lane", lane, reason)

    async def adopt(self, lane: int, epoch: int, begins_at: int) -> None:
        """Begin an epoch of a lane, as its owner alone may; the lane takes facts again."""
        await self._value("adopt_lane", lane, epoch, begins_at)

    async def lift_refusal(self, lane: int) -> None:
        """Let a lane take facts again, as its owner alone may."""
        await self._value("lift_refusal", lane)

    async def settle(self, lanes: int) -> int:
        """Choose the number of lanes before the first organization; return how many there are."""
        return int(await self._value("settle_lanes", lanes) or 0)

    async def facts(self, lane: int, after: int, limit: int = _BATCH_FACTS) -> Sequence[LoggedFact]:
        """Return the next facts of a lane: some, and fewer where they are large."""
        return await self._table.read(lane, after, limit)

    async def wait(self, lane: int, timeout_s: float) -> None:
        """Return as soon as a lane may have more than was read, or after the time-out."""
        await self._table.wait(lane, timeout_s)

    async def _value(self, name: str, *arguments: object) -> int | None:
        return await self._pool.fetchval(load_sql(RELAY_SQL, name), *arguments)
