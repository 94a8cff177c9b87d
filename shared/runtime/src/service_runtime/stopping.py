"""Going on until told to stop: signals as an event, and waits that end with it."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

_log = structlog.stdlib.get_logger(__name__)


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set; for a process whose loop runs already."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    return stop


async def run_until(
    stop: asyncio.Event, running: Coroutine[Any, Any, None], *, within_s: float
) -> None:
    """Run until it ends by itself, which may raise, or `stop` is set.

    Then it has so many seconds to come to an end, and is cancelled.
    """
    task = asyncio.create_task(running)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        _, unfinished = await asyncio.wait({task}, timeout=within_s)
        if unfinished and within_s > 0:
            _log.warning("cut_short", after_s=within_s)
    finally:  # also where we are cancelled ourselves
        stopping.cancel()
        task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not a moment longer than until `stop` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
