"""`cohoi psql`: PostgreSQL's own prompt on the database of the running product."""

import os
import shutil

import typer

from cohoi.application.refusal import Refused
from cohoi.bootstrap import find_running
from cohoi.entrypoints.options import DataDir
from cohoi.settings import load_settings


def psql(context: typer.Context, data_dir: DataDir = None) -> None:
    """Open psql on the running product's database; arguments after -- are passed on."""
    running = find_running(load_settings(data_dir=data_dir))
    program = shutil.which("psql", path=str(running.postgres_bindir or "")) or shutil.which("psql")
    if program is None:
        raise Refused("psql is not installed. Install PostgreSQL's client programs.")
    os.execv(program, [program, running.dsn, *context.args])  # noqa: S606 - we become it
