"""The history of an opportunity: facts from the log, and the names of then from one snapshot."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from opportunity_events.codec import CODEC
from opportunity_filters.moments import Moment
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
_NamesByKind = dict[str, dict[UUID, str | None]]


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
                scope.org,
                opportunity_id,
                before or _NEWEST,
                _last(scope.moment, standing.position),
                limit + 1,
            )
            if not facts and before is None:  # at that position it was not there yet
                return Answer(standing, None)
            mentioned = [_mentioned_in(fact) for fact in facts]
            named = await _names_of_then(snapshot, scope.org, facts, mentioned)
        keys = await self._log.key_names(
            scope.org, list(frozenset[UUID]().union(*(one.keys for one in mentioned)))
        )
        names = tuple(Names(one["user"], keys, one["customer"]) for one in named)
        return Answer(standing, HistoryPage(facts, names))


def _last(moment: Moment | None, position: int) -> int:
    """Return the last position whose facts are told."""
    if moment is None or moment.position is None:
        return position
    return min(moment.position, position)


async def _names_of_then(
    snapshot: ReadSnapshot,
    org: UUID,
    facts: Sequence[StoredFact],
    mentioned: Sequence[Mentioned],
) -> list[_NamesByKind]:
    """Return for each fact what those whom it mentions were called at its position."""
    users = [(f.position, i) for f, one in zip(facts, mentioned, strict=True) for i in one.users]
    customers = [
        (f.position, i) for f, one in zip(facts, mentioned, strict=True) for i in one.customers
    ]
    text, values = Statement(
        load_fragments("history")["names"],
        {
            "org": org,
            "user_positions": [position for position, _ in users],
            "user_ids": [user for _, user in users],
            "customer_positions": [position for position, _ in customers],
            "customer_ids": [customer for _, customer in customers],
        },
    ).numbered()
    found: dict[int, _NamesByKind] = {f.position: {"user": {}, "customer": {}} for f in facts}
    for row in await snapshot.fetch(text, *values):
        found[row["position"]][row["kind"]][row["id"]] = row["name"]
    return [found[fact.position] for fact in facts]


def _mentioned_in(fact: StoredFact) -> Mentioned:
    decoded = CODEC.decode(fact.canonical)
    return mentioned_in(decoded.cause.actor, msgspec.to_builtins(decoded.data))
