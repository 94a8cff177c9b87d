"""`cohoi purge`: make what was erased leave the files of the database too."""

import asyncio
import json
import time
from dataclasses import asdict

import psycopg
import typer

from cohoi.adapters.database_files import PostgresFiles
from cohoi.application.purging import Purged, purge
from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import check_schemas, find_running
from cohoi.entrypoints.fact_progress import fact_progress
from cohoi.entrypoints.options import DataDir, Json
from cohoi.entrypoints.rebuild import REBUILD_REFUSALS, unfoldable
from cohoi.settings import load_settings
from projector import bootstrap as projector
from projector.application.poison import PoisonFactError
from service_runtime.migrations import MigrationRefused


def purge_files(data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Make what was erased leave the files of the database, not only its tables.

    Runs beside a running product; commands wait for a moment while small tables are written
    anew. docs/runbooks/erase-a-person.md says what it does not reach: backups and replicas.
    """
    running = find_running(load_settings(data_dir=data_dir))
    files = PostgresFiles(running.addresses)
    try:
        done = purge(files, _Models(running), _say, time.monotonic)
    except (MigrationRefused, *REBUILD_REFUSALS) as error:
        raise Refused(str(error)) from error
    except PoisonFactError as poison:
        raise Refused(unfoldable(poison)) from poison
    except psycopg.OperationalError as error:
        raise Refused(f"The database went away, nothing is settled: {error}") from error
    typer.echo(json.dumps(asdict(done)) if as_json else _in_words(done))
    if done.left_over:
        raise Refused("The purge is not complete. " + " ".join(done.left_over))


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _in_words(done: Purged) -> str:
    return f"{done.erasures} erasures purged from the database's files in {done.seconds:.1f} s"


class _Models:
    """The read models of the running product."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def rebuild(self) -> None:
        """Fold them anew, without the keys that are deleted."""
        asyncio.run(_rebuild(self._running))

    def drop_kept(self) -> int:
        """Drop older ones; return how many somebody still reads."""
        return asyncio.run(projector.drop_kept(self._running.addresses))


async def _rebuild(running: Running) -> None:
    await check_schemas(running.addresses)
    with fact_progress("rebuilding") as progress:
        await projector.rebuild(running.addresses, running.master_key_file, progress)
