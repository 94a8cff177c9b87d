"""What relays do, in numbers for Prometheus."""

from typing import Final

from prometheus_client import Counter, Histogram

from service_runtime.metrics import REGISTRY

_facts: Final = Counter(
    "cohoi_relay_facts",
    "Facts that the topic has taken, by lane",
    ["lane"],
    registry=REGISTRY,
)
_seconds: Final = Histogram(
    "cohoi_relay_batch_seconds",
    "From giving a batch to the topic until it was safe there",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_interrupted: Final = Counter(
    "cohoi_relay_interruptions",
    "Times that publishing a lane began anew, because topic or database did not answer",
    ["lane"],
    registry=REGISTRY,
)
_refused: Final = Counter(
    "cohoi_relay_disagreements",
    "Times that log and topic of a lane were found to differ: the lane takes no facts",
    ["lane"],
    registry=REGISTRY,
)


class RelayMetrics:
    """A RelayMeter on the process's registry."""

    def published(self, lane: int, facts: int, seconds: float) -> None:
        """Count facts that the topic has taken."""
        _facts.labels(str(lane)).inc(facts)
        _seconds.observe(seconds)

    def interrupted(self, lane: int) -> None:
        """Count a time that publishing had to begin anew."""
        _interrupted.labels(str(lane)).inc()

    def refused(self, lane: int) -> None:
        """Count a time that log and topic were found to differ."""
        _refused.labels(str(lane)).inc()
