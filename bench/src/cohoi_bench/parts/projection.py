"""P4: live projection, beside set-based upserts of the same facts into the same tables."""

import asyncio
import time
from typing import Final

import asyncpg

from cohoi_bench.bench_room import Room
from cohoi_bench.facts_in_bulk import Shape, write_in_bulk
from cohoi_bench.outcome import Outcome, Target
from cohoi_bench.stage import Stage, fresh_stage
from opportunity_events.topic import FACTS_TOPIC
from projector.adapters.definition import present_definition
from projector.bootstrap import open_projector
from projector.settings import Settings
from service_runtime.sql import load_sql_folder

SQL: Final = "cohoi_bench.sql"
BATCH_FACTS: Final = 2_000
_LIMIT_S: Final = 1_200.0


def measure(room: Room) -> list[Outcome]:
    """Fold a backlog through the live path, and the same facts by SQL batch by batch."""
    facts = room.size(200_000, 4_000)
    base: list[float] = []
    own: list[float] = []
    checks: dict[str, bool] = {}
    for _ in range(min(3, room.rounds)):
        stage = fresh_stage(room.cluster, room.directory, "bench_p4")
        office = asyncio.run(stage.open_office())
        asyncio.run(catch_up(stage))
        shape = Shape(facts // 5, 5, office.boards)
        asyncio.run(write_in_bulk(stage.dsn, office, shape))
        base.append(facts / asyncio.run(_by_sql(stage, "bench_sql")))
        own.append(facts / asyncio.run(catch_up(stage)))
        checks["both show the same opportunities"] = asyncio.run(_same(stage, "bench_sql"))
    return [
        Outcome(
            part="P4",
            work=f"live projection of {facts:,} facts, batches of {BATCH_FACTS:,}",
            unit="facts/s",
            baseline="set-based upserts into the same tables, from the log's JSON",
            baseline_rounds=base,
            our_rounds=own,
            first=Target("≥ 0.8x", 0.8),
            then=Target("≥ 1.2x", 1.2),
            checks=checks,
            notes=["the baseline folds no text and keeps no totals by owner"],
        )
    ]


async def catch_up(stage: Stage, bootstrap: str | None = None, topic: str = FACTS_TOPIC) -> float:
    """Run the projector, from the topic or the table, until it stands at the log's head.

    Return the seconds.
    """
    settings = Settings(
        log_dsn=stage.dsn,
        read_dsn=stage.dsn,
        master_key_file=stage.keys.master_key,
        kafka_bootstrap=bootstrap,
        kafka_topic=topic,
    )
    connection = await asyncpg.connect(stage.dsn)
    stop = asyncio.Event()
    try:
        async with open_projector(settings) as projector, asyncio.timeout(_LIMIT_S):
            began = time.perf_counter()
            running = asyncio.create_task(projector.run(stop))
            while await connection.fetchval(_BEHIND):  # noqa: ASYNC110 - it has no event of ours
                await asyncio.sleep(0.02)
            seconds = time.perf_counter() - began
            stop.set()
            await running
    finally:
        await connection.close()
    return seconds


_BEHIND: Final = """
select l.head > coalesce((select max(c.lane_position) from projection.checkpoints c
    join projection.current p on p.number = c.generation where c.lane = l.lane), 0)
from log.lanes l where l.lane = 0
"""


async def make_tables(connection: asyncpg.Connection, schema: str) -> None:
    """Make the tables of a generation, with its indexes, in a schema of the bench's own."""
    await connection.execute(f"drop schema if exists {schema} cascade")
    await connection.execute(f"create schema {schema}")
    await connection.execute(present_definition().text.replace("{schema}", schema))


async def _by_sql(stage: Stage, schema: str) -> float:
    statements = {
        name: text.replace("{schema}", schema) for name, text in load_sql_folder(SQL).items()
    }
    connection = await asyncpg.connect(stage.dsn)
    try:
        await make_tables(connection, schema)
        await connection.execute(
            "set synchronous_commit = off; set enable_seqscan = off; set enable_hashjoin = off; "
            "set enable_mergejoin = off"
        )
        head = await connection.fetchval("select head from log.lanes where lane = 0")
        began = time.perf_counter()
        for after in range(0, head, BATCH_FACTS):
            async with connection.transaction():
                for step in ("close_versions", "upsert_present", "insert_versions", "add_totals"):
                    await connection.execute(statements[step], after, after + BATCH_FACTS)
        return time.perf_counter() - began
    finally:
        await connection.close()


async def _same(stage: Stage, schema: str) -> bool:
    connection = await asyncpg.connect(stage.dsn)
    try:
        number = await connection.fetchval("select number from projection.current")
        return bool(
            await connection.fetchval(
                load_sql_folder(SQL)["same_opportunities"]
                .replace("{ours}", f"read_{number}")
                .replace("{theirs}", schema)
            )
        )
    finally:
        await connection.close()
