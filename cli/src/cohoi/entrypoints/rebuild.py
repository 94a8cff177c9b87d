"""`cohoi rebuild`: make the read models anew beside the present ones, and flip to them."""

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import check_schemas, find_running
from cohoi.entrypoints.fact_progress import fact_progress
from cohoi.entrypoints.options import DataDir, Json
from cohoi.entrypoints.rebuild_watch import watch
from cohoi.settings import load_settings
from projector import bootstrap as projector
from projector.application.changeover import LanesBusyError, NothingKeptError
from projector.application.poison import PoisonFactError
from projector.application.rebuilding import RebuildRunningError, Rebuilt
from service_runtime.logs import configure_logs
from service_runtime.migrations import MigrationRefused
from service_runtime.pools import DatabaseUnreachable, is_database_trouble
from service_runtime.vault import MasterKeyUnusable, WrongMasterKey

REBUILD_REFUSALS = (
    DatabaseUnreachable,
    MasterKeyUnusable,
    WrongMasterKey,
    LanesBusyError,
    NothingKeptError,
    RebuildRunningError,
)

Rollback = Annotated[
    bool, typer.Option("--rollback", help="Flip back to the generation before the last rebuild.")
]
DropKept = Annotated[
    bool, typer.Option("--drop-kept", help="Drop the generation that is kept to roll back to.")
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Show how far a rebuild is that runs anywhere.")
]


def rebuild(
    data_dir: DataDir = None,
    *,
    rollback: Rollback = False,
    drop_kept: DropKept = False,
    watch_one: Watch = False,
    as_json: Json = False,
) -> None:
    """Fold the whole log into new tables beside the present ones, then flip to them.

    Commands, reads and the projector go on meanwhile. The tables before are kept to roll back
    to; a failure leaves everything as it was.
    """
    if rollback + drop_kept + watch_one > 1:
        raise Refused("Choose one of --rollback, --drop-kept and --watch.")
    configure_logs("rebuild", level="ERROR")
    running = find_running(load_settings(data_dir=data_dir))
    with refusing():
        if watch_one:
            asyncio.run(watch(running.addresses, as_json=as_json))
        elif drop_kept:
            _say_dropped(asyncio.run(_drop_kept(running)), as_json=as_json)
        else:
            _say_done(asyncio.run(_roll_back(running) if rollback else _rebuild(running)), as_json)


@contextmanager
def refusing() -> Generator[None]:
    """Say in one sentence why read models could not be made anew."""
    try:
        yield
    except (MigrationRefused, *REBUILD_REFUSALS) as error:
        raise Refused(str(error)) from error
    except PoisonFactError as poison:
        raise Refused(unfoldable(poison)) from poison
    except Exception as error:
        if not is_database_trouble(error):
            raise
        raise Refused(
            f"The database went away ({type(error).__name__}). The present generation is as it "
            "was; run it again, and the next one clears the remains away."
        ) from error


def in_words(done: Rebuilt) -> str:
    """Say what was done."""
    made = f"{done.rows:,} rows of {done.facts:,} facts, " if done.facts else ""
    sentence = (
        f"generation {done.generation} is current: {made}{done.caught_up:,} facts caught up with, "
        f"in {done.seconds:.1f} s; the projector stood still for {done.held_ms:.0f} ms"
    )
    return f"{sentence}\n{_LEFT}" if done.still_read else sentence


def unfoldable(poison: PoisonFactError) -> str:
    """Say that a fact cannot be folded, and what to do."""
    return (
        f"The log cannot be folded: {poison}. Nothing is changed. "
        "Run `cohoi verify` to see what is damaged."
    )


_LEFT = "somebody still reads older tables; they are dropped as soon as nobody does"


def _say_done(done: Rebuilt, as_json: bool) -> None:  # noqa: FBT001 - an option of the command
    typer.echo(json.dumps(asdict(done)) if as_json else in_words(done))


def _say_dropped(left: int, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"still_read": left}))
    else:
        typer.echo(_LEFT if left else "no generation is kept any more")


async def _rebuild(running: Running) -> Rebuilt:
    await check_schemas(running.addresses, ("log", "read"))
    with fact_progress("rebuilding") as progress:
        return await projector.rebuild(running.addresses, running.master_key_file, progress)


async def _roll_back(running: Running) -> Rebuilt:
    await check_schemas(running.addresses, ("log", "read"))
    return await projector.roll_back(running.addresses, running.master_key_file)


async def _drop_kept(running: Running) -> int:
    await check_schemas(running.addresses, ("log", "read"))
    return await projector.drop_kept(running.addresses)
