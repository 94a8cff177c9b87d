"""The log in PostgreSQL: questions answered a kind a call, a group appended in one."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from command_api.adapters.append_arrays import AppendArrays
from command_api.application.committer import Appended
from command_api.application.draft import MAX_OCCUPANTS, OrderedDeletion
from command_api.application.group import Decided
from command_api.application.known import (
    BoardsOf,
    DeletionOf,
    FactsSince,
    KeyNamed,
    KeyOf,
    Known,
    Loaded,
    Occupants,
    OccupantsOf,
    PersonKey,
    Question,
    Receipt,
    ReceiptOf,
)
from command_api.application.submission import Submission
from command_api.domain.streams import decode_state
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream
from service_runtime.pools import is_database_trouble
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

SQL: Final = "command_api.adapters.sql"
LANE_LOCK: Final = 7246
# A client that is further behind than this is not merged.
MAX_FACTS_SINCE: Final = 5_000
ACQUIRE_TIMEOUT_S: Final = 10.0


class PostgresLog:
    """The log over a pool of connections under the role cohoi_command."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._master_key = master_key

    @asynccontextmanager
    async def session(self, lane: int, *, locked: bool) -> AsyncGenerator["PostgresSession"]:
        """Open a session; a locked one holds the lane's lock from here to its end."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            session = PostgresSession(connection, lane, self._master_key)
            if not locked:
                yield session
                return
            async with connection.transaction():
                await connection.execute(load_sql(SQL, "lock_lane"), LANE_LOCK, lane)
                yield session

    async def lane_of(self, org: UUID) -> int | None:
        """Return the lane that an organization lives in, None where there is no such."""
        found = await self._pool.fetchrow(load_sql(SQL, "organization_head"), org)
        return None if found is None else int(found["lane"])

    def is_trouble(self, error: BaseException) -> bool:
        """Say whether an error speaks of the database's state and not of a command."""
        return is_database_trouble(error)


class PostgresSession:
    """One connection for one group."""

    def __init__(
        self,
        connection: asyncpg.pool.PoolConnectionProxy,
        lane: int,
        master_key: MasterKey,
    ) -> None:
        self._connection = connection
        self._lane = lane
        self._master_key = master_key

    async def answer(self, questions: set[Question], known: Known) -> None:
        """Put the answer to every question into `known`, a kind a call."""
        await self._streams([q for q in questions if isinstance(q, Stream)], known)
        await self._receipts([q for q in questions if isinstance(q, ReceiptOf)], known)
        await self._keys([q for q in questions if isinstance(q, KeyOf)], known)
        await self._named_keys([q for q in questions if isinstance(q, KeyNamed)], known)
        for question in questions:
            match question:
                case OccupantsOf():
                    known.occupants[question] = await self._occupants(question)
                case FactsSince():
                    known.facts[question] = await self._facts(question)
                case BoardsOf():
                    known.boards[question] = await self._boards(question)
                case DeletionOf():
                    known.deletions[question] = await self._deletion(question)
                case _:
                    pass

    async def append(self, group: Sequence[Decided]) -> list[Appended]:
        """Append what the group decided; a row for each of its commands, in order.

        Jobs that it orders are made in the same transaction: neither is ever there alone.
        """
        if not any(decided.draft.deletions for decided in group):
            return await self._append(group)
        async with self._connection.transaction():
            appended = await self._append(group)
            for decided, one in zip(group, appended, strict=True):
                if one.outcome == "done":
                    for ordered in decided.draft.deletions:
                        await self._add_deletion(decided.submission, ordered, one.position)
        return appended

    async def _append(self, group: Sequence[Decided]) -> list[Appended]:
        arrays = AppendArrays(self._master_key)
        for decided in group:
            arrays.add(decided)
        rows = await self._connection.fetch(load_sql(SQL, "append"), *arrays.columns(self._lane))
        return [
            Appended(
                row["outcome"],
                row["position"],
                None if row["outcome"] != "receipt" else _receipt(row),
            )
            for row in rows
        ]

    async def _add_deletion(
        self, submission: Submission, ordered: OrderedDeletion, position: int
    ) -> None:
        asker, cause = submission.asker, submission.cause
        await self._connection.execute(
            load_sql(SQL, "add_deletion"),
            asker.org,
            ordered.job_id,
            ordered.options.status_id,
            msgspec.json.encode(ordered.options).decode(),
            asker.actor,
            asker.user_id,
            asker.role,
            cause.causation_id,
            cause.correlation_id,
            cause.traceparent,
            ordered.count,
            position,
        )

    async def _fetch(self, name: str, *arguments: object) -> list[Any]:
        return await self._connection.fetch(load_sql(SQL, name), *arguments)

    async def _streams(self, streams: list[Stream], known: Known) -> None:
        if not streams:
            return
        rows = await self._fetch(
            "load_streams",
            [s.org for s in streams],
            [s.kind for s in streams],
            [s.id for s in streams],
        )
        known.streams.update(dict.fromkeys(streams))
        for row in rows:
            stream = streams[row["n"] - 1]
            known.streams[stream] = Loaded(
                row["version"],
                row["hash"],
                row["created_at"],
                row["occurred_at"],
                row["last_actor"],
                decode_state(stream.kind, row["state"]),
            )

    async def _receipts(self, questions: list[ReceiptOf], known: Known) -> None:
        if not questions:
            return
        rows = await self._fetch(
            "load_receipts", [q.org for q in questions], [q.key for q in questions]
        )
        known.receipts.update(dict.fromkeys(questions))
        for row in rows:
            known.receipts[questions[row["n"] - 1]] = _receipt(row)

    async def _keys(self, questions: list[KeyOf], known: Known) -> None:
        if not questions:
            return
        rows = await self._fetch(
            "load_keys", [q.org for q in questions], [q.subject for q in questions]
        )
        known.keys.update(dict.fromkeys(questions))
        for row in rows:
            question = questions[row["n"] - 1]
            key = self._master_key.unwrap(
                row["wrapped"], org=question.org, subject=question.subject
            )
            known.keys[question] = PersonKey(row["key_id"], question.subject, key)

    async def _named_keys(self, questions: list[KeyNamed], known: Known) -> None:
        if not questions:
            return
        rows = await self._fetch("open_keys", [q.key_id for q in questions])
        known.named_keys.update(dict.fromkeys(questions))
        for row in rows:
            key = self._master_key.unwrap(row["wrapped"], org=row["org"], subject=row["subject"])
            question = KeyNamed(row["org"], row["key_id"])
            known.named_keys[question] = PersonKey(row["key_id"], row["subject"], key)

    async def _occupants(self, question: OccupantsOf) -> Occupants:
        place = (question.org, question.board, question.status)
        rows = await self._fetch("load_occupants", *place, MAX_OCCUPANTS + 1)
        count = len(rows)
        if count > MAX_OCCUPANTS:
            counted = await self._fetch("count_occupants", *place)
            count = int(counted[0]["count"])
        return Occupants(tuple(row["id"] for row in rows), count)

    async def _facts(self, question: FactsSince) -> tuple[Any, ...]:
        stream = question.stream
        rows = await self._fetch(
            "stream_facts", stream.org, stream.kind, stream.id, question.version, MAX_FACTS_SINCE
        )
        return tuple(CODEC.decode(row["bytes"]) for row in rows)

    async def _deletion(self, question: DeletionOf) -> UUID | None:
        rows = await self._fetch("deletion_of", question.org, question.status)
        return rows[0]["id"]

    async def _boards(self, question: BoardsOf) -> tuple[UUID, ...]:
        rows = await self._fetch("load_boards", question.org)
        return tuple(row["id"] for row in rows)


def _receipt(row: Any) -> Receipt:  # noqa: ANN401 - a record of asyncpg
    return Receipt(row["request_hmac"], row["status"], row["answer"], row["position"])
