"""What is counted of every request: its route, method and status, how long it took, refusals."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram
from starlette.types import Scope

from service_runtime.metrics import REGISTRY

_UNKNOWN_ROUTE: Final = "unknown"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_requests: Final = Counter(
    "cohoi_http_requests",
    "Requests answered, by the template of their route",
    ["route", "method", "status"],
    registry=REGISTRY,
)
_seconds: Final = Histogram(
    "cohoi_http_request_seconds",
    "From a request's head to the end of its answer",
    ["route", "method"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)
_refusals: Final = Counter(
    "cohoi_refusals",
    "Requests refused, by the slug of their problem document",
    ["slug"],
    registry=REGISTRY,
)
in_flight: Final = Gauge(
    "cohoi_http_requests_in_flight",
    "Requests that are being answered now",
    registry=REGISTRY,
)
# The children by their labels: looking one up in the library takes a lock and builds strings.
_known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
_slugs: dict[str, Counter] = {}


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, which is one of a bounded set."""
    template = getattr(scope.get("route"), "path", None)
    return template if isinstance(template, str) else _UNKNOWN_ROUTE


def count_request(scope: Scope, status: int, seconds: float) -> None:
    """Count one request that was answered; status 0 where its caller hung up first."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    key = (route_of(scope), method, status)
    found = _known.get(key)
    if found is None:
        route, method, status = key
        found = _known[key] = (
            _requests.labels(route, method, str(status)),
            _seconds.labels(route, method),
        )
    found[0].inc()
    found[1].observe(seconds)


def count_refusal(slug: str) -> None:
    """Count one problem document sent; slugs are those of the catalogue."""
    counter = _slugs.get(slug)
    if counter is None:
        counter = _slugs[slug] = _refusals.labels(slug)
    counter.inc()
