"""The standing of the lanes, from the projector's checkpoints and the log's heads."""

from typing import Final

import asyncpg
from prometheus_client import Gauge

from query_api.application.lanes import LaneStanding
from service_runtime.fragments import load_fragments
from service_runtime.metrics import REGISTRY

_TIMEOUT_S: Final = 1.5

_lag: Final = Gauge(
    "cohoi_lane_lag_facts",
    "Facts of a lane that the read models do not have yet",
    ["lane"],
    registry=REGISTRY,
)
_lag_s: Final = Gauge(
    "cohoi_lane_lag_seconds",
    "Age of the oldest fact of a lane that the read models do not have yet; 0 where there is none",
    ["lane"],
    registry=REGISTRY,
)
_head: Final = Gauge(
    "cohoi_lane_head", "Lane position of a lane's newest fact", ["lane"], registry=REGISTRY
)
_stopped: Final = Gauge(
    "cohoi_lane_stopped",
    "1 where a lane stands before a fact that cannot be folded",
    ["lane"],
    registry=REGISTRY,
)
_forsaken: Final = Gauge(
    "cohoi_lane_forsaken", "1 where no projector holds a lane", ["lane"], registry=REGISTRY
)
LANE_GAUGES: Final = (_lag, _lag_s, _head, _stopped, _forsaken)


class PostgresLanes:
    """Lanes over the two databases; there are few, and all are asked for at once."""

    def __init__(self, log_pool: asyncpg.Pool, read_pool: asyncpg.Pool) -> None:
        self._log = log_pool
        self._read = read_pool
        self._sql = load_fragments("query_api.adapters.sql", "lanes")

    async def standings(self) -> list[LaneStanding]:
        """Return every lane of the log, in order."""
        async with self._read.acquire(timeout=_TIMEOUT_S) as connection:
            rows = await connection.fetch(self._sql["checkpoints"], timeout=_TIMEOUT_S)
        applied = {row["lane"]: row for row in rows}
        async with self._log.acquire(timeout=_TIMEOUT_S) as connection:
            heads = await connection.fetch(
                self._sql["backlog"],
                list(applied),
                [row["lane_position"] for row in rows],
                timeout=_TIMEOUT_S,
            )
        return [_standing(head, applied.get(head["lane"])) for head in heads]

    async def publish(self) -> None:
        """Set the gauges of every lane."""
        for standing in await self.standings():
            lane = str(standing.lane)
            _lag.labels(lane).set(standing.lag)
            _lag_s.labels(lane).set(standing.lag_s)
            _head.labels(lane).set(standing.head)
            _stopped.labels(lane).set(standing.stopped_at is not None)
            _forsaken.labels(lane).set(standing.forsaken)


def _standing(head: asyncpg.Record, checkpoint: asyncpg.Record | None) -> LaneStanding:
    return LaneStanding(
        lane=head["lane"],
        head=head["head"],
        applied=0 if checkpoint is None else checkpoint["lane_position"],
        lag_s=max(0.0, head["oldest_s"]),
        stopped_at=None if checkpoint is None else checkpoint["stopped_position"],
        forsaken=checkpoint is None or checkpoint["forsaken"],
    )
