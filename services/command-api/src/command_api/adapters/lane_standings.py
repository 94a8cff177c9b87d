"""How far the lanes are published, in numbers for Prometheus."""

from typing import Final

import asyncpg
from prometheus_client import Gauge

from command_api.adapters.relayed_lanes import RELAY_SQL
from command_api.application.relaying.ports import LaneStanding
from service_runtime.metrics import REGISTRY
from service_runtime.sql import load_sql

_TIMEOUT_S: Final = 1.5

_lag: Final = Gauge(
    "cohoi_relay_lag_facts",
    "Facts of a lane that a topic (facts, opportunities) does not have yet",
    ["topic", "lane"],
    registry=REGISTRY,
)
_lag_s: Final = Gauge(
    "cohoi_relay_lag_seconds",
    "Age of the oldest fact of a lane that a topic does not have yet; 0 where there is none",
    ["topic", "lane"],
    registry=REGISTRY,
)
_refused: Final = Gauge(
    "cohoi_lane_refused",
    "1 where a lane takes no facts, because log and topic differ",
    ["lane"],
    registry=REGISTRY,
)
RELAY_GAUGES: Final = (_lag, _lag_s, _refused)


class LaneStandings:
    """Every lane that was ever published; none in an installation without Kafka."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def standings(self) -> list[LaneStanding]:
        """Return the lanes, in order."""
        statement = load_sql(RELAY_SQL, "lane_standings")
        async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
            rows = await connection.fetch(statement, timeout=_TIMEOUT_S)
        return [LaneStanding(*row) for row in rows]

    async def publish(self) -> None:
        """Set the gauges of every lane."""
        for standing in await self.standings():
            lane = str(standing.lane)
            _lag.labels(standing.topic, lane).set(standing.head - standing.published)
            _lag_s.labels(standing.topic, lane).set(standing.waits_s)
            _refused.labels(lane).set(standing.refusal is not None)
