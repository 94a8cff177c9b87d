"""What relays do, in numbers for Prometheus."""

from typing import Final

from prometheus_client import Counter, Histogram

from command_api.application.relaying.ports import TopicName
from service_runtime.metrics import REGISTRY

_records: Final = Counter(
    "cohoi_relay_records",
    "Records that a topic has taken, by topic (facts, opportunities) and lane",
    ["topic", "lane"],
    registry=REGISTRY,
)
_seconds: Final = Histogram(
    "cohoi_relay_batch_seconds",
    "From giving a batch to a topic until it was safe there",
    ["topic"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_interrupted: Final = Counter(
    "cohoi_relay_interruptions",
    "Times that publishing a lane began anew, because topic or database did not answer",
    ["topic", "lane"],
    registry=REGISTRY,
)
_refused: Final = Counter(
    "cohoi_relay_disagreements",
    "Times that log and topic of a lane were found to differ: the lane takes no facts",
    ["lane"],
    registry=REGISTRY,
)


class RelayMetrics:
    """A RelayMeter on the process's registry, of one topic."""

    def __init__(self, topic: TopicName = "facts") -> None:
        self._topic = topic

    def published(self, lane: int, records: int, seconds: float) -> None:
        """Count records that the topic has taken."""
        _records.labels(self._topic, str(lane)).inc(records)
        _seconds.labels(self._topic).observe(seconds)

    def interrupted(self, lane: int) -> None:
        """Count a time that publishing had to begin anew."""
        _interrupted.labels(self._topic, str(lane)).inc()

    def refused(self, lane: int) -> None:
        """Count a time that log and topic were found to differ."""
        _refused.labels(str(lane)).inc()
