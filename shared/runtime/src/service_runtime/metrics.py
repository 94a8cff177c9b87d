"""The numbers of a process for Prometheus: one registry, and what is looked up when it is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import asyncpg
import structlog
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

REGISTRY: Final = CollectorRegistry()
"""Every number of this process. Labels are bounded sets: never an organization, an id or a path."""

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
READ_TIMEOUT_S: Final = 2.0
_log = structlog.stdlib.get_logger(__name__)

_unread: Final = Gauge(
    "cohoi_readings_failed",
    "1 where a source of numbers could not be read at this scrape; its last ones are left out",
    ["source"],
    registry=REGISTRY,
)
_pool_connections: Final = Gauge(
    "cohoi_database_connections",
    "Connections of a pool, by what they do",
    ["pool", "state"],
    registry=REGISTRY,
)
_pool_limit: Final = Gauge(
    "cohoi_database_connections_limit",
    "How many connections a pool may open",
    ["pool"],
    registry=REGISTRY,
)


class Readings:
    """What has to be looked up whenever somebody asks for the numbers: heads, queues, pools."""

    def __init__(self, *, timeout_s: float = READ_TIMEOUT_S) -> None:
        self._sources: dict[str, Callable[[], Awaitable[None]]] = {}
        self._gauges: dict[str, tuple[Gauge, ...]] = {}
        self._timeout_s = timeout_s

    def add(self, source: str, read: Callable[[], Awaitable[None]], *sets: Gauge) -> None:
        """Add a source, which sets its gauges; those in `sets` are emptied where it cannot."""
        self._sources[source] = read
        self._gauges[source] = sets

    def add_gauge(self, source: str, value: Callable[[], float], gauge: Gauge) -> None:
        """Add a gauge whose value is at hand, such as the length of a queue."""

        async def read() -> None:
            gauge.set(value())

        self.add(source, read)

    def add_pool(self, name: str, pool: asyncpg.Pool) -> None:
        """Add a pool of connections."""

        async def read() -> None:
            size, idle = pool.get_size(), pool.get_idle_size()
            _pool_connections.labels(name, "in_use").set(size - idle)
            _pool_connections.labels(name, "idle").set(idle)
            _pool_limit.labels(name).set(pool.get_max_size())

        self.add(f"pool {name}", read)

    async def refresh(self) -> None:
        """Ask every source at once; one that fails or takes too long says so and keeps no other."""
        await asyncio.gather(*(self._refresh(source) for source in list(self._sources)))

    async def _refresh(self, source: str) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._sources[source]()
        except Exception as error:  # noqa: BLE001 - whatever it is, its numbers are not known
            _log.warning("reading_failed", source=source, error=type(error).__name__)
            for gauge in self._gauges[source]:
                gauge.clear()
            _unread.labels(source).set(1)
        else:
            _unread.labels(source).set(0)


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def collected() -> list[Metric]:
    """Return every number of this process."""
    disable_created_metrics()  # a series beside each counter that nobody draws
    return list(REGISTRY.collect())


def written(families: Iterable[Metric]) -> bytes:
    """Write numbers down as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Families(families))
    return generate_latest(registry)


def name_process() -> None:
    """Add the process's own numbers (memory, file handles, processor time); once a process."""
    ProcessCollector(registry=REGISTRY)
