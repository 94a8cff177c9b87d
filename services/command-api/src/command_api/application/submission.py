"""One command on its way to the log, and what comes back."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from command_api.domain.commands import Asker, Command
from command_api.domain.refusal import Refusal
from opportunity_events.envelope import Cause


class Idempotency(msgspec.Struct, frozen=True):
    """The caller's key, and the HMAC of caller, method, path, If-Match and body."""

    key: str
    request_hmac: bytes


class Submission(msgspec.Struct, frozen=True):
    """A command with everything that its decision and its receipt need.

    `if_match` is a version, "*" (exists) or None; it speaks of the named resource alone.
    `describe` writes a bulk's refused part as a problem document in the caller's language.
    `size` is that of the body in bytes, for the queue's bound.
    """

    asker: Asker
    command: Command
    cause: Cause
    idempotency: Idempotency | None = None
    if_match: int | Literal["*"] | None = None
    describe: Callable[[Refusal], dict[str, Any]] | None = None
    size: int = 0

    def part(self, cause: Cause) -> "Submission":
        """Return the same submission for one part of a bulk: its own cause, no precondition."""
        return msgspec.structs.replace(self, cause=cause, idempotency=None, if_match=None)


class Accepted(msgspec.Struct, frozen=True):
    """The stored answer: an HTTP-like status (200, 201, 202) and the body's canonical JSON bytes.

    The same bytes for ever under the same key. `version` is that of the resource's stream.
    """

    status: int
    body: bytes
    position: int
    resource_id: str | None
    version: int | None
