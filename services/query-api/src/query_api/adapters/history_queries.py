"""The history of an opportunity: facts from the log, names from the snapshot of its position."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from opportunity_events.codec import CODEC
from opportunity_history.entries import Mentioned, mentioned_in
from opportunity_history.names import Names
from query_api.adapters.asking import standing_of
from query_api.adapters.composing import (
    OPPORTUNITIES,
    scope_values,
    scoped,
    statement,
)
from query_api.adapters.fact_log import PostgresFactLog
from query_api.adapters.fragments import load_fragments
from query_api.application.answers import Answer, HistoryPage, StoredFact
from query_api.domain.scope import Scope
from service_runtime.fragments import Statement, fill
from service_runtime.read_schema import ReadSchema, ReadSnapshot

_NEWEST: Final = 2**31 - 1


class HistoryQueries:
    """A HistoryModel on PostgreSQL."""

    def __init__(self, reads: ReadSchema, log: PostgresFactLog) -> None:
        self._reads = reads
        self._log = log

    async def page(
        self, scope: Scope, opportunity_id: UUID, before: int | None, limit: int
    ) -> Answer[HistoryPage | None]:
        """Find up to `limit` + 1 facts before a version, newest first, as far as they are applied.

        The position and the names are read in one transaction and so from one snapshot; the
        facts in between cannot change, and none beyond the position is asked for.
        """
        pieces = load_fragments("history")
        found = fill(pieces["found"], scope=scoped(OPPORTUNITIES, scope))
        text, values = Statement(
            statement("found", found=found), {**scope_values(scope), "id": opportunity_id}
        ).numbered()
        async with self._reads.snapshot(scope.org) as snapshot:
            row = await snapshot.ask(text, *values)
            standing = standing_of(row)
            if not row["found"] or standing.position is None:
                return Answer(standing, None)
            facts = await self._log.opportunity_history(
                scope.org, opportunity_id, before or _NEWEST, standing.position, limit + 1
            )
            mentioned = _mentioned(facts)
            names = await _names(snapshot, scope.org, mentioned)
        keys = await self._log.key_names(scope.org, list(mentioned.keys))
        return Answer(standing, HistoryPage(facts, Names(names["user"], keys, names["customer"])))


async def _names(
    snapshot: ReadSnapshot, org: UUID, mentioned: Mentioned
) -> dict[str, dict[UUID, str | None]]:
    text, values = Statement(
        load_fragments("history")["names"],
        {"org": org, "users": list(mentioned.users), "customers": list(mentioned.customers)},
    ).numbered()
    names: dict[str, dict[UUID, str | None]] = {"user": {}, "customer": {}}
    for row in await snapshot.fetch(text, *values):
        names[row["kind"]][row["id"]] = row["name"]
    return names


def _mentioned(facts: Sequence[StoredFact]) -> Mentioned:
    each = [_mentioned_in(fact) for fact in facts]
    return Mentioned(
        users=frozenset().union(*(one.users for one in each)),
        keys=frozenset().union(*(one.keys for one in each)),
        customers=frozenset().union(*(one.customers for one in each)),
    )


def _mentioned_in(fact: StoredFact) -> Mentioned:
    decoded = CODEC.decode(fact.canonical)
    return mentioned_in(decoded.cause.actor, msgspec.to_builtins(decoded.data))
