"""Going on until told to stop, and not much longer."""

import asyncio

import pytest

from service_runtime.stopping import pause, run_until


async def test_what_ends_by_itself_is_awaited_and_its_error_is_told() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await run_until(asyncio.Event(), fail(), within_s=1)


async def test_what_is_told_to_stop_may_come_to_an_end() -> None:
    stop, done = asyncio.Event(), False

    async def finish() -> None:
        nonlocal done
        await stop.wait()
        await asyncio.sleep(0.01)
        done = True

    asyncio.get_running_loop().call_later(0.01, stop.set)
    await run_until(stop, finish(), within_s=5)
    assert done


@pytest.mark.parametrize("within_s", [0, 0.01])
async def test_what_comes_to_no_end_is_cut_short(within_s: float) -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def go_on() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    asyncio.get_running_loop().call_later(0.01, stop.set)
    async with asyncio.timeout(5):
        await run_until(stop, go_on(), within_s=within_s)
    assert ended.is_set()


async def test_whoever_is_cancelled_leaves_nothing_running() -> None:
    ended = asyncio.Event()

    async def go_on() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    running = asyncio.create_task(run_until(asyncio.Event(), go_on(), within_s=5))
    await asyncio.sleep(0.01)
    running.cancel()
    async with asyncio.timeout(5):
        await ended.wait()


async def test_a_pause_ends_with_its_time_or_with_the_end() -> None:
    stop = asyncio.Event()
    await pause(stop, 0.001)
    stop.set()
    async with asyncio.timeout(5):
        await pause(stop, 60)
