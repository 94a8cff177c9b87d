"""P11: what a log of ten million facts costs more than one of a hundred thousand."""

import asyncio
import statistics
import time
from typing import Final

import msgspec

from cohoi_bench.bench_room import Room
from cohoi_bench.large_stage import Large, large_stage
from cohoi_bench.outcome import Outcome, Target
from cohoi_bench.parts.board import query_settings
from cohoi_bench.stage import submission
from command_api.application.submission import Idempotency, Submission
from command_api.domain import commands as c
from query_api.bootstrap import open_query_side
from query_api.domain.scope import Scope, Viewer
from service_runtime.ids import new_id

_SMALL: Final = 20_000
_LARGE: Final = 2_000_000
_FACTS_EACH: Final = 5
_APPENDS: Final = 100


def measure(room: Room) -> list[Outcome]:
    """Measure append and board view on both, in turn."""
    small = large_stage(room, room.size(_SMALL, 500))
    large = large_stage(room, room.size(_LARGE, 5_000))
    return asyncio.run(_measure(room, small, large))


async def _measure(room: Room, small: Large, large: Large) -> list[Outcome]:
    appends: dict[str, list[float]] = {"small": [], "large": []}
    boards: dict[str, list[float]] = {"small": [], "large": []}
    for _ in range(room.rounds):
        for name, one in (("small", small), ("large", large)):
            appends[name].append(await _append_ms(one, room.size(_APPENDS, 20)))
            boards[name].append(await _board_ms(one, room.size(_APPENDS, 20)))
    sizes = [room.size(_SMALL, 500) * _FACTS_EACH, room.size(_LARGE, 5_000) * _FACTS_EACH]
    return [
        Outcome(
            part="P11",
            work=f"{what} p50 at {sizes[1]:,} facts",
            unit="ms",
            baseline=f"the same at {sizes[0]:,} facts",
            baseline_rounds=figures["small"],
            our_rounds=figures["large"],
            first=Target("≤ 1.5x", 1.5, better="lower"),
            then=Target("≤ 1.2x", 1.2, better="lower"),
        )
        for what, figures in (("append", appends), ("board view", boards))
    ]


async def _append_ms(one: Large, times: int) -> float:
    """Return the median of single appends: a creation and an edit of it, with receipts."""
    took: list[float] = []
    async with one.stage.command_side() as side:
        for n in range(times):
            opportunity = new_id()
            create = c.CreateOpportunity(
                opportunity, "Deal", one.office.customer, board_id=one.office.board.id
            )
            edit = c.EditOpportunity(opportunity, title=f"Deal {n}")
            for command in (create, edit):
                began = time.perf_counter()
                await side.committer.submit(_with_key(one, command))
                took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _with_key(one: Large, command: c.Command) -> Submission:
    sent = submission(one.office.org, one.office.admin, command)
    return msgspec.structs.replace(sent, idempotency=Idempotency(str(new_id()), b"x" * 32))


async def _board_ms(one: Large, times: int) -> float:
    viewer = Viewer(Scope(one.office.org, None), one.office.admin, None)
    took: list[float] = []
    async with open_query_side(query_settings(one)) as side:
        await side.boards.view(viewer, one.office.board.id, {})
        for _ in range(times):
            began = time.perf_counter()
            await side.boards.view(viewer, one.office.board.id, {})
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
