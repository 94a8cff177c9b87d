"""P6 and P6b: a board's view, filters' totals, search and the past, at a million opportunities."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import asyncpg

from cohoi_bench.bench_room import Room
from cohoi_bench.large_stage import Large, large_stage, read_schema
from cohoi_bench.outcome import Outcome, Target
from opportunity_filters.parameters import Values
from query_api.bootstrap import QuerySide, open_query_side
from query_api.domain.scope import Scope, Viewer
from query_api.settings import Settings

OPPORTUNITIES: Final = 1_000_000
QUICK_OPPORTUNITIES: Final = 5_000
_BASELINE: Final = """
with ranked as (
    select o.*, row_number() over (
        partition by status_id order by expected_close_date nulls last, id) as place
    from {schema}.opportunities o
    where org = $1 and board_id = $2 and deleted_at is null
), cards as (select status_id, jsonb_agg(to_jsonb(r) - 'words') as cards from ranked r
    where place <= 30 group by status_id)
select t.*, (select jsonb_agg(c.cards) from cards c) from (
    select status_id, currency, count(*), sum(amount_minor), sum(weighted_minor)
    from {schema}.opportunities where org = $1 and board_id = $2 and deleted_at is null
    group by status_id, currency) as t
"""


def query_settings(large: Large) -> Settings:
    """Return the settings of query-api on that database."""
    return Settings(
        log_dsn=large.stage.dsn,
        read_dsn=large.stage.dsn,
        master_key_file=large.stage.keys.master_key,
        jwks=large.stage.keys.key_set,
    )


def measure(room: Room) -> list[Outcome]:
    """Measure inside the process, without HTTP."""
    large = large_stage(room, room.size(OPPORTUNITIES, QUICK_OPPORTUNITIES))
    return asyncio.run(_measure(room, large))


async def _measure(room: Room, large: Large) -> list[Outcome]:
    opened: AbstractAsyncContextManager[QuerySide] = open_query_side(query_settings(large))
    statement = _BASELINE.format(schema=read_schema(large.stage.dsn))
    connection = await asyncpg.connect(large.stage.dsn)
    try:
        async with opened as side:
            board = large.office.board.id
            viewer = Viewer(Scope(large.office.org, None), large.office.admin, None)

            async def ours() -> object:
                return await side.boards.view(viewer, board, {})

            async def baseline() -> object:
                return await connection.fetch(statement, large.office.org, board)

            counts = await _counts(side, viewer, large, connection, statement)
            await ours()
            base: list[float] = []
            own: list[float] = []
            for _ in range(room.rounds):
                base.append(await _milliseconds(baseline, 3))
                own.append(await _milliseconds(ours, room.size(100, 20)))
            size = room.size(OPPORTUNITIES, QUICK_OPPORTUNITIES)
            work = f"board view of {size:,} opportunities, as query-api asks it, row security on"
            view = Outcome(
                "P6",
                work,
                "ms",
                "window + GROUP BY",
                base,
                own,
                Target("≤ 3 ms", 3.0, "ours", "lower"),
                Target("≤ 1.5 ms", 1.5, "ours", "lower"),
                checks={"both count the same": counts[0] == counts[1] > 0},
            )
            faster = Outcome(
                "P6",
                "the same, how many times faster",
                "ms",
                "window + GROUP BY",
                base,
                own,
                Target("≥ 100x faster", 0.01, better="lower"),
                notes=["flat from 10,000 to this size: see P11"],
            )
            return [view, faster, *await _others(room, side, viewer, large)]
    finally:
        await connection.close()


async def _others(room: Room, side: QuerySide, viewer: Viewer, large: Large) -> list[Outcome]:
    second = large.office.boards[1].id
    size = room.size(OPPORTUNITIES, QUICK_OPPORTUNITIES)
    middle = str(size * 5 // 2)
    filters: Values = {"currency": ["VND"], "value_min": ["1000000"], "period": ["one_time"]}
    found = f"kho {size // 7 * 7}"

    async def totals() -> object:
        return await side.boards.totals(viewer, second, filters)

    async def search() -> object:
        return await side.opportunities.page(viewer, {"q": [found]})

    async def past() -> object:
        return await side.boards.totals(viewer, second, {"as_of": [middle]})

    questions: list[tuple[str, Callable[[], Awaitable[object]], float, float]] = [
        (f"totals of a filter on a board of {size // 5:,}", totals, 600, 150),
        ("a search of two words over all", search, 600, 100),
        (f"totals of a board of {size // 5:,} as of the middle", past, 2_000, 500),
    ]
    outcomes: list[Outcome] = []
    for work, ask, first, then in questions:
        await ask()
        own = [await _milliseconds(ask, 3) for _ in range(room.rounds)]
        outcomes.append(
            Outcome(
                "P6b",
                work,
                "ms",
                "-",
                [],
                own,
                Target(f"≤ {first:,.0f} ms", first, "ours", "lower"),
                Target(f"≤ {then:,.0f} ms", then, "ours", "lower"),
            )
        )
    return outcomes


async def _counts(
    side: QuerySide,
    viewer: Viewer,
    large: Large,
    connection: asyncpg.Connection,
    statement: str,
) -> tuple[int, int]:
    result = await side.boards.totals(viewer, large.office.board.id, {})
    body = result.body
    counted = sum(one["count"] for one in body["totals"]) if isinstance(body, dict) else 0
    rows = await connection.fetch(statement, large.office.org, large.office.board.id)
    return counted, sum(row["count"] for row in rows)


async def _milliseconds(ask: Callable[[], Awaitable[object]], times: int) -> float:
    took: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
