"""`cohoi import`: put the opportunities of a file onto a board."""

import asyncio
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cohoi.adapters.import_counter import ImportCounter, Place, Wanted, open_import_counter
from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import find_running
from cohoi.entrypoints.import_report import in_words, mapping_lines, result_of
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from command_api.application.jobs.job import Job
from command_api.domain.importing.encoding import MAX_BYTES
from command_api.domain.importing.plan import Options, plan
from command_api.domain.importing.reasons import FileRefused, sentence
from command_api.domain.text import NAME_CHARACTERS, normalize_name
from service_runtime.clock import utc_now
from service_runtime.currencies import minor_digits
from service_runtime.logs import configure_logs

_MAPPING_BYTES = 256 * 1024


def import_file(  # noqa: PLR0913, PLR0917 - a command has the options that it has
    file: Annotated[Path, typer.Argument(help="A CSV file, at most 50 MiB and 200,000 rows.")],
    org: Annotated[str, typer.Option(help="The organization's name or id.")],
    board: Annotated[str, typer.Option(help="The board's name or id; made where there is none.")],
    currency: Annotated[
        str | None, typer.Option(help="Of amounts that do not say theirs; else the organization's.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help='JSON: {"column": "field"}, null for a column that is not to be read.'),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Who owns rows that name nobody; else the first admin.")
    ] = None,
    refused: Annotated[
        Path | None, typer.Option(help="Where to write the rows that did not go in (CSV).")
    ] = None,
    data_dir: DataDir = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide all, record nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import opportunities; the same file again adds nothing.

    Interrupted, it keeps what is in: run it again to go on. Exits 1 where no row could be read.
    """
    configure_logs("import", level="ERROR")
    if currency is not None and minor_digits(currency.upper()) is None:
        raise typer.BadParameter("no currency of ISO 4217", param_hint="--currency")
    if not 1 <= len(normalize_name(board)) <= NAME_CHARACTERS:
        raise typer.BadParameter(f"1 to {NAME_CHARACTERS} characters", param_hint="--board")
    wanted = Wanted(
        raw=_read(file, MAX_BYTES),
        org=org,
        board=board,
        currency=currency.upper() if currency else None,
        mapping={} if mapping is None else _mapping(mapping),
        dry_run=dry_run,
        owner=owner,
    )
    running = find_running(load_settings(data_dir=data_dir))
    try:
        job = asyncio.run(_import(running, wanted, refused))
    except KeyboardInterrupt as stopped:
        raise Refused(
            "Stopped. What went in stays; run it again to go on with the rest."
        ) from stopped
    result = result_of(job)
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else in_words(job, refused))
    if job.state != "done" or (job.total and job.refused == job.total):
        raise typer.Exit(1)


def _read(file: Path, limit: int) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(limit + 1)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > limit:
        raise Refused(f"{file} is larger than {limit // 1024:,} KiB: split it.")
    return raw


def _mapping(file: Path) -> dict[str, str | None]:
    try:
        written: Any = json.loads(_read(file, _MAPPING_BYTES))
    except ValueError as error:
        raise Refused(f"{file} is no JSON: {error}.") from error
    texts = isinstance(written, dict) and all(
        isinstance(field, str | None) for field in cast("dict[str, Any]", written).values()
    )
    if not texts:
        raise Refused(f'{file} must hold one object such as {{"Deal name": "title"}}.')
    return cast("dict[str, str | None]", written)


async def _import(running: Running, wanted: Wanted, refused: Path | None) -> Job:
    async with open_import_counter(running) as counter:
        place = await counter.place(wanted)
        _show_mapping(wanted, place)
        with _progress() as progress:
            job = await counter.run(wanted.raw, place, progress)
        if refused is not None:
            await _write_refused(counter, job, refused)
        return job


def _show_mapping(wanted: Wanted, place: Place) -> None:
    """Show what the columns are taken for; refuse a file that cannot be read."""
    organization, options = place.organization, place.options
    zone = ZoneInfo(organization.time_zone)
    try:
        outline = plan(
            wanted.raw,
            Options(
                options.currency,
                organization.language,
                zone,
                utc_now(),
                mapping=options.mapping,
            ),
        )
    except FileRefused as error:
        raise Refused(" ".join(sentence(reason, "en") for reason in error.reasons)) from error
    sys.stderr.write("\n".join(mapping_lines(outline)) + "\n")


async def _write_refused(counter: ImportCounter, job: Job, refused: Path) -> None:
    try:
        with refused.open("wb") as file:
            await counter.write_refused(job, file, "en")
    except OSError as error:
        raise Refused(f"{refused} cannot be written: {error.strerror}.") from error


@contextmanager
def _progress() -> Generator[Callable[[int, int], None]]:
    """Show on stderr how many rows are settled."""
    bar = Progress(
        TextColumn("importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("importing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
