"""`cohoi migrate`: bring the schemas of a database, and its read models, up to date."""

import asyncio
import json
from dataclasses import asdict

import typer

from cohoi.application.running import Running
from cohoi.bootstrap import bring_up_to_date, find_running
from cohoi.entrypoints.fact_progress import fact_progress
from cohoi.entrypoints.options import DataDir, Json
from cohoi.entrypoints.rebuild import in_words, refusing
from cohoi.settings import load_settings
from projector.application.rebuilding import Rebuilt
from service_runtime.logs import configure_logs


def migrate(data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Bring the schemas of the running product, or of DATABASE_URL, up to date.

    Where COHOI_LOG_DSN, COHOI_READ_DSN or COHOI_REPORTS_DSN name databases of their own, each
    gets its schema there; DATABASE_URL is that of the others.
    """
    configure_logs("migrate", level="ERROR")
    settings = load_settings(data_dir=data_dir)
    running = find_running(settings)
    with refusing():
        applied, rebuilt = asyncio.run(_migrate(running, settings.lanes))
    if as_json:
        typer.echo(json.dumps({"applied": applied, "rebuilt": rebuilt and asdict(rebuilt)}))
        return
    for name in applied:
        typer.echo(name)
    if rebuilt is not None:
        typer.echo(in_words(rebuilt))
    typer.echo(f"{len(applied)} migrations applied; the schemas are up to date", err=True)


async def _migrate(running: Running, lanes: int | None) -> tuple[list[str], Rebuilt | None]:
    with fact_progress("rebuilding") as progress:
        return await bring_up_to_date(
            running.addresses, running.master_key_file, progress, lanes=lanes
        )
