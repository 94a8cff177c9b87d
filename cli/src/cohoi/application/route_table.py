"""Which door a request goes to: by path and method, over the routes of all doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Match
from starlette.types import Scope

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Found:
    """Who answers; `allowed` names the path's methods where the one asked for is none of them."""

    door: Starlette
    allowed: tuple[str, ...] = ()


class RouteTable:
    """Every route of every door; a path that any door knows is never an unknown one."""

    def __init__(self, own: Starlette, doors: Sequence[Starlette]) -> None:
        """Ask our own door first: each service's has a document of its own too."""
        self._doors = [own, *doors]
        self._own = own

    def find(self, scope: Scope) -> Found:
        """Return the first door with a route for path and method, else one to say what is wrong."""
        knowing: Starlette | None = None
        for door in self._doors:
            for route in door.router.routes:
                match, _ = route.matches(scope)
                if match is Match.FULL:
                    return Found(door)
                if match is Match.PARTIAL:
                    knowing = knowing or door
        if knowing is None:
            return Found(self._own)
        return Found(knowing, self._methods(scope))

    def _methods(self, scope: Scope) -> tuple[str, ...]:
        return tuple(method for method in _METHODS if self._takes({**scope, "method": method}))

    def _takes(self, scope: Scope) -> bool:
        return any(
            route.matches(scope)[0] is Match.FULL
            for door in self._doors
            for route in door.router.routes
        )
