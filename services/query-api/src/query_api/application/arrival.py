"""Waiting for a copy of the log to have what its original has told already."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from query_api.application.answers import Head
from query_api.domain.refusals import BadPosition, ReadModelBehind

WAIT_S: Final = 5.0
"""How long a read waits for the position that it needs."""
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 0.5


async def arrived(
    ask: Callable[[], Awaitable[Head | None]],
    wanted: Mapping[str, int],
    *,
    within_s: float = WAIT_S,
) -> Head | None:
    """Return where something stands in the log, once that is at every position that is wanted.

    `wanted` is by the names of parameters. The log itself has all that was ever told: what it has
    not raises BadPosition at once. A copy of it may be late: it is waited for, and what has not
    come in time raises ReadModelBehind, as one cannot know whether it ever will.
    """
    loop = asyncio.get_running_loop()
    deadline, pause_s = loop.time() + within_s, _FIRST_PAUSE_S
    while True:
        head = await ask()
        beyond = None if head is None else _beyond(head, wanted)
        if head is None or beyond is None:
            return head
        if not head.late:
            raise BadPosition(beyond)
        if loop.time() + pause_s > deadline:
            raise ReadModelBehind
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _beyond(head: Head, wanted: Mapping[str, int]) -> str | None:
    return next((name for name, position in wanted.items() if position > head.head), None)
