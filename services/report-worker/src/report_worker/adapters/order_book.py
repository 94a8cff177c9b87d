"""The rows of reports as callers change them, each command in one transaction with its receipt."""

import hmac
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from report_worker.adapters.criteria import criteria_json
from report_worker.application.desk import Answer, Keyed, Render
from report_worker.application.refusals import KeyReused, NotFound, TooManyOpen
from report_worker.domain.report import Failure, Format, Order, Report, State, queue_for
from service_runtime.fence import stand_behind
from service_runtime.sql import load_sql_folder

_STATEMENTS: Final = "report_worker.adapters.door_statements"
_TIMEOUT_S: Final = 5.0


class OrderBook:
    """Reports of schema `reports`, over a pool of the door."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._sql = load_sql_folder(_STATEMENTS)

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

        async def insert(connection: PoolConnectionProxy) -> Report:
            waiting = await connection.fetchval(self._sql["count_open"], order.org, max_open)
            if waiting == max_open:  # it counts no further
                raise TooManyOpen(max_open)
            row = await connection.fetchrow(
                self._sql["add"],
                order.id,
                order.org,
                ordered_by,
                order.kind,
                order.format.value,
                json.dumps(order.filters),
                criteria_json(order.criteria),
                order.position,
                order.clock,
                order.time_zone,
                order.language,
                order.expected_rows,
                queue_for(order.expected_rows).value,
                erasures,
            )
            await connection.execute(self._sql["ring"])
            return _report(row)

        return await self._in_turn(order.org, keyed, insert, render)

    async def end(self, org: UUID, report: UUID, *, keyed: Keyed | None, render: Render) -> Answer:
        """Cancel a report or let its file expire; raise KeyReused."""

        async def cancel(connection: PoolConnectionProxy) -> Report:
            await connection.execute(self._sql["cancel"], org, report)
            row = await connection.fetchrow(self._sql["find"], org, report)
            if row is None:
                raise NotFound
            return _report(row)

        return await self._in_turn(org, keyed, cancel, render)

    async def find(self, org: UUID, report: UUID) -> Report | None:
        """Return a report of an organization."""
        async with self._connection_to(org) as connection:
            row = await connection.fetchrow(self._sql["find"], org, report)
        return None if row is None else _report(row)

    async def page(
        self, org: UUID, *, ordered_by: str | None, before: UUID | None, limit: int
    ) -> list[Report]:
        """Return reports before an id, newest first; those of one caller, or all."""
        async with self._connection_to(org) as connection:
            if ordered_by is None:
                rows = await connection.fetch(self._sql["list_all"], org, before, limit)
            else:
                rows = await connection.fetch(self._sql["list_own"], org, before, limit, ordered_by)
        return [_report(row) for row in rows]

    @asynccontextmanager
    async def _connection_to(self, org: UUID) -> AsyncGenerator[PoolConnectionProxy]:
        async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
            await stand_behind(connection, org)
            yield connection

    async def _in_turn(
        self,
        org: UUID,
        keyed: Keyed | None,
        decide: Callable[[PoolConnectionProxy], Awaitable[Report]],
        render: Render,
    ) -> Answer:
        """Decide a command while no other of the organization is decided, once a key."""
        async with self._connection_to(org) as connection, connection.transaction():
            await connection.execute(self._sql["lock_organization"], org)
            if keyed is not None:
                receipt = await connection.fetchrow(self._sql["find_receipt"], org, keyed.key)
                if receipt is not None:
                    return _repeated(receipt, keyed)
            answer = render(await decide(connection))
            if keyed is not None:
                await connection.execute(
                    self._sql["add_receipt"],
                    org,
                    keyed.key,
                    keyed.request_hash,
                    answer.status,
                    answer.body,
                    answer.position,
                )
            return answer


def _repeated(receipt: asyncpg.Record, keyed: Keyed) -> Answer:
    if not hmac.compare_digest(receipt["request_hash"], keyed.request_hash):
        raise KeyReused
    return Answer(receipt["status"], receipt["answer"], receipt["position"])


def _report(row: Any) -> Report:  # noqa: ANN401 - asyncpg's record
    values = dict(row)
    error = values.pop("error")
    return Report(
        format=Format(values.pop("format")),
        state=State(values.pop("state")),
        filters=json.loads(values.pop("filters")),
        error=None if error is None else Failure(error),
        **values,
    )
