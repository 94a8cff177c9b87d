"""Waiting in tests: ask again and again until a deadline, never sleep and hope."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

_PAUSE_S = 0.05
_T = TypeVar("_T")


def eventually(ask: Callable[[], _T], what: str, *, within_s: float = 60) -> _T:
    """Ask until the answer is true, and return it; fail with what was waited for."""
    deadline = time.monotonic() + within_s
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within_s:.0f} s: {what}")
        time.sleep(_PAUSE_S)


async def soon(ask: Callable[[], _T], what: str, *, within_s: float = 60) -> _T:
    """Ask until the answer is true, and let others work meanwhile; return it, or fail."""
    deadline = time.monotonic() + within_s
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within_s:.0f} s: {what}")
        await asyncio.sleep(_PAUSE_S)


async def until_true(ask: Callable[[], object], what: str, *, within_s: float = 30) -> None:
    """Ask until the answer is true while the loop goes on; fail with what was waited for."""
    await soon(ask, what, within_s=within_s)
