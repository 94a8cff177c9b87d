"""History as intervals: each version is true from its own fact to the next one, on both axes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

Key = tuple[UUID, UUID]
"""Organization and id: what names a stream within its kind."""


class State(Protocol):
    """What a stream has come to: all that its facts say of it."""

    @property
    def org(self) -> UUID:
        """The organization that it belongs to."""
        ...

    @property
    def id(self) -> UUID:
        """Its id within its kind."""
        ...

    @property
    def version(self) -> int:
        """The version of its last fact."""
        ...


S = TypeVar("S", bound=State)


class Moment(msgspec.Struct, frozen=True, gc=False):
    """Where a fact stands on both axes."""

    position: int
    time: datetime


class Interval(msgspec.Struct, frozen=True):
    """From a fact (inclusive) to the next one (exclusive); without an end where there is none."""

    from_position: int
    to_position: int | None
    from_time: datetime
    to_time: datetime | None


class Closing(msgspec.Struct, frozen=True):
    """A version that was stored as the last, and is not any more."""

    org: UUID
    id: UUID
    version: int
    to_position: int
    to_time: datetime


class Track(Generic[S]):
    """One stream in memory: its present state, and since when, if a fact of this fold made it."""

    __slots__ = ("since", "state")

    def __init__(self) -> None:
        self.state: S | None = None
        self.since: Moment | None = None


class Timeline(Generic[S]):
    """The present states of the streams of one kind, and the versions that led to them."""

    def __init__(self) -> None:
        self.closings: list[Closing] = []
        self._tracks: dict[Key, Track[S]] = {}
        self._closed: list[tuple[S, Interval]] = []

    def track(self, org: UUID, stream_id: UUID) -> Track[S]:
        """Return a stream's track; a new one has no state yet."""
        key = (org, stream_id)
        track = self._tracks.get(key)
        if track is None:
            track = self._tracks[key] = Track()
        return track

    def load(self, state: S) -> None:
        """Take over a state that was stored together with its versions."""
        self.track(state.org, state.id).state = state

    def get(self, org: UUID, stream_id: UUID) -> S | None:
        """Return the present state, or None before the first fact."""
        track = self._tracks.get((org, stream_id))
        return None if track is None else track.state

    def states(self) -> dict[Key, S]:
        """Return the present state of every stream."""
        return {key: track.state for key, track in self._tracks.items() if track.state is not None}

    def advance(self, track: Track[S], state: S, at: Moment) -> None:
        """Let a stream come to a new state; the version before it ends there."""
        before, since = track.state, track.since
        if before is not None:
            if since is None:
                self.closings.append(
                    Closing(before.org, before.id, before.version, at.position, at.time)
                )
            else:
                interval = Interval(since.position, at.position, since.time, at.time)
                self._closed.append((before, interval))
        track.state, track.since = state, at

    def touched(self) -> Iterator[S]:
        """Yield the present state of every stream that got a fact here."""
        return (state for state, _ in self.open_versions())

    def take_closed(self) -> list[tuple[S, Interval]]:
        """Hand out the versions that ended here, each once."""
        closed, self._closed = self._closed, []
        return closed

    def open_versions(self) -> Iterator[tuple[S, Interval]]:
        """Yield the last version of every stream that got a fact here."""
        for track in self._tracks.values():
            if track.state is not None and track.since is not None:
                since = track.since
                yield track.state, Interval(since.position, None, since.time, None)
