"""What is remembered of callers, and when it is asked again."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from service_runtime import caller_memory
from service_runtime.authentication import KnownKey, KnownUser
from service_runtime.caller_memory import GOOD_FOR_S, CallerMemory, forget_in_this_process
from service_runtime.callers import Role
from service_runtime.visibility import Visibility

ORG, OTHER = UUID(int=1), UUID(int=2)
LAN, MINH = UUID(int=11), UUID(int=12)


def _user(role: Role = Role.REP) -> KnownUser:
    return KnownUser(
        role=role,
        team_id=None,
        active=True,
        language=None,
        visibility=Visibility.ALL,
        teammates=frozenset(),
    )


def _key(key_id: str) -> KnownKey:
    return KnownKey(
        org=ORG,
        key_uuid=UUID(int=len(key_id)),
        name="sync",
        role=Role.SERVICE,
        operator=False,
        hash=b"",
        revoked_at=None,
        visibility=Visibility.ALL,
    )


@dataclass
class Directory:
    """Counts how often it is asked; it may have to be let answer."""

    asked: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    known: KnownUser | None = field(default_factory=_user)

    async def user(self, org: UUID, user_id: UUID) -> KnownUser | None:
        del org, user_id
        self.asked += 1
        known = self.known
        await self.open.wait()
        return known

    async def api_key(self, key_id: str) -> KnownKey | None:
        self.asked += 1
        return _key(key_id)


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def _memory(*, hears: bool = True) -> tuple[CallerMemory, Directory, Clock]:
    directory, clock = Directory(), Clock()
    directory.open.set()
    memory = CallerMemory(directory, clock)
    memory.hears = hears
    return memory, directory, clock


async def test_a_caller_is_asked_for_once() -> None:
    memory, directory, _ = _memory()
    users = [await memory.user(ORG, LAN) for _ in range(3)]
    assert users == [_user()] * 3
    keys = [await memory.api_key("k1") for _ in range(3)]
    assert keys == [_key("k1")] * 3
    assert directory.asked == 2
    await memory.user(ORG, MINH)
    await memory.user(OTHER, LAN)
    await memory.api_key("k2")
    assert directory.asked == 5


async def test_nobody_is_remembered_while_changes_are_not_heard() -> None:
    memory, directory, _ = _memory(hears=False)
    for asked in range(1, 4):
        await memory.user(ORG, LAN)
        assert directory.asked == asked


async def test_whoever_is_not_known_is_asked_for_again() -> None:
    memory, directory, _ = _memory()
    directory.known = None
    assert await memory.user(ORG, LAN) is None
    directory.known = _user()
    assert await memory.user(ORG, LAN) == _user()


async def test_a_caller_is_asked_for_again_after_a_while() -> None:
    memory, directory, clock = _memory()
    await memory.user(ORG, LAN)
    clock.now += GOOD_FOR_S - 0.01
    await memory.user(ORG, LAN)
    assert directory.asked == 1
    clock.now += 0.01
    await memory.user(ORG, LAN)
    assert directory.asked == 2


async def test_where_too_many_are_remembered_all_are_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(caller_memory, "MAX_REMEMBERED", 3)
    memory, directory, _ = _memory()

    async def ask_for(*users: int) -> int:
        before = directory.asked
        for user in users:
            await memory.user(ORG, UUID(int=user))
        return directory.asked - before

    assert await ask_for(1, 2) == 2
    await memory.api_key("k")
    assert await ask_for(1, 2) == 0
    assert await ask_for(3) == 1
    assert await ask_for(1, 2) == 2


async def test_a_change_is_of_one_organization_alone() -> None:
    memory, directory, _ = _memory()
    await memory.user(ORG, LAN)
    await memory.user(OTHER, LAN)
    memory.forget(ORG)
    await memory.user(OTHER, LAN)
    assert directory.asked == 2
    await memory.user(ORG, LAN)
    assert directory.asked == 3
    memory.forget()
    await memory.user(OTHER, LAN)
    assert directory.asked == 4


async def test_what_changes_while_it_is_asked_for_is_not_remembered() -> None:
    memory, directory, _ = _memory()
    directory.open.clear()
    asking = asyncio.create_task(memory.user(ORG, LAN))
    await asyncio.sleep(0)  # let it ask
    assert directory.asked == 1
    directory.known = _user(Role.ADMIN)
    memory.forget(ORG)
    directory.open.set()
    assert await asking == _user(Role.REP)
    assert await memory.user(ORG, LAN) == _user(Role.ADMIN)


async def test_every_memory_of_the_process_forgets() -> None:
    one, other = _memory(), _memory()
    for memory, _, _ in (one, other):
        await memory.user(ORG, LAN)
    forget_in_this_process(ORG)
    for memory, directory, _ in (one, other):
        await memory.user(ORG, LAN)
        assert directory.asked == 2
