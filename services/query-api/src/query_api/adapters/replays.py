"""How old what a hot standby shows is, in numbers for Prometheus."""

from collections.abc import Mapping
from typing import Final

import asyncpg
from prometheus_client import Gauge

from query_api.adapters.fragments import load_fragments
from service_runtime.metrics import REGISTRY

_TIMEOUT_S: Final = 1.5

STANDBY_AGE: Final = Gauge(
    "cohoi_standby_age_seconds",
    "Age of the newest transaction that a hot standby has replayed; nothing of a primary",
    ["database"],
    registry=REGISTRY,
)


class Replays:
    """Asks each database that reads are answered from."""

    def __init__(self, pools: Mapping[str, asyncpg.Pool]) -> None:
        self._pools = pools
        self._age = load_fragments("standby")["age"]

    async def publish(self) -> None:
        """Set the gauge of every database that is a standby."""
        STANDBY_AGE.clear()
        for name, pool in self._pools.items():
            async with pool.acquire(timeout=_TIMEOUT_S) as connection:
                age_s = await connection.fetchval(self._age, timeout=_TIMEOUT_S)
            if age_s is not None:
                STANDBY_AGE.labels(name).set(age_s)
