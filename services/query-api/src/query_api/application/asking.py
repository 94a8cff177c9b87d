"""Asking the read schema until its answer is late enough, and by the organization's own clock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from opportunity_filters.local_time import DEFAULT_ZONE, LocalClock
from opportunity_filters.moments import Moment
from query_api.application.answers import Answer
from query_api.application.arrival import WAIT_S, arrived
from query_api.application.ports import AppliedPositions, FactLog
from query_api.domain.moments import position_parameter
from query_api.domain.refusals import BadPosition, ReadModelBehind
from query_api.domain.scope import Scope

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

    async def answer(self, scope: Scope, least: int, question: Question[T]) -> Answer[T]:
        """Return an answer that is true at `least` or later, or at the moment of the scope.

        Raises BadPosition where the log has not come so far, ReadModelBehind where the read
        schema does not in time.
        """
        deadline = asyncio.get_running_loop().time() + self._wait_s
        org, moment = scope.org, scope.moment
        now = None if moment is None else await self._clock_of(org, moment)
        needed = _needed(least, moment)
        if needed > self._applied.known(org):
            await self._wait(scope, least, deadline)
        zone = self._zones.get(org, DEFAULT_ZONE)
        for _ in range(_ROUNDS):
            answer = await question(LocalClock(now or self._now(), zone))
            position, true_zone = answer.standing.position, answer.standing.zone
            if position is None or true_zone is None:
                raise ReadModelBehind
            self._applied.note(org, position)
            if true_zone != zone:
                zone = true_zone
                if moment is None:
                    self._remember_zone(org, zone)
            elif position < needed:
                await self._wait(scope, least, deadline)
            else:
                return _at_moment(answer, moment)
        raise ReadModelBehind

    async def _clock_of(self, org: UUID, moment: Moment) -> datetime:
        """Return the time that it is at a moment: its instant, or when its position was recorded.

        Before the first position there is nothing that a clock could change.
        """
        if moment.instant is not None:
            return moment.instant
        position = max(moment.position or 0, 1)
        facts = await self._log.organization_facts(org, position - 1, 1)
        if not facts:
            wanted = {position_parameter(moment): position}
            await arrived(partial(self._log.head, org), wanted, within_s=self._wait_s)
            facts = await self._log.organization_facts(org, position - 1, 1)
        if not facts:
            raise BadPosition(position_parameter(moment))
        return facts[0].recorded_at

    async def _wait(self, scope: Scope, least: int, deadline: float) -> None:
        org, moment = scope.org, scope.moment
        needed = _needed(least, moment)
        head = await self._log.head(org)
        if head is None or (least > head.head and not head.late):
            raise BadPosition
        if moment is not None and needed > head.head and not head.late:
            raise BadPosition(position_parameter(moment))
        remaining = deadline - asyncio.get_running_loop().time()
        if remaining <= 0 or not await self._applied.reached(org, needed, remaining):
            raise ReadModelBehind

    def _remember_zone(self, org: UUID, zone: str) -> None:
        if len(self._zones) >= _MAX_ZONES:
            self._zones.clear()
        self._zones[org] = zone


def _needed(least: int, moment: Moment | None) -> int:
    """Return what must be applied before an answer can be true."""
    pinned = None if moment is None else moment.position
    return least if pinned is None else max(least, pinned)


def _at_moment(answer: Answer[T], moment: Moment | None) -> Answer[T]:
    """Say of an answer where it is true: where it was asked to be, if it was."""
    if moment is None or moment.position is None:
        return answer
    return replace(answer, standing=replace(answer.standing, position=moment.position))
