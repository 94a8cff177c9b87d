"""What the projector does, in numbers for Prometheus."""

from typing import Final

from prometheus_client import Counter, Histogram

from service_runtime.metrics import REGISTRY

FACTS: Final = Histogram(
    "cohoi_projector_batch_facts",
    "Facts of a batch that was folded and written in one transaction",
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000),
    registry=REGISTRY,
)
SECONDS: Final = Histogram(
    "cohoi_projector_batch_seconds",
    "From opening a batch's transaction to its commit",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
STOPS: Final = Counter(
    "cohoi_projector_stops",
    "Attempts at a fact that cannot be folded; one that goes on stands at it still",
    ["lane"],
    registry=REGISTRY,
)
LOST: Final = Counter(
    "cohoi_projector_leases_lost",
    "Times that another projector, or a rebuild, had taken a lane",
    ["lane"],
    registry=REGISTRY,
)
