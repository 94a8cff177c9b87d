"""What jobs append, in numbers for Prometheus."""

from typing import Final

from prometheus_client import Counter, Histogram

from service_runtime.metrics import REGISTRY

SECONDS: Final = Histogram(
    "cohoi_job_batch_seconds",
    "Appending one batch of a job and moving the job over it, by kind",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
ITEMS: Final = Counter(
    "cohoi_job_items",
    "Items of jobs that were settled, by kind and outcome",
    ["kind", "outcome"],
    registry=REGISTRY,
)
MOVED: Final = Counter(
    "cohoi_job_batches_again",
    "Batches that lost to another writer and were decided once more, by kind",
    ["kind"],
    registry=REGISTRY,
)
