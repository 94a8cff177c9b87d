"""Logs: one JSON object a line on standard error, and never personal data."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any, Final, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from service_runtime.log_context import with_log_context

_MAX_FRAMES: Final = 20
_MAX_CAUSES: Final = 5
_LEFT_OUT: Final = "[left out]"
# Keys under which what people typed, or what proves who they are, would stand.
# fmt: off
_PERSONAL: Final = frozenset({
    "authorization", "body", "contact", "customer", "dsn", "email", "external_ref", "input",
    "name", "note", "password", "phone", "query", "secret", "text", "title", "token", "url",
    "value",
})
# fmt: on


def configure_logs(service: str, *, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our logs and those of every library to `stream` (standard error) as JSON lines.

    What the log's context says of a request (request_id, trace, org, actor) stands in each.
    Texts of exceptions are left out, as they quote values; their types and places stay.
    """
    shared: list[Processor] = [
        with_log_context,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _naming(service),
        _without_texts_of_exceptions,
        _without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=_of_odd_value),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # its lines hold paths with queries, which are what people typed; ours name the route
    logging.getLogger("uvicorn.access").disabled = True
    # while a broker is away it says so thirty times a second; relay and projector say it once
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def _naming(service: str) -> Processor:
    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return named


def _without_personal_data(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key in _PERSONAL & event.keys():
        event[key] = _LEFT_OUT
    return {key: value for key, value in event.items() if value is not None}


def _without_texts_of_exceptions(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace exc_info by the types and places of an exception and its causes."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exceptions"] = list(_causes(error))
    return event


def _causes(error: BaseException) -> Iterator[dict[str, Any]]:
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return
        frames = traceback.extract_tb(cause.__traceback__)[-_MAX_FRAMES:]
        yield {
            "type": f"{type(cause).__module__}.{type(cause).__qualname__}",
            "sqlstate": getattr(cause, "sqlstate", None),
            "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        cause = cause.__cause__ or cause.__context__


def _of_odd_value(value: object) -> str:
    """Write what JSON does not know by its type; its text could be anything."""
    return f"<{type(value).__name__}>"
