"""`cohoi migrate`: bring the schemas of a database up to date."""

import asyncio
import json

import typer

from cohoi.application.refusal import Refused
from cohoi.bootstrap import find_running, schema_migrations
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from service_runtime.migrations import MigrationRefused
from service_runtime.migrations import migrate as apply_migrations
from service_runtime.pools import DatabaseUnreachable


def migrate(data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Bring the schemas of the running product, or of DATABASE_URL, up to date."""
    running = find_running(load_settings(data_dir=data_dir))
    try:
        applied = asyncio.run(apply_migrations(running.dsn, schema_migrations()))
    except (MigrationRefused, DatabaseUnreachable) as error:
        raise Refused(str(error)) from error
    if as_json:
        typer.echo(json.dumps({"applied": applied}))
        return
    for name in applied:
        typer.echo(name)
    typer.echo(f"{len(applied)} migrations applied; the schemas are up to date", err=True)
