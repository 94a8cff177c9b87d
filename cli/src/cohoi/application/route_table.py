"""Which door a request goes to: by path and method, over the documented routes of all doors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fastapi import FastAPI

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Found:
    """Who answers; nobody does where the path has methods and the one asked for is none of them."""

    door: FastAPI | None
    allowed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """One segment of paths: what may follow it, and who answers where a path ends here."""

    words: dict[str, "_Place"] = field(default_factory=dict[str, "_Place"])
    any_id: "_Place | None" = None
    doors: dict[str, FastAPI] = field(default_factory=dict[str, FastAPI])


class RouteTable:
    """Every path of every door as a tree of segments; a path that any door knows is known."""

    def __init__(self, own: FastAPI, doors: Sequence[FastAPI]) -> None:
        """Ask our own door first: each service's has a document of its own too."""
        self._own = own
        self._root = _Place()
        for door in (own, *doors):
            for path, operations in door.openapi()["paths"].items():
                place = self._grown(path)
                for method in operations:
                    place.doors.setdefault(method.upper(), door)

    def find(self, path: str, method: str) -> Found:
        """Return the door for path and method; for an unknown path our own, which says so."""
        place = _reached(self._root, path.split("/"), 0)
        if place is None:
            return Found(self._own)
        if method in place.doors:
            return Found(place.doors[method])
        return Found(None, tuple(one for one in _METHODS if one in place.doors))

    def _grown(self, path: str) -> _Place:
        place = self._root
        for segment in path.split("/"):
            if segment.startswith("{"):
                place.any_id = place.any_id or _Place()
                place = place.any_id
            else:
                place = place.words.setdefault(segment, _Place())
        return place


def _reached(place: _Place, segments: Sequence[str], at: int) -> _Place | None:
    """Return where a path ends; a word goes before an id, so that `bulk` is never one."""
    if at == len(segments):
        return place if place.doors else None
    word = place.words.get(segments[at])
    found = None if word is None else _reached(word, segments, at + 1)
    if found is None and place.any_id is not None and segments[at]:
        found = _reached(place.any_id, segments, at + 1)
    return found
