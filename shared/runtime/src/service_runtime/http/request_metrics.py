"""What is counted of every request: its route, method and status, how long it took, refusals."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from prometheus_client import Counter
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.types import Scope

from service_runtime.metrics import REGISTRY

_UNKNOWN_ROUTE: Final = "unknown"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_refusals: Final = Counter(
    "cohoi_refusals",
    "Requests refused, by the slug of their problem document",
    ["slug"],
    registry=REGISTRY,
)
_slugs: dict[str, Counter] = {}


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, which is one of a bounded set."""
    template = getattr(scope.get("route"), "path", None)
    return template if isinstance(template, str) else _UNKNOWN_ROUTE


@dataclass(slots=True)
class _Answers:
    """What was answered to one method of one route."""

    by_status: dict[int, int]
    by_bucket: list[int]
    seconds: float = 0.0


class RequestTally(Collector):
    """Counts requests in plain numbers: the library's counters take a lock each, four a request.

    All doors of a process answer in one loop, so that nobody counts beside anybody.
    """

    def __init__(self) -> None:
        self._in_flight = 0
        self._answers: dict[tuple[str, str], _Answers] = {}

    def begin(self) -> None:
        """Count a request that has come in."""
        self._in_flight += 1

    def end(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one that was answered; status 0 where its caller hung up first."""
        self._in_flight -= 1
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = (route_of(scope), method)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = _Answers({}, [0] * (len(_BUCKETS) + 1))
        found.by_status[status] = found.by_status.get(status, 0) + 1
        found.by_bucket[bisect_left(_BUCKETS, seconds)] += 1
        found.seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """Give the numbers out; from another thread too, so whatever grows is copied first."""
        requests = CounterMetricFamily(
            "cohoi_http_requests",
            "Requests answered, by the template of their route",
            labels=["route", "method", "status"],
        )
        durations = HistogramMetricFamily(
            "cohoi_http_request_seconds",
            "From a request's head to the end of its answer",
            labels=["route", "method"],
        )
        for (route, method), answers in self._answers.copy().items():
            for status, count in answers.by_status.copy().items():
                requests.add_metric([route, method, str(status)], count)
            counts = list(accumulate(answers.by_bucket))
            bounds = (*map(floatToGoString, _BUCKETS), "+Inf")
            durations.add_metric(
                [route, method], list(zip(bounds, counts, strict=True)), answers.seconds
            )
        yield requests
        yield durations
        yield GaugeMetricFamily(
            "cohoi_http_requests_in_flight",
            "Requests that are being answered now",
            value=self._in_flight,
        )


REQUESTS: Final = RequestTally()
"""The requests of this process."""

REGISTRY.register(REQUESTS)


def count_refusal(slug: str) -> None:
    """Count one problem document sent; slugs are those of the catalogue."""
    counter = _slugs.get(slug)
    if counter is None:
        counter = _slugs[slug] = _refusals.labels(slug)
    counter.inc()
