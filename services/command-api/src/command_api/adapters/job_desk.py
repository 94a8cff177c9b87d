"""Jobs in PostgreSQL, as callers order, read and cancel them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from command_api.adapters.job_rows import as_json, job_of
from command_api.adapters.sealed_pieces import JOB_SQL, JobSeal, job_subject
from command_api.application.group import accepted
from command_api.application.jobs.job import MOST_OPEN, Job
from command_api.application.jobs.ordering import NewJob, QueueFull
from command_api.application.submission import Accepted, Idempotency
from command_api.domain.board.state import Board
from command_api.domain.organization.state import Organization
from command_api.domain.refusal import KeyReused
from command_api.domain.streams import State, decode_state
from opportunity_events.codec import canonical_json
from opportunity_events.envelope import Stream, StreamKind
from service_runtime.ids import new_id
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, new_key

_LOG_SQL: Final = "command_api.adapters.sql"
_NAMED_BY: Final[Mapping[str, StreamKind]] = MappingProxyType(
    {"board": "board", "owner": "user", "team": "team", "customer": "customer"}
)
_RELATIVE: Final = frozenset({"me", "mine"})
_MOST_BOARDS: Final = 10_000
_UPLOAD_TIMEOUT_S: Final = 120.0
_ACQUIRE_TIMEOUT_S: Final = 10.0


class PostgresJobDesk:
    """Where jobs are ordered; the file is sealed before it leaves this process."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey, lease_s: float = 15.0) -> None:
        self._pool = pool
        self._master_key = master_key
        self._lease_s = lease_s

    async def answered(self, org: UUID, idempotency: Idempotency) -> Accepted | None:
        """Return what was answered under a key before; raises KeyReused for another request."""
        statement = load_sql(_LOG_SQL, "load_receipts")
        row = await self._pool.fetchrow(statement, [org], [idempotency.key])
        return None if row is None else _answer(row, idempotency)

    async def order(self, new: NewJob, file: AsyncIterator[bytes]) -> Accepted:
        """Make a job with its file, exactly once a key; raises KeyReused or QueueFull."""
        key = new_key()
        seal = JobSeal(new.org, new.id, key)
        subject = job_subject(new.id)
        wrapped = self._master_key.wrap(key, org=new.org, subject=subject)
        async with self._pool.acquire(timeout=_ACQUIRE_TIMEOUT_S) as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                ordinal = 0
                async for piece in file:
                    await connection.execute(
                        load_sql(JOB_SQL, "add_upload"),
                        new.id,
                        ordinal,
                        seal.piece(ordinal, piece),
                        timeout=_UPLOAD_TIMEOUT_S,
                    )
                    ordinal += 1
                row = await connection.fetchrow(
                    load_sql(JOB_SQL, "create_job"), *self._arguments(new, wrapped)
                )
            except BaseException:
                await transaction.rollback()
                raise
            if row["outcome"] == "done":
                await transaction.commit()
            else:
                await transaction.rollback()  # the file of a job that is not made goes with it
        if row["outcome"] == "full":
            raise QueueFull
        return _answer(row, new.idempotency)

    def _arguments(self, new: NewJob, wrapped: bytes) -> tuple[Any, ...]:
        idempotency, cause = new.idempotency, new.cause
        return (
            new.org,
            new.id,
            new.kind,
            as_json(new.options),
            new.asker.actor,
            new.asker.user_id,
            new.asker.role,
            cause.causation_id,
            cause.correlation_id,
            cause.traceparent,
            wrapped,
            new_id(),
            None if idempotency is None else idempotency.key,
            None if idempotency is None else idempotency.request_hmac,
            canonical_json({"job_id": new.id}),
            new.holder,
            self._lease_s,
            MOST_OPEN,
        )

    async def board(self, org: UUID, board_id: UUID) -> Board | None:
        """Return a board of an organization."""
        state = await self._state(Stream(org, "board", board_id))
        return state if isinstance(state, Board) else None

    async def organization(self, org: UUID) -> Organization | None:
        """Return an organization's settings."""
        state = await self._state(Stream(org, "organization", org))
        return state if isinstance(state, Organization) else None

    async def unknown_in(self, org: UUID, chosen: Mapping[str, Sequence[str]]) -> list[str]:
        """Return the keys of a filter that name something the organization never had."""
        unknown: list[str] = []
        for key, kind in _NAMED_BY.items():
            ids = [UUID(text) for text in chosen.get(key, ()) if text not in _RELATIVE]
            statement = load_sql(_LOG_SQL, "load_streams")
            rows = await self._pool.fetch(statement, [org] * len(ids), [kind] * len(ids), ids)
            if len(rows) < len(ids):
                unknown.append(key)
        statuses = {UUID(text) for text in chosen.get("status", ())}
        if statuses and not statuses <= await self._statuses(org):
            unknown.append("status")
        return unknown

    async def _statuses(self, org: UUID) -> set[UUID]:
        rows = await self._pool.fetch(load_sql(_LOG_SQL, "load_states"), org, "board", _MOST_BOARDS)
        known: set[UUID] = set()
        for row in rows:
            board = decode_state("board", row["state"])
            if isinstance(board, Board):
                known |= {status.id for status in board.statuses} | board.gone.keys()
        return known

    async def _state(self, stream: Stream) -> State | None:
        statement = load_sql(_LOG_SQL, "load_streams")
        row = await self._pool.fetchrow(statement, [stream.org], [stream.kind], [stream.id])
        return None if row is None else decode_state(stream.kind, row["state"])

    async def job(self, org: UUID, job_id: UUID) -> Job | None:
        """Return a job of an organization."""
        row = await self._pool.fetchrow(load_sql(JOB_SQL, "job"), org, job_id)
        return None if row is None else job_of(row)

    async def page(self, org: UUID, before: UUID | None, limit: int) -> list[Job]:
        """Return jobs of an organization, newest first."""
        rows = await self._pool.fetch(load_sql(JOB_SQL, "jobs_page"), org, before, limit)
        return [job_of(row) for row in rows]

    async def page_of(self, org: UUID, actor: str, before: UUID | None, limit: int) -> list[Job]:
        """Return jobs that one caller asked for, newest first."""
        rows = await self._pool.fetch(load_sql(JOB_SQL, "jobs_page_of"), org, actor, before, limit)
        return [job_of(row) for row in rows]

    async def cancel(self, org: UUID, job_id: UUID) -> Job | None:
        """Cancel a job that has not ended; return it as it is then."""
        row = await self._pool.fetchrow(load_sql(JOB_SQL, "cancel_job"), org, job_id)
        return None if row is None else job_of(row)

    async def position(self, org: UUID) -> int:
        """Return the position of an organization's newest fact."""
        row = await self._pool.fetchrow(load_sql(_LOG_SQL, "organization_head"), org)
        return 0 if row is None else row["head"]


def _answer(row: Any, idempotency: Idempotency | None) -> Accepted:  # noqa: ANN401 - a record of asyncpg
    if idempotency is not None and row["request_hmac"] != idempotency.request_hmac:
        raise KeyReused
    return accepted(row["status"], msgspec.json.decode(row["answer"]), row["position"])
