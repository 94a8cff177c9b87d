"""`cohoi psql`: PostgreSQL's own prompt on the database of the running product."""

import os
import shutil
from typing import Annotated

import typer

from cohoi.application.refusal import Refused
from cohoi.bootstrap import find_running
from cohoi.entrypoints.options import DataDir
from cohoi.settings import load_settings
from service_runtime.addresses import Schema

Of = Annotated[
    Schema,
    typer.Option("--schema", help="Whose database, where schemas have databases of their own."),
]


def psql(context: typer.Context, data_dir: DataDir = None, of: Of = "log") -> None:
    """Open psql on the running product's database; arguments after -- are passed on."""
    running = find_running(load_settings(data_dir=data_dir))
    program = shutil.which("psql", path=str(running.postgres_bindir or "")) or shutil.which("psql")
    if program is None:
        raise Refused("psql is not installed. Install PostgreSQL's client programs.")
    os.execv(program, [program, running.addresses.of(of), *context.args])  # noqa: S606 - we become it
