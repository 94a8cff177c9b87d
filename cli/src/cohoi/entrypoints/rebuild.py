"""`cohoi rebuild`: make the read models anew from the first fact on."""

import asyncio
import json
from dataclasses import asdict

import typer

from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import find_running, schema_migrations
from cohoi.entrypoints.fact_progress import fact_progress
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from projector import bootstrap as projector
from projector.application.poison import PoisonFactError
from projector.application.rebuilding import ReadersBusyError, RebuildRunningError, Rebuilt
from service_runtime.migrations import MigrationRefused, check
from service_runtime.pools import DatabaseUnreachable
from service_runtime.vault import MasterKeyUnusable, WrongMasterKey

REBUILD_REFUSALS = (
    DatabaseUnreachable,
    MasterKeyUnusable,
    WrongMasterKey,
    ReadersBusyError,
    RebuildRunningError,
)


def rebuild(data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Empty the read models and fold the whole log into them, in one transaction.

    Reads wait until it is done; a failure leaves everything as it was.
    """
    running = find_running(load_settings(data_dir=data_dir))
    try:
        done = asyncio.run(_rebuild(running))
    except (MigrationRefused, *REBUILD_REFUSALS) as error:
        raise Refused(str(error)) from error
    except PoisonFactError as poison:
        raise Refused(unfoldable(poison)) from poison
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    typer.echo(in_words(done))


def in_words(done: Rebuilt) -> str:
    """Say what was rebuilt."""
    return f"{done.rows:,} rows of {done.facts:,} facts, made anew in {done.seconds:.1f} s"


def unfoldable(poison: PoisonFactError) -> str:
    """Say that a fact cannot be folded, and what to do."""
    return (
        f"The log cannot be folded: {poison}. Nothing is changed. "
        "Run `cohoi verify` to see what is damaged."
    )


async def _rebuild(running: Running) -> Rebuilt:
    await check(running.dsn, schema_migrations())
    with fact_progress("rebuilding") as progress:
        return await projector.rebuild(running.dsn, running.master_key_file, progress)
