"""The commands of a lane that wait for their group: bounded in number and in bytes."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from command_api.application.group import weight
from command_api.application.submission import Accepted, Submission

MAX_GROUP_COMMANDS: Final = 256
MAX_GROUP_WEIGHT: Final = 1_500
MAX_QUEUED: Final = 4_096
MAX_QUEUED_BYTES: Final = 64 * 1024 * 1024
"""Of bodies as they were sent; what is made of them in memory is some times that."""


@dataclass(slots=True)
class Pending:
    """A command that waits for its answer."""

    submission: Submission
    future: "asyncio.Future[Accepted]"
    rounds: int = 0
    asks_receipt: bool = False
    """It would be refused, and has to know first whether it was accepted before."""

    @property
    def receipt_key(self) -> tuple[UUID, str] | None:
        """The key under which its answer will be kept."""
        idempotency = self.submission.idempotency
        return None if idempotency is None else (self.submission.asker.org, idempotency.key)

    def answer(self, answer: Accepted) -> None:
        """Answer it, unless its caller was told something already."""
        if not self.future.done():
            self.future.set_result(answer)

    def fail(self, error: BaseException) -> None:
        """Fail it, unless its caller was told something already."""
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # a caller that hung up will not ask for it


class LaneQueue:
    """First come, first served; what lost goes back to the front, whatever the bounds say."""

    def __init__(self) -> None:
        self._waiting: deque[Pending] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def bytes(self) -> int:
        """How large the bodies are that wait."""
        return self._bytes

    def has_room(self, size: int) -> bool:
        """Say whether one more command with a body of that size may wait."""
        return len(self._waiting) < MAX_QUEUED and self._bytes + size <= MAX_QUEUED_BYTES

    def put(self, pending: Pending) -> None:
        """Let a command wait behind all others."""
        self._waiting.append(pending)
        self._bytes += pending.submission.size

    def put_back(self, pending: Sequence[Pending]) -> None:
        """Let commands wait before all others, in their order."""
        self._waiting.extendleft(reversed(pending))
        self._bytes += sum(one.submission.size for one in pending)

    def take_group(self) -> list[Pending]:
        """Take the next group: capped in commands and weight, a key at most once."""
        group: list[Pending] = []
        later: list[Pending] = []
        keys: set[tuple[UUID, str]] = set()
        total = 0
        while self._waiting and len(group) < MAX_GROUP_COMMANDS:
            pending = self._pop()
            key = pending.receipt_key
            if key is not None and key in keys:
                later.append(pending)
                continue
            total += weight(pending.submission.command)
            if group and total > MAX_GROUP_WEIGHT:
                self.put_back([pending])
                break
            if key is not None:
                keys.add(key)
            group.append(pending)
        self.put_back(later)
        return group

    def drain(self) -> Iterator[Pending]:
        """Take out everything."""
        while self._waiting:
            yield self._pop()

    def _pop(self) -> Pending:
        pending = self._waiting.popleft()
        self._bytes -= pending.submission.size
        return pending
