"""HTTP/1.1 with bounds on how long a client may take: for its head, its body, and to read."""

import asyncio
from typing import Final, cast

from prometheus_client import Counter, Gauge
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service_runtime.languages import DEFAULT_LANGUAGE
from service_runtime.metrics import REGISTRY
from service_runtime.problems import PROBLEM_JSON, Problem

HEAD_WITHIN_S: Final = 10.0
"""From connecting, or from the first byte of a further request, to the end of its head."""
BODY_GRACE_S: Final = 20.0
"""So long a body may take whatever its pace."""
BODY_SLOWEST_BYTES_PER_S: Final = 4 * 1024
"""Beyond that, the pace on the whole that it has to keep."""
READ_WITHIN_S: Final = 60.0
"""So long a client may leave a full send buffer without taking anything from it."""
MAX_CONNECTIONS: Final = 4_096
"""Of one process; one more is told to come again."""

_connections: Final = Gauge(
    "cohoi_http_connections",
    "Connections that are open; at most 4,096 a process",
    registry=REGISTRY,
)
_dropped: Final = Counter(
    "cohoi_http_connections_dropped",
    "Connections that were ended: `full`, or the client was too slow with its head or body, "
    "or to read",
    ["reason"],
    registry=REGISTRY,
)
_TIMED_OUT: Final = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for ever for what a client does not send.

    A slow client costs a connection and nothing else: bodies are complete before a database
    connection is taken, answers are complete before they are sent.
    """

    head_within_s = HEAD_WITHIN_S
    body_grace_s = BODY_GRACE_S
    read_within_s = READ_WITHIN_S
    most_connections = MAX_CONNECTIONS

    _deadline: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _counted = False
    _body_began = 0.0
    _body_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head; turn away whoever is one too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            self.connections.discard(self)
            _dropped.labels("full").inc()
            transport.write(_busy())
            transport.close()
            return
        self._counted = True
        _connections.inc()
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        if self._counted:
            self._counted = False
            _connections.dec()
        self._stop_waiting()
        self._stop_reading()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Begin to wait for the head of a further request with its first byte."""
        if self._deadline is None and self._answered():
            self._wait_for_head()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Wait for the body from here on."""
        self._stop_waiting()
        self._body_began, self._body_bytes = self.loop.time(), 0
        self._deadline = self.loop.call_later(self.body_grace_s, self._look_at_body)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count what came."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing: it is our turn."""
        self._stop_waiting()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what stands in the buffer."""
        super().pause_writing()
        self._stop_reading()
        self._reading = self.loop.call_later(self.read_within_s, self._drop_reader)

    def resume_writing(self) -> None:
        """Stop waiting: the client reads."""
        self._stop_reading()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also where its client never takes the last answer."""
        super().timeout_keep_alive_handler()
        self._stop_reading()
        self._reading = self.loop.call_later(self.read_within_s, self._drop_reader)

    def _answered(self) -> bool:
        """Say whether the last request is answered; uvicorn has no cycle before the first one."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and cycle.response_complete

    def _answering(self) -> bool:
        """Say whether an answer is on its way, which nothing may be written into."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and cycle.response_started and not cycle.response_complete

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.head_within_s, self._drop_sender, "head")

    def _look_at_body(self) -> None:
        """Drop a body that is too slow; one that we do not take at the moment is not."""
        now = self.loop.time()
        if self.flow.read_paused:
            self._body_began, self._body_bytes = now, 0
        elif self._body_bytes < (now - self._body_began) * BODY_SLOWEST_BYTES_PER_S:
            self._drop_sender("body")
            return
        self._deadline = self.loop.call_later(self.body_grace_s, self._look_at_body)

    def _drop_sender(self, reason: str) -> None:
        self._deadline = None
        _dropped.labels(reason).inc()
        if not self._answering():
            self.transport.write(_TIMED_OUT)
        self.transport.close()
        self._reading = self.loop.call_later(self.head_within_s, self.transport.abort)

    def _drop_reader(self) -> None:
        self._reading = None
        _dropped.labels("read").inc()
        self.transport.abort()

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None


def _busy() -> bytes:
    problem = Problem("busy")
    body = problem.body(DEFAULT_LANGUAGE)
    head = (
        f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {PROBLEM_JSON}\r\n"
        f"Retry-After: {problem.headers['Retry-After']}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body
