"""What a door needs beside the decision: somebody who commits, and somebody who explains."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from command_api.application.submission import Accepted, Submission
from opportunity_events.envelope import Stream
from opportunity_events.v1 import Language


class Submitter(Protocol):
    """Takes commands to the log; the Committer is one."""

    async def submit(self, submission: Submission) -> Accepted:
        """Return the answer once the command is in the log; raise Refusal or Busy."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a caller with a stale version has to see: plain JSON, as the reads write it."""

    current: Any
    """The resource as it is now, in the shape of its single read."""
    events_since: list[Any]
    """The newest 50 facts since the caller's version, as history items."""


Owners = frozenset[UUID] | None
"""Whose opportunities a caller sees; None: everybody's."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whom something is told: in which language, and what that caller sees."""

    language: Language
    owners: Owners


class Explainer(Protocol):
    """Looks up what a refusal tells beside its slug; asked only once something was refused."""

    async def exists(self, stream: Stream, part: UUID | None, owners: Owners) -> bool:
        """Say whether the stream is there, and in it the part: a status or a contact.

        A deleted status and an erased contact are there: what may be done is said by others. An
        opportunity is there for whoever sees what its owner owns.
        """
        ...

    async def recorded_at(self, stream: Stream, version: int) -> datetime:
        """Return when the fact of this version was recorded."""
        ...

    async def evidence(
        self, stream: Stream, part: UUID | None, since: int, told: Told
    ) -> Evidence | None:
        """Return the resource as it is now and its facts after version `since`, newest first.

        None where the caller does not see it any more.
        """
        ...
