"""`cohoi verify`: refold the log and compare every cell of everything that is made of it."""

import asyncio
import json
from dataclasses import asdict

import typer

from cohoi.application.decision_states import DecisionStates
from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import check_schemas, find_running
from cohoi.entrypoints.fact_progress import fact_progress
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from projector import bootstrap as projector
from projector.application.verification import Verified
from service_runtime.migrations import MigrationRefused
from service_runtime.pools import DatabaseUnreachable
from service_runtime.read_schema import ReadModelsMissing
from service_runtime.vault import MasterKeyUnusable, WrongMasterKey

_REFUSALS = (
    MigrationRefused,
    DatabaseUnreachable,
    MasterKeyUnusable,
    WrongMasterKey,
    ReadModelsMissing,
)


def verify(data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Check the log's numbers, hashes and states, and compare every read model with its fold.

    Exits 1 where anything differs, and names it.
    """
    running = find_running(load_settings(data_dir=data_dir))
    try:
        found = asyncio.run(_verify(running))
    except _REFUSALS as error:
        raise Refused(str(error)) from error
    typer.echo(_as_json(found) if as_json else _in_words(found))
    if found.count:
        raise typer.Exit(1)


async def _verify(running: Running) -> Verified:
    await check_schemas(running.addresses, ("log", "read"))
    with fact_progress("verifying") as progress:
        return await projector.verify(
            running.addresses, running.master_key_file, progress, DecisionStates()
        )


def _in_words(found: Verified) -> str:
    lines = [
        f"{one.table} | {one.key} | {one.column}: stored {one.stored}, expected {one.expected}"
        for one in found.differences
    ]
    if found.count > len(found.differences):
        lines.append(f"… and {found.count - len(found.differences):,} more")
    lines.append(
        f"{found.count:,} differences in {found.facts:,} facts, {found.rows:,} rows "
        f"and {found.cells:,} cells, compared in {found.seconds:.1f} s"
    )
    return "\n".join(lines)


def _as_json(found: Verified) -> str:
    """Return how many differences there are, and by `named` the first hundred of them."""
    return json.dumps(
        {
            "facts": found.facts,
            "rows": found.rows,
            "cells": found.cells,
            "seconds": round(found.seconds, 3),
            "differences": found.count,
            "named": [asdict(one) for one in found.differences],
        },
        ensure_ascii=False,
    )
