"""What the log's table knows of opportunities, whichever lane they are in."""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg

from command_api.adapters.relayed_lanes import RELAY_SQL
from command_api.application.relaying.ports import Opportunity
from opportunity_events import v1
from opportunity_events.codec import CODEC
from opportunity_events.opportunity_states import Particulars, particulars_after
from service_runtime.sql import load_sql

_ROWS_AT_ONCE: Final = 1_000


class LoggedHistories:
    """Histories of opportunities over a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def particulars(
        self, before: Mapping[Opportunity, int]
    ) -> Mapping[Opportunity, Particulars]:
        """Return what was known of opportunities before a version of each, in one statement.

        Its rows are folded as they come: an opportunity may have been edited very often.
        """
        known: dict[Opportunity, Particulars] = {}
        if not before:
            return known
        arguments = (
            [org for org, _ in before],
            [opportunity for _, opportunity in before],
            list(before.values()),
        )
        statement = load_sql(RELAY_SQL, "opportunity_particulars")
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            rows = connection.cursor(statement, *arguments, prefetch=_ROWS_AT_ONCE)
            async for org, opportunity, occurred_at, canonical in rows:
                data = CODEC.decode(canonical).data
                if isinstance(data, v1.OpportunityFact):
                    one = (org, opportunity)
                    known[one] = particulars_after(known.get(one), data, occurred_at)
        return known

    async def known(self, opportunities: Sequence[Opportunity]) -> frozenset[Opportunity]:
        """Return those of some opportunities that the log knows."""
        rows = await self._pool.fetch(
            load_sql(RELAY_SQL, "known_opportunities"),
            [org for org, _ in opportunities],
            [opportunity for _, opportunity in opportunities],
        )
        return frozenset((row["org"], row["id"]) for row in rows)
