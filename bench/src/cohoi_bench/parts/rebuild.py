"""P5: a rebuild, beside set-based SQL that fills the same tables."""

import asyncio
import time

import asyncpg

from cohoi_bench.bench_room import Room
from cohoi_bench.large_stage import Large, large_stage
from cohoi_bench.outcome import Outcome, Target
from cohoi_bench.parts.projection import SQL, make_tables
from projector.bootstrap import rebuild
from service_runtime.addresses import Addresses
from service_runtime.sql import load_sql_folder

_SCHEMA = "bench_sql"
_FACTS_EACH = 5
_COUNT = "select count(*) from {schema}.opportunities"


def measure(room: Room) -> list[Outcome]:
    """Measure both on one log; in each the indexes are made after the rows."""
    opportunities = room.size(100_000, 2_000)
    large = large_stage(room, opportunities)
    facts = opportunities * _FACTS_EACH
    base: list[float] = []
    own: list[float] = []
    checks: dict[str, bool] = {}
    for _ in range(min(3, room.rounds)):
        base.append(facts / asyncio.run(_by_sql(large)))
        began = time.perf_counter()
        rebuilt = asyncio.run(
            rebuild(
                Addresses.one(large.stage.dsn),
                large.stage.keys.master_key,
                lambda _done, _all: None,
            )
        )
        own.append(rebuilt.facts / (time.perf_counter() - began))
        checks["both hold every opportunity"] = asyncio.run(_count(large)) == opportunities
    return [
        Outcome(
            part="P5",
            work=f"rebuild of {facts:,} facts",
            unit="facts/s",
            baseline="set-based SQL that fills the same tables",
            baseline_rounds=base,
            our_rounds=own,
            first=Target("≥ 0.3x", 0.3),
            then=Target("≥ 0.6x", 0.6),
            checks=checks,
            notes=["the baseline folds no text and keeps no totals by owner"],
        )
    ]


async def _by_sql(large: Large) -> float:
    statements = {
        name: text.replace("{schema}", _SCHEMA) for name, text in load_sql_folder(SQL).items()
    }
    connection = await asyncpg.connect(large.stage.dsn)
    try:
        await make_tables(connection, _SCHEMA)
        indexes = await connection.fetch(
            "select indexname, indexdef from pg_indexes where schemaname = $1 "
            "and indexname not like '%_pkey'",
            _SCHEMA,
        )
        for index in indexes:
            await connection.execute(f'drop index {_SCHEMA}."{index["indexname"]}"')
        head = await connection.fetchval("select head from log.lanes where lane = 0")
        began = time.perf_counter()
        async with connection.transaction():
            await connection.execute(statements["fill_present"])
            await connection.execute(statements["insert_versions"], 0, head)
            await connection.execute(statements["add_totals"], 0, head)
            for index in indexes:
                await connection.execute(index["indexdef"])
        return time.perf_counter() - began
    finally:
        await connection.close()


async def _count(large: Large) -> int:
    connection = await asyncpg.connect(large.stage.dsn)
    try:
        number = await connection.fetchval("select number from projection.current")
        ours = await connection.fetchval(_COUNT.format(schema=f"read_{number}"))
        theirs = await connection.fetchval(_COUNT.format(schema=_SCHEMA))
    finally:
        await connection.close()
    return int(ours) if ours == theirs else -1
