"""The append's plans are pinned: a log that was planned on empty tables stays as fast when full."""

import time
from collections.abc import Sequence
from statistics import median
from typing import Final
from uuid import UUID

import asyncpg

from opportunity_events import v1
from opportunity_events.envelope import Stream
from service_runtime.ids import new_id
from service_runtime.vault import MasterKey
from support.fact_samples import APPROACH, TALKS, cell
from support.fact_writer import FactWriter
from support.histories import Planted
from support.office import MASTER_KEY

FACTS: Final = 200_000
GROUP: Final = 500
# Plans that go wrong cost a factor of ten and more; less than this is a busy machine.
SLOWER_AT_MOST: Final = 3.0


async def test_two_hundred_thousand_facts_do_not_slow_the_append_down(database: str) -> None:
    connection = await asyncpg.connect(database, server_settings={"role": "cohoi_command"})
    try:
        writer, org = FactWriter(connection, MasterKey(MASTER_KEY)), new_id()
        await writer.register(org)
        deals: list[UUID] = []
        seconds: list[float] = []
        for group in range(FACTS // GROUP):
            facts = _created(org, deals) if group % 2 == 0 else _moved(org, deals[-GROUP:])
            started = time.perf_counter()
            await writer.append(facts)
            seconds.append(time.perf_counter() - started)
        at = len(seconds) // 10
        assert median(seconds[-at:]) < SLOWER_AT_MOST * median(seconds[:at])
        assert await connection.fetchval("select head from log.organization_head($1)", org) == FACTS
    finally:
        await connection.close()


def _created(org: UUID, deals: list[UUID]) -> Sequence[Planted]:
    new = [new_id() for _ in range(GROUP)]
    deals += new
    data = v1.OpportunityCreated(new_id(), None, cell(), "Deal", None, (), None)
    return [Planted(Stream(org, "opportunity", deal), data) for deal in new]


def _moved(org: UUID, deals: Sequence[UUID]) -> Sequence[Planted]:
    data = v1.OpportunityMoved(new_id(), cell(APPROACH), cell(TALKS), None, None)
    return [Planted(Stream(org, "opportunity", deal), data) for deal in deals]
