"""`cohoi keys`: the keys of an installation, made where there are none."""

import json
from typing import Annotated

import typer

from cohoi.adapters.data_directory import sentences_for
from cohoi.adapters.installation_keys import installation_keys, make_missing_keys
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings


def keys(
    data_dir: DataDir = None,
    *,
    has_data: Annotated[
        bool,
        typer.Option("--has-data", help="Make no master key: there are data written with one."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the master key and the keys of tokens where they are missing, and say where they lie.

    `cohoi up` does so by itself. Back them up: without the master key nobody reads names,
    addresses and notes any more.
    """
    settings = load_settings(data_dir=data_dir)
    directory = settings.directory
    found = installation_keys(directory, master_key=settings.master_key_file, key_set=settings.jwks)
    with sentences_for(directory):
        directory.mkdir(parents=True, exist_ok=True)
        make_missing_keys(found, directory, has_data=has_data)
    said = {
        "master_key": str(found.master_key),
        "key_set": str(found.key_set),
        "signing_key": None if found.signing_key is None else str(found.signing_key),
    }
    if as_json:
        typer.echo(json.dumps(said))
        return
    for name, path in said.items():
        typer.echo(f"{name}: {path or 'of another issuer'}")
