"""The desk: takes orders for reports, shows what became of them, ends them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from opportunity_filters.moments import Moment
from report_worker.application.refusals import (
    BadPosition,
    Behind,
    Expired,
    Forbidden,
    NotFound,
    NotReady,
    UnknownIds,
)
from report_worker.domain.filters import OpportunityFilter, Viewpoint, parse_filter
from report_worker.domain.report import Format, Kind, Order, Report, State
from service_runtime.callers import Caller, Role
from service_runtime.languages import Language, language_of

MAX_OPEN: Final = 20
"""How many reports of an organization may wait or run at once."""
_SEES_ALL: Final = frozenset({Role.ADMIN, Role.AUDITOR})
_POLL_S: Final = 0.05
_FACTS_EACH: Final = 8
"""How many facts an opportunity has, roughly."""


@dataclass(frozen=True)
class Snapshot:
    """Where an organization stands in the read models, and what a report pins of it."""

    position: int
    clock: datetime
    time_zone: str
    language: Language
    erasures: int


@dataclass(frozen=True)
class Wish:
    """What a caller asks for; the language is the header's, where the caller sent one."""

    kind: Kind
    format: Format
    filters: Mapping[str, object]
    accept_language: str | None
    as_of: Moment | None = None


@dataclass(frozen=True)
class Keyed:
    """An idempotency key, and the hash of the request that came under it."""

    key: str
    request_hash: bytes


@dataclass(frozen=True)
class Answer:
    """An answer as it goes out, and goes out again under the same key."""

    status: int
    body: bytes
    position: int


Render = Callable[[Report], Answer]
"""Turns a report into the answer that is remembered under an idempotency key."""


class ReadSide(Protocol):
    """What is asked of the read models and of the log's head."""

    async def snapshot(self, org: UUID) -> Snapshot | None:
        """Return where an organization stands; None before anything of it is applied."""
        ...

    async def position(self, org: UUID) -> int:
        """Return the position up to which it is applied."""
        ...

    async def past(
        self, org: UUID, position: int, instant: datetime | None
    ) -> tuple[datetime, str]:
        """Return what time it was at a moment, and in which zone."""
        ...

    async def erasures(self, org: UUID) -> int:
        """Return how many persons' keys were deleted in the log."""
        ...

    async def head(self, org: UUID) -> int:
        """Return the newest position in the log."""
        ...

    async def expected_rows(
        self, org: UUID, boards: Sequence[UUID] | None, owners: Sequence[UUID] | None
    ) -> int:
        """Return how many rows a report of these boards and owners may have, roughly."""
        ...

    async def unknown_ids(self, org: UUID, criteria: OpportunityFilter) -> tuple[str, ...]:
        """Return the filters that name something which the organization does not have."""
        ...


class Orders(Protocol):
    """The rows of reports, as callers change them; commands of an organization go in turn."""

    async def add(
        self,
        order: Order,
        *,
        ordered_by: str,
        erasures: int,
        max_open: int,
        keyed: Keyed | None,
        render: Render,
    ) -> Answer:
        """Add a report, or return what was answered to this key; raise KeyReused, TooManyOpen."""
        ...

    async def end(self, org: UUID, report: UUID, *, keyed: Keyed | None, render: Render) -> Answer:
        """Cancel a report or let its file expire; raise KeyReused."""
        ...

    async def find(self, org: UUID, report: UUID) -> Report | None:
        """Return a report of an organization."""
        ...

    async def page(
        self, org: UUID, *, ordered_by: str | None, before: UUID | None, limit: int
    ) -> list[Report]:
        """Return reports before an id, newest first; those of one caller, or all."""
        ...


class Files(Protocol):
    """The files in the report store."""

    def remove(self, org: UUID, name: str) -> None:
        """Remove a file, where it is there."""
        ...


class Desk:
    """What the door does for callers; everything is within the caller's organization."""

    def __init__(
        self,
        *,
        reads: ReadSide,
        orders: Orders,
        files: Files,
        new_id: Callable[[], UUID],
        wait_s: float = 5.0,
    ) -> None:
        self._reads = reads
        self._orders = orders
        self._files = files
        self._new_id = new_id
        self._wait_s = wait_s

    async def order(
        self, caller: Caller, wish: Wish, *, keyed: Keyed | None, render: Render
    ) -> Answer:
        """Pin a report to a position and queue it; raise BadFilter or a Refusal."""
        snapshot = await self._reads.snapshot(caller.org)
        if snapshot is None:
            raise Behind
        if wish.as_of is not None:
            snapshot = await self._past(caller.org, snapshot, wish.as_of)
        view = Viewpoint(
            clock=snapshot.clock,
            time_zone=snapshot.time_zone,
            user_id=caller.user_id,
            team_id=caller.team_id,
            sees=caller.owners,
        )
        criteria = _criteria(wish, view)
        if wish.as_of is not None:
            criteria = replace(criteria, instant=wish.as_of.instant)
        if unknown := await self._reads.unknown_ids(caller.org, criteria):
            raise UnknownIds(unknown)
        order = Order(
            org=caller.org,
            id=self._new_id(),
            kind=wish.kind,
            format=wish.format,
            filters=dict(wish.filters),
            criteria=criteria,
            position=snapshot.position,
            clock=snapshot.clock,
            time_zone=snapshot.time_zone,
            language=language_of(
                wish.accept_language, user=caller.language, organization=snapshot.language
            ),
            expected_rows=await self._expected_rows(caller.org, wish, criteria, snapshot),
        )
        return await self._orders.add(
            order,
            ordered_by=caller.actor,
            erasures=snapshot.erasures,
            max_open=MAX_OPEN,
            keyed=keyed,
            render=render,
        )

    async def _past(self, org: UUID, snapshot: Snapshot, moment: Moment) -> Snapshot:
        """Return a moment of the past as a report pins it; an instant by all that is known now."""
        if moment.position is not None:
            await self.position(org, moment.position, "as_of")
            snapshot = replace(snapshot, position=moment.position)
        clock, zone = await self._reads.past(org, snapshot.position, moment.instant)
        return replace(snapshot, clock=clock, time_zone=zone)

    async def _expected_rows(
        self, org: UUID, wish: Wish, criteria: OpportunityFilter, snapshot: Snapshot
    ) -> int:
        if criteria.whole_log:
            return snapshot.position
        rows = await self._reads.expected_rows(org, criteria.boards, criteria.visible)
        return rows if wish.kind != "audit" else min(snapshot.position, rows * _FACTS_EACH)

    async def find(self, caller: Caller, report: UUID) -> Report:
        """Return a report that the caller ordered, or may see as admin or auditor."""
        found = await self._orders.find(caller.org, report)
        if found is None or not (caller.role in _SEES_ALL or found.ordered_by == caller.actor):
            raise NotFound
        return found

    async def file_of(self, report: Report) -> str:
        """Return the name of a report's file; raise Expired or NotReady where there is none.

        A file that is older than an erasure is not given out from that moment on, however
        long it takes the sweeper to remove it.
        """
        name = file_of(report)
        if await self._reads.erasures(report.org) > report.log_erasures:
            raise Expired
        return name

    async def page(self, caller: Caller, *, before: UUID | None, limit: int) -> list[Report]:
        """Return the reports that the caller sees before an id, newest first."""
        ordered_by = None if caller.role in _SEES_ALL else caller.actor
        return await self._orders.page(
            caller.org, ordered_by=ordered_by, before=before, limit=limit
        )

    async def end(
        self, caller: Caller, report: Report, *, keyed: Keyed | None, render: Render
    ) -> Answer:
        """Cancel a report that waits or runs, let a finished one's file go; what is over stays."""
        if caller.role is not Role.ADMIN and report.ordered_by != caller.actor:
            raise Forbidden
        answer = await self._orders.end(caller.org, report.id, keyed=keyed, render=render)
        if report.file is not None:
            await asyncio.to_thread(self._files.remove, caller.org, report.file)
        return answer

    async def position(
        self, org: UUID, at_least: int | None, parameter: str = "min_position"
    ) -> int:
        """Return the position applied, after waiting a bounded time for the one asked for."""
        found = await self._reads.position(org)
        if at_least is None or found >= at_least:
            return found
        if at_least > await self._reads.head(org):
            raise BadPosition(parameter)
        for _ in range(round(self._wait_s / _POLL_S)):
            await asyncio.sleep(_POLL_S)
            found = await self._reads.position(org)
            if found >= at_least:
                return found
        raise Behind


def _criteria(wish: Wish, view: Viewpoint) -> OpportunityFilter:
    """Resolve the filters; an audit holds deleted opportunities too, unless it is asked not to.

    Without any filter, and for whoever sees all opportunities, it is of the whole log: what is
    about no opportunity is everybody's in the feed too.
    """
    criteria = parse_filter(wish.filters, view)
    if wish.kind != "audit":
        return criteria
    if "deleted" not in wish.filters:
        criteria = replace(criteria, deleted=None)
    return replace(criteria, whole_log=not wish.filters and criteria.visible is None)


def file_of(report: Report) -> str:
    """Return the name of a report's file; raise Expired or NotReady where there is none."""
    if report.state is State.EXPIRED:
        raise Expired
    if report.file is None:
        raise NotReady
    return report.file
