"""The numbers of every process of the house behind one /metrics."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from prometheus_client import Gauge
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from service_runtime.http.metrics_route import Numbers
from service_runtime.metrics import READ_TIMEOUT_S, REGISTRY, Readings, collected
from service_runtime.metrics_socket import SUFFIX, read_metrics

_MOST_PEERS: Final = 32
_OWN_NAME: Final = "web"
_up: Final = Gauge(
    "cohoi_process_up",
    "1 where a process of the house answered with its numbers, 0 where it did not",
    ["process"],
    registry=REGISTRY,
)


class HouseNumbers(Numbers):
    """This process's numbers after those of all doors were read, and those of its neighbours.

    Each number carries the label `process`. A neighbour that does not answer is told by
    `cohoi_process_up`, and its numbers are left out.
    """

    def __init__(self, doors: Sequence[Readings], peers: Path | None) -> None:
        super().__init__(Readings())
        self._doors = doors
        self._peers = peers

    async def families(self) -> list[Metric]:
        """Return the numbers of now."""
        sockets = self._sockets()
        texts = await asyncio.gather(
            *(_text_of(socket) for socket in sockets),
            *(_nothing_of(readings) for readings in (self.readings, *self._doors)),
        )
        named = {_OWN_NAME: collected()}
        for socket, text in zip(sockets, texts, strict=False):
            named[socket.name.removesuffix(SUFFIX)] = list(text_string_to_metric_families(text))
        return merged(named)

    def _sockets(self) -> list[Path]:
        if self._peers is None:
            return []
        return sorted(self._peers.glob(f"*{SUFFIX}"))[:_MOST_PEERS]


def merged(named: dict[str, list[Metric]]) -> list[Metric]:
    """Put families of one name together, each sample with its process."""
    families: dict[str, Metric] = {}
    for process, own in named.items():
        for family in own:
            kept = families.setdefault(
                family.name, Metric(family.name, family.documentation, family.type)
            )
            kept.samples += _labelled(family, process)
    return [family for family in families.values() if family.samples]


def _labelled(family: Metric, process: str) -> list[Sample]:
    return [
        sample
        if "process" in sample.labels
        else sample._replace(labels={"process": process, **sample.labels})
        for sample in family.samples
    ]


async def _text_of(socket: Path) -> str:
    name = socket.name.removesuffix(SUFFIX)
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            text = await read_metrics(socket)
    except (OSError, TimeoutError, ValueError):
        _up.labels(name).set(0)
        return ""
    _up.labels(name).set(1)
    return text


async def _nothing_of(readings: Readings) -> str:
    await readings.refresh()
    return ""
