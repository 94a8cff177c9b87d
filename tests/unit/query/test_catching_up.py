"""Blocks of the log that streams share while they catch up."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from query_api.application import catching_up
from query_api.application.catching_up import BLOCK, READS_AT_A_TIME, CatchingUp
from query_api.application.frames import Frame

ORG, OTHER = UUID(int=1), UUID(int=2)


class _Log:
    """A log of so many facts, which counts how it is asked."""

    def __init__(self, facts: int) -> None:
        self.head = facts
        self.asked: list[tuple[UUID, int]] = []
        self.at_once = self.most_at_once = 0

    async def organization_facts(self, org: UUID, after: int, limit: int) -> Sequence[int]:
        self.asked.append((org, after))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        head = self.head
        await asyncio.sleep(0)
        self.at_once -= 1
        return range(after + 1, min(after + limit, head) + 1)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> _Log:
    async def render(_: object, facts: Sequence[int]) -> list[Frame]:
        return [Frame(position, None, b"x" * 100) for position in facts]

    monkeypatch.setattr(catching_up, "frames_of", render)
    return _Log(250)


def _catching_up(log: object) -> CatchingUp:
    return CatchingUp(log, object())  # pyright: ignore[reportArgumentType] - only what is asked of it


def _positions(frames: Sequence[Frame]) -> list[int]:
    return [frame.position for frame in frames]


async def test_those_who_are_near_one_another_read_a_block_once(log: _Log) -> None:
    blocks = _catching_up(log)
    found = await asyncio.gather(*(blocks.after(ORG, position) for position in range(BLOCK)))
    assert [_positions(frames) for frames in found] == [
        list(range(position + 1, BLOCK + 1)) for position in range(BLOCK)
    ]
    assert log.asked == [(ORG, 0)]


async def test_a_block_that_has_grown_is_read_again(log: _Log) -> None:
    blocks = _catching_up(log)
    assert _positions(await blocks.after(ORG, 230))[-1] == 250
    log.head = 260
    assert _positions(await blocks.after(ORG, 249)) == [250]
    assert _positions(await blocks.after(ORG, 250)) == list(range(251, 261))
    assert _positions(await blocks.after(ORG, 260)) == []


async def test_few_blocks_are_read_at_a_time(log: _Log) -> None:
    blocks = _catching_up(log)
    await asyncio.gather(*(blocks.after(UUID(int=org), 0) for org in range(1, 40)))
    assert log.most_at_once == READS_AT_A_TIME


async def test_nothing_is_kept_of_an_organization_that_is_forgotten(log: _Log) -> None:
    blocks = _catching_up(log)
    await blocks.after(ORG, 0)
    await blocks.after(OTHER, 0)
    reading = asyncio.create_task(blocks.after(ORG, 100))
    await asyncio.sleep(0)
    blocks.forget(ORG)
    await reading
    await blocks.after(OTHER, 0)
    await blocks.after(ORG, 0)
    await blocks.after(ORG, 100)
    assert log.asked == [(ORG, 0), (OTHER, 0), (ORG, 100), (ORG, 0), (ORG, 100)]


async def test_what_is_kept_is_limited_in_bytes(log: _Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "MAX_KEPT_BYTES", 2 * BLOCK * 100)
    blocks = _catching_up(log)
    for position in (0, 100, 0, 100, 200, 100, 0):
        await blocks.after(ORG, position)
    assert [after for _, after in log.asked] == [0, 100, 200, 0]


async def test_whoever_leaves_takes_nobodys_block_along(log: _Log) -> None:
    blocks = _catching_up(log)
    leaving, staying = (asyncio.create_task(blocks.after(ORG, 0)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert len(await staying) == BLOCK
    assert log.asked == [(ORG, 0)]
