"""Asking the read schema until its answer is late enough, and by the organization's own clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from opportunity_filters.local_time import DEFAULT_ZONE, LocalClock
from query_api.application.answers import Answer
from query_api.application.ports import AppliedPositions, FactLog
from query_api.domain.refusals import BadPosition, ReadModelBehind

WAIT_S: Final = 5.0
_ROUNDS: Final = 8
_MAX_ZONES: Final = 100_000

T = TypeVar("T")
Question = Callable[[LocalClock], Awaitable[Answer[T]]]


class Asking:
    """Puts questions that are one snapshot each.

    The time zone is guessed from the last answer, so that a question is one round trip; each
    answer says the zone of its snapshot, and is asked for again in the rare case that it differs.
    """

    def __init__(
        self,
        applied: AppliedPositions,
        log: FactLog,
        now: Callable[[], datetime],
        *,
        wait_s: float = WAIT_S,
    ) -> None:
        self._applied = applied
        self._log = log
        self._now = now
        self._wait_s = wait_s
        self._zones: dict[UUID, str] = {}

    async def answer(self, org: UUID, least: int, question: Question[T]) -> Answer[T]:
        """Return an answer that is true at `least` or later.

        Raises BadPosition where the log has not come so far, ReadModelBehind where the read
        schema does not in time.
        """
        deadline = asyncio.get_running_loop().time() + self._wait_s
        if least > self._applied.known(org):
            await self._wait(org, least, deadline)
        for _ in range(_ROUNDS):
            clock = LocalClock(self._now(), self._zones.get(org, DEFAULT_ZONE))
            answer = await question(clock)
            position, zone = answer.standing.position, answer.standing.zone
            if position is None or zone is None:
                raise ReadModelBehind
            self._applied.note(org, position)
            if zone != clock.zone:
                self._remember_zone(org, zone)
            elif position < least:
                await self._wait(org, least, deadline)
            else:
                return answer
        raise ReadModelBehind

    async def _wait(self, org: UUID, least: int, deadline: float) -> None:
        head = await self._log.head(org)
        if head is None or least > head.head:
            raise BadPosition
        remaining = deadline - asyncio.get_running_loop().time()
        if remaining <= 0 or not await self._applied.reached(org, least, remaining):
            raise ReadModelBehind

    def _remember_zone(self, org: UUID, zone: str) -> None:
        if len(self._zones) >= _MAX_ZONES:
            self._zones.clear()
        self._zones[org] = zone
