"""What every line of the log says of the request that it was written for."""

from contextvars import ContextVar, Token
from typing import Final

from structlog.types import EventDict, WrappedLogger

# One variable for all of it: each is a look-up in the context, and a request has four of them.
_context: Final[ContextVar[dict[str, str | None] | None]] = ContextVar("log context", default=None)

Entered = Token[dict[str, str | None] | None]


def enter_log_context(**said: str | None) -> Entered:
    """Let the lines from here on say this, and nothing that was said before."""
    return _context.set(said)


def leave_log_context(entered: Entered) -> None:
    """Let the lines say again what they said before."""
    _context.reset(entered)


def add_to_log_context(**said: str | None) -> None:
    """Let the lines of the request say this too; nowhere, where there is no request."""
    context = _context.get()
    if context is not None:
        context.update(said)


def with_log_context(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Merge the context into a line, which may say otherwise."""
    context = _context.get()
    return event if context is None else {**context, **event}
