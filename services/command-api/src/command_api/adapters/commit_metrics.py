"""What the committer does, in numbers for Prometheus."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from service_runtime.metrics import REGISTRY

_commands: Final = Histogram(
    "cohoi_commit_group_commands",
    "Commands of a group that was appended in one transaction",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    registry=REGISTRY,
)
_seconds: Final = Histogram(
    "cohoi_commit_group_seconds",
    "From taking a group to its commit: loading, deciding, appending",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_failed: Final = Counter(
    "cohoi_commit_groups_failed",
    "Groups that the state of the log's database kept from their end",
    registry=REGISTRY,
)
_again: Final = Counter(
    "cohoi_commit_rounds_again",
    "Commands that lost to another writer and were decided once more",
    registry=REGISTRY,
)
_repeated: Final = Counter(
    "cohoi_commit_receipts_hit",
    "Commands that were answered by the receipt of an earlier try",
    registry=REGISTRY,
)
_turned_away: Final = Counter(
    "cohoi_commit_turned_away",
    "Commands that were not taken into the queue, by reason",
    ["reason"],
    registry=REGISTRY,
)
QUEUED: Final = Gauge(
    "cohoi_commit_queue_commands",
    "Commands that wait for their group; at most 4,096 a lane",
    registry=REGISTRY,
)
QUEUED_BYTES: Final = Gauge(
    "cohoi_commit_queue_bytes",
    "Bodies of the commands that wait for their group; at most 64 MiB a lane",
    registry=REGISTRY,
)


class CommitMetrics:
    """A CommitMeter on the process's registry."""

    def committed(self, commands: int, seconds: float) -> None:
        """Count a group that was decided and appended."""
        _commands.observe(commands)
        _seconds.observe(seconds)

    def failed(self, commands: int) -> None:
        """Count a group that the log's state kept from its end."""
        del commands
        _failed.inc()

    def again(self) -> None:
        """Count a command that lost to another one and is decided once more."""
        _again.inc()

    def repeated(self) -> None:
        """Count a command that its receipt answered."""
        _repeated.inc()

    def turned_away(self, reason: str) -> None:
        """Count a command that was not taken."""
        _turned_away.labels(reason).inc()
