"""`cohoi rebuild --watch`: how far a rebuild is that runs in whatever process."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict, dataclass

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cohoi.bootstrap import check_schemas
from projector.bootstrap import Building, watch_building
from service_runtime.addresses import Addresses

_INTERVAL_S = 0.5
_ABANDONED = "its process is gone: the next rebuild clears it away"


@dataclass(frozen=True)
class _Seen:
    """A building at a moment: `lag` is how many facts the log has that it has not."""

    building: Building
    lag: int
    facts_per_s: float


async def watch(addresses: Addresses, *, as_json: bool) -> None:
    """Show the building of a generation until it has ended: a bar on a terminal, else lines."""
    await check_schemas(addresses, ("log", "read"))
    seen = None
    with _bar(shown=not as_json and sys.stderr.isatty()) as bar:
        task = bar.add_task("rebuild", total=None)
        async for seen in _sights(addresses):
            if as_json:
                typer.echo(json.dumps(_as_json(seen)))
            elif sys.stderr.isatty():
                one = seen.building
                bar.update(task, description=_in_words(seen), completed=one.done, total=one.total)
            else:
                typer.echo(_in_words(seen))
            if not seen.building.running:
                break
    if seen is None and not as_json:
        typer.echo("no rebuild is running")
    elif seen is not None and seen.building.running and not as_json:
        typer.echo("the rebuild has ended")


async def _sights(addresses: Addresses) -> AsyncIterator[_Seen]:
    before: Building | None = None
    async with aclosing(watch_building(addresses)) as buildings:
        async for one in buildings:
            if one is None:
                return
            yield _Seen(one, _lag(one), _rate(before, one))
            before = one
            await asyncio.sleep(_INTERVAL_S)


def _lag(one: Building) -> int:
    applied = one.done if one.applied is None else one.applied
    return max(0, one.facts - applied)


def _rate(before: Building | None, one: Building) -> float:
    """Return facts a second since the last look; over all of it, on the first one."""
    if before is None or before.generation != one.generation:
        return round(one.done / one.seconds, 1) if one.seconds > 0 else 0.0
    passed = one.seconds - before.seconds
    return round((one.done - before.done) / passed, 1) if passed > 0 else 0.0


def _in_words(seen: _Seen) -> str:
    one = seen.building
    phase = one.phase if one.running else _ABANDONED
    return (
        f"generation {one.generation}: {phase}, {one.done:,} of {one.total:,} facts, "
        f"{seen.facts_per_s:,.0f}/s, {seen.lag:,} behind the log, {one.seconds:.0f} s"
    )


def _as_json(seen: _Seen) -> dict[str, object]:
    return {**asdict(seen.building), "lag": seen.lag, "facts_per_s": seen.facts_per_s}


def _bar(*, shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )
