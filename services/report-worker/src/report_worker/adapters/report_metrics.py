"""What a worker made, in numbers for Prometheus."""

import time
from typing import Final

from prometheus_client import Counter, Histogram

from report_worker.domain.report import Attempt
from service_runtime.metrics import REGISTRY

_seconds: Final = Histogram(
    "cohoi_report_seconds",
    "From taking a report to its end, by kind, format and outcome",
    ["kind", "format", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800),
    registry=REGISTRY,
)
_rows: Final = Counter(
    "cohoi_report_rows",
    "Rows of reports that were made, by kind and format",
    ["kind", "format"],
    registry=REGISTRY,
)
_bytes: Final = Counter(
    "cohoi_report_bytes",
    "Bytes of reports that were made, by kind and format",
    ["kind", "format"],
    registry=REGISTRY,
)


class Stopwatch:
    """Times the attempt that a worker makes; it makes one after another."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def begin(self) -> None:
        """Say that an attempt was taken."""
        self._began = time.monotonic()

    def end(self, attempt: Attempt, outcome: str, *, rows: int = 0, size: int = 0) -> None:
        """Count an attempt that ended: `done`, `released`, or why it failed."""
        kind, form = attempt.order.kind, attempt.order.format.value
        _seconds.labels(kind, form, outcome).observe(time.monotonic() - self._began)
        _rows.labels(kind, form).inc(rows)
        _bytes.labels(kind, form).inc(size)
