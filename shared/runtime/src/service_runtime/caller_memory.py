"""Callers remembered until they change, so that a request need not ask who its caller is."""

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID
from weakref import WeakSet

from service_runtime.authentication import CallerDirectory, KnownKey, KnownUser

GOOD_FOR_S: Final = 5.0
"""A caller is asked for again after so long, even where nobody said that it changed."""

MAX_REMEMBERED: Final = 20_000
_User = tuple[KnownUser, float]


class CallerMemory:
    """A CallerDirectory that asks another one once, until somebody says that the answer changed.

    It remembers nothing while `hears` is false: whoever tells it of changes sets that as long as
    none can be missed. What changes while a question is under way is not remembered either.
    """

    def __init__(
        self, directory: CallerDirectory, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.hears = False
        self._directory = directory
        self._clock = clock
        self._users: dict[UUID, dict[UUID, _User]] = {}
        self._keys: dict[str, tuple[KnownKey, float]] = {}
        self._size = 0
        self._changes = 0
        _memories.add(self)

    async def user(self, org: UUID, user_id: UUID) -> KnownUser | None:
        """Return a user of an organization as it is now."""
        users = self._users.get(org)
        known = None if users is None else users.get(user_id)
        if known is not None and self._clock() < known[1]:
            return known[0]
        asked_at, changes = self._clock(), self._changes
        user = await self._directory.user(org, user_id)
        if user is not None and self._may_remember(changes):
            self._users.setdefault(org, {})[user_id] = (user, asked_at + GOOD_FOR_S)
        return user

    async def api_key(self, key_id: str) -> KnownKey | None:
        """Return what is stored of the key with this id."""
        known = self._keys.get(key_id)
        if known is not None and self._clock() < known[1]:
            return known[0]
        asked_at, changes = self._clock(), self._changes
        key = await self._directory.api_key(key_id)
        if key is not None and self._may_remember(changes):
            self._keys[key_id] = (key, asked_at + GOOD_FOR_S)
        return key

    def forget(self, org: UUID | None = None) -> None:
        """Ask again for everybody of an organization, or for everybody at all."""
        self._changes += 1
        self._keys.clear()
        if org is None:
            self._users.clear()
        else:
            self._users.pop(org, None)

    def _may_remember(self, changes_before: int) -> bool:
        if not self.hears or changes_before != self._changes:
            return False
        self._size += 1
        if self._size > MAX_REMEMBERED:  # rather ask once more than count exactly
            self.forget()
            self._size = 0
        return True


_memories: Final[WeakSet[CallerMemory]] = WeakSet()


def forget_in_this_process(org: UUID) -> None:
    """Let no door of this process remember anybody of an organization: somebody changed there.

    Other processes hear of it from the database; this one must not wait for that.
    """
    for memory in _memories:
        memory.forget(org)
