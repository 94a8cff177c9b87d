"""Reading the log for streams that are behind: in blocks that they share, few at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from query_api.application.frames import Frame, frames_of
from query_api.application.ports import FactLog, Vault

BLOCK: Final = 100
READS_AT_A_TIME: Final = 3
MAX_KEPT_BYTES: Final = 16 * 1024 * 1024

_Key = tuple[UUID, int]


class CatchingUp:
    """Blocks of facts as frames: streams that resume from near one another read one block once.

    Frames hold personal fields in the clear, so blocks are kept only while a stream follows the
    organization: an erasure, or the last stream's end, drops them.
    """

    def __init__(self, log: FactLog, vault: Vault) -> None:
        self._log = log
        self._vault = vault
        self._slots = asyncio.Semaphore(READS_AT_A_TIME)
        self._kept: OrderedDict[_Key, Sequence[Frame]] = OrderedDict()
        self._bytes = 0
        self._reading: dict[_Key, asyncio.Task[Sequence[Frame]]] = {}

    async def after(self, org: UUID, position: int) -> Sequence[Frame]:
        """Return some facts after a position; none where the log has no more."""
        key = (org, position // BLOCK)
        frames = self._kept.get(key, ())
        if frames and frames[-1].position > position:
            self._kept.move_to_end(key)
            return _beyond(frames, position)
        for _ in range(2):  # what others are reading may have been asked for before our facts came
            # shielded: others wait for it too
            frames = await asyncio.shield(self._reading.get(key) or self._start(key))
            if frames and frames[-1].position > position:
                break
        return _beyond(frames, position)

    def forget(self, org: UUID) -> None:
        """Drop what is kept of an organization, and keep nothing of what is being read."""
        for key in [key for key in self._kept if key[0] == org]:
            self._drop(key)
        for key in [key for key in self._reading if key[0] == org]:
            del self._reading[key]

    def _start(self, key: _Key) -> asyncio.Task[Sequence[Frame]]:
        task = asyncio.create_task(self._read(key))
        self._reading[key] = task
        task.add_done_callback(lambda done: self._finish(key, done))
        return task

    async def _read(self, key: _Key) -> Sequence[Frame]:
        org, block = key
        async with self._slots:
            facts = await self._log.organization_facts(org, block * BLOCK, BLOCK)
            return await frames_of(self._vault, facts)

    def _finish(self, key: _Key, done: asyncio.Task[Sequence[Frame]]) -> None:
        """Keep what was read, unless it was forgotten meanwhile."""
        failed = done.cancelled() or done.exception() is not None
        if self._reading.get(key) is not done:
            return
        del self._reading[key]
        if failed or not done.result():
            return
        self._drop(key)
        self._kept[key] = done.result()
        self._bytes += _size(done.result())
        while self._bytes > MAX_KEPT_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        self._bytes -= _size(self._kept.pop(key, ()))


def _size(frames: Sequence[Frame]) -> int:
    return sum(len(frame.text) for frame in frames)


def _beyond(frames: Sequence[Frame], position: int) -> Sequence[Frame]:
    return [frame for frame in frames if frame.position > position]
