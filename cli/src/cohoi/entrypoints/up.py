"""`cohoi up`: everything on one machine, in the foreground."""

import contextlib
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cohoi.adapters.console import Console
from cohoi.adapters.data_directory import locked_data_directory, sentences_for
from cohoi.adapters.run_record import remove_run_record, write_run_record
from cohoi.adapters.supervisor import StopRequested
from cohoi.application.launch import launch_services, launch_stores
from cohoi.application.services import SERVICES, Service, services_of
from cohoi.bootstrap import Stack, build_stack
from cohoi.domain.demo_words import ADMIN, ORGANIZATION
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import Settings, load_settings


def up(
    *,
    port: Annotated[
        int | None,
        typer.Option(help="The port of the web (COHOI_PORT; default 8000).", show_default=False),
    ] = None,
    demo: Annotated[
        bool | None,
        typer.Option(
            help="Demo data into an empty directory (COHOI_DEMO; default 1).", show_default=False
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Run Cohoi here: the database, the services and the web, until Ctrl-C."""
    settings = load_settings(port=port, demo=demo, data_dir=data_dir)
    run_stack(settings, services_of(kafka=settings.kafka_bootstrap is not None), as_json=as_json)


def run_stack(
    settings: Settings, services: Sequence[Service] = SERVICES, *, as_json: bool = False
) -> None:
    """Run the stack until somebody asks it to stop, and stop all of it in every case."""
    console = Console()
    with locked_data_directory(settings.directory):
        console.say(f"starting in {settings.directory} …")
        stack = build_stack(settings, services, console, os.getpid())
        supervisor = stack.supervisor
        with supervisor.listening_to_signals():
            try:
                _run(stack, console, as_json=as_json)
            except StopRequested:
                pass
            finally:
                console.say("stopping …")
                with contextlib.suppress(OSError):
                    remove_run_record(stack.directory)
                supervisor.stop_all()
                console.say("stopped")


def _run(stack: Stack, console: Console, *, as_json: bool) -> None:
    launch_stores(stack.supervisor, stack.cast)
    with sentences_for(stack.directory):
        write_run_record(stack.directory, stack.record)
    made = launch_services(stack.supervisor, stack.cast, console)
    if made or not stack.cast.demo:
        with sentences_for(stack.directory):
            stack.settle_demo(made=made)
    _announce(stack, console, as_json=as_json)
    stack.supervisor.keep_running()


def _announce(stack: Stack, console: Console, *, as_json: bool) -> None:
    """Say where the product is, and how to get a token."""
    address = stack.record.address
    if as_json:
        typer.echo(json.dumps({"address": address, "data_dir": str(stack.directory)}))
        return
    console.say("ready; stop it with Ctrl-C")
    typer.echo(f"Cohoi runs at {address} (its API: {address}/docs)")
    typer.echo(f"A token: {_token_command(stack)}")


def _token_command(stack: Stack) -> str:
    """Return what to type for a token: of the demo's admin where there is a demo."""
    organization, user = (ORGANIZATION, ADMIN) if stack.has_demo else ("NAME", "NAME")
    beside = Path(sys.executable).with_name("cohoi")
    command = [_from_here(beside), "token", "--org", organization, "--user", user]
    where = [] if stack.directory == Path.cwd() / ".cohoi" else ["--data-dir", str(stack.directory)]
    return shlex.join([*command, "--role", "admin", *where])


def _from_here(path: Path) -> str:
    """Return a path as one would type it from the working directory."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
