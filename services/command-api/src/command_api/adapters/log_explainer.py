"""What the log itself can tell beside a refusal: what is there, since when, and what came after."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from command_api.application.ports import Evidence
from command_api.domain.board.state import Board
from command_api.domain.customer.state import Customer
from command_api.domain.streams import decode_state
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream, instant
from opportunity_events.v1 import Language
from opportunity_events.wire_types import WIRE_NAMES
from service_runtime.sql import load_sql

_SQL: Final = "command_api.adapters.sql"
_TIMEOUT_S: Final = 5.0
MAX_EVENTS: Final = 50
MAX_FACTS: Final = 5_000


class LogExplainer:
    """Explains refusals from decision state and facts."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def exists(self, stream: Stream, part: UUID | None) -> bool:
        """Say whether the stream is there, and in it the part: a status or a contact."""
        row = await self._row(stream)
        if row is None or part is None:
            return row is not None
        match decode_state(stream.kind, row["state"]):
            case Board() as board:
                return board.knows(part)
            case Customer() as customer:
                return part in customer.contacts
            case _:
                return False

    async def recorded_at(self, stream: Stream, version: int) -> datetime:
        """Return when the fact of this version was recorded."""
        rows = await self._facts(stream, version - 1, 1)
        moment: datetime = rows[0]["recorded_at"]
        return moment

    async def evidence(
        self, stream: Stream, part: UUID | None, since: int, language: Language
    ) -> Evidence:
        """Return the resource's id and version, and its facts after version `since`."""
        del part, language
        row = await self._row(stream)
        version = 0 if row is None else int(row["version"])
        facts = await self._facts(stream, min(since, version), MAX_FACTS)
        newest = list(reversed(facts))[:MAX_EVENTS]
        return Evidence(
            current={"id": str(stream.id), "version": version},
            events_since=[_item(fact) for fact in newest],
        )

    async def _row(self, stream: Stream) -> Any:  # noqa: ANN401 - a record of asyncpg
        return await self._pool.fetchrow(
            load_sql(_SQL, "load_streams"),
            [stream.org],
            [stream.kind],
            [stream.id],
            timeout=_TIMEOUT_S,
        )

    async def _facts(self, stream: Stream, after: int, limit: int) -> list[Any]:
        return await self._pool.fetch(
            load_sql(_SQL, "stream_times"),
            stream.org,
            stream.kind,
            stream.id,
            after,
            limit,
            timeout=_TIMEOUT_S,
        )


def _item(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a record of asyncpg
    fact = CODEC.decode(row["bytes"])
    return {
        "event_id": str(fact.event_id),
        "type": WIRE_NAMES[type(fact.data)],
        "version": row["version"],
        "position": row["position"],
        "recorded_at": instant(row["recorded_at"]),
        "occurred_at": instant(row["occurred_at"]),
        "actor": {"id": fact.cause.actor},
        "client": fact.cause.client,
        "command_id": str(fact.cause.command_id),
        "causation_id": str(fact.cause.causation_id),
    }
