"""What a part of the bench is given: the cluster, a folder, and how large and how often."""

import os
from dataclasses import dataclass
from pathlib import Path

from cohoi_bench.cluster import Cluster


def broker() -> str | None:
    """Return the Kafka broker that the bench is told to use."""
    return os.environ.get("KAFKA_BOOTSTRAP")  # noqa: TID251 - the bench's own setting


@dataclass(frozen=True)
class Room:
    """Where a part measures."""

    cluster: Cluster
    directory: Path
    quick: bool
    rounds: int

    def size(self, full: int, quick: int) -> int:
        """Return the size for this run."""
        return quick if self.quick else full

    def seconds(self, full: float, quick: float) -> float:
        """Return the duration for this run."""
        return quick if self.quick else full

    def log(self, name: str) -> Path:
        """Return where a process of the bench may write what it says."""
        return self.directory / f"{name}.log"
