"""The newest facts of one organization, kept once for all streams that follow it."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from query_api.application.frames import Frame, joined
from query_api.domain.visibility import Owners

_MAX_JOINED: Final = 64
MAX_WAITING: Final = 256
"""How many facts of an organization wait for the slowest of its streams."""


class Channel:
    """A window that moves over an organization's facts; a stream is a position in it.

    All streams share the frames, so that a slow one costs nothing: the window moves on, and who
    is behind it reads the log instead until it is there again. `base` is the position from which
    on the window has everything that was followed.
    """

    def __init__(self, org: UUID, most_bytes: Callable[[], int]) -> None:
        self.org = org
        self.base = 0
        self.erasures = 0
        self._begun = False
        self._frames: list[Frame] = []
        self._bytes = 0
        self._most_bytes = most_bytes
        self._joined: dict[tuple[int, Owners | None], tuple[bytes, int]] = {}

    def __len__(self) -> int:
        """Return how many frames wait for whoever has not been given them."""
        return len(self._frames)

    @property
    def head(self) -> int:
        """Return the newest position of the window."""
        return self._frames[-1].position if self._frames else self.base

    def begin(self, head: int) -> None:
        """Note where the log stood after following began; only the first time it says anything."""
        if not self._begun and not self._frames:
            self.base = head
        self._begun = True

    def has_reached(self, position: int) -> bool:
        """Say whether a position is known to be one of the log's."""
        return (self._begun or bool(self._frames)) and position <= self.head

    def publish(self, frames: Sequence[Frame]) -> None:
        """Append facts in order; those that are there already are passed over."""
        for frame in frames:
            if not self._frames:
                self.base = frame.position - 1
            elif frame.position <= self.head:
                continue
            elif frame.position != self.head + 1:
                self.forget(frame.position - 1)
            self._frames.append(frame)
            self._bytes += len(frame.text)
        self._joined.clear()
        self._trim()

    def forget(self, base: int | None = None) -> None:
        """Drop every frame, up to the newest or to a position: who needs one reads the log."""
        self.base = self.head if base is None else base
        self._frames.clear()
        self._bytes = 0
        self._joined.clear()

    def erase(self) -> None:
        """Drop every frame, for some may say what must not be said any more."""
        self.erasures += 1
        self.forget()

    def after(self, position: int, seen: Owners | None, most_bytes: int) -> tuple[bytes, int]:
        """Return the frames after a position that may be seen, joined, and how far they go.

        Only for a position that the window reaches back to: `base` or later. Streams that stand
        at one place and see the same share the bytes.
        """
        if position >= self.head:
            return b"", position
        key = (position, seen)
        found = self._joined.get(key)
        if found is None:
            if len(self._joined) >= _MAX_JOINED:
                self._joined.clear()
            found = joined(self._frames[position - self.base :], seen, most_bytes)
            self._joined[key] = found
        return found

    def _trim(self) -> None:
        """Let the oldest go where there are too many, or too large ones; the newest stays."""
        gone, most_bytes = max(0, len(self._frames) - MAX_WAITING), self._most_bytes()
        self._bytes -= sum(len(frame.text) for frame in self._frames[:gone])
        while self._bytes > most_bytes and gone < len(self._frames) - 1:
            self._bytes -= len(self._frames[gone].text)
            gone += 1
        if gone:
            self.base = self._frames[gone - 1].position
            del self._frames[:gone]
