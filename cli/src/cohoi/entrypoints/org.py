"""`cohoi org create`: begin an organization."""

import asyncio
import json
from typing import Annotated
from uuid import UUID
from zoneinfo import available_timezones

import typer

from cohoi.adapters.command_side import open_counter
from cohoi.application.running import Running
from cohoi.bootstrap import find_running
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from command_api.application.administration import NewOrganization
from command_api.domain.text import NAME_CHARACTERS, normalize_name
from opportunity_events.v1 import Language
from service_runtime.currencies import minor_digits

org_app = typer.Typer(help="Organizations.", no_args_is_help=True)


@org_app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="The organization's name.")],
    currency: Annotated[str, typer.Option(help="Its currency, ISO 4217.")] = "VND",
    time_zone: Annotated[str, typer.Option(help="Its time zone.")] = "Asia/Ho_Chi_Minh",
    language: Annotated[str, typer.Option(help="Its language: vi or en.")] = "vi",
    data_dir: DataDir = None,
    *,
    as_json: Json = False,
) -> None:
    """Begin an organization and print its id."""
    if not 1 <= len(normalize_name(name)) <= NAME_CHARACTERS:
        raise typer.BadParameter(f"a name has 1 to {NAME_CHARACTERS} characters", param_hint="NAME")
    if minor_digits(currency.upper()) is None:
        raise typer.BadParameter("no currency of ISO 4217", param_hint="--currency")
    if time_zone not in available_timezones():
        raise typer.BadParameter(
            "no time zone; write one like Asia/Ho_Chi_Minh", param_hint="--time-zone"
        )
    spoken = _language(language)
    running = find_running(load_settings(data_dir=data_dir))
    new = NewOrganization(name, currency.upper(), time_zone, spoken)
    created = asyncio.run(_create(running, new))
    typer.echo(json.dumps({"id": str(created)}) if as_json else str(created))


def _language(language: str) -> Language:
    match language:
        case "vi" | "en":
            return language
        case _:
            raise typer.BadParameter("vi or en", param_hint="--language")


async def _create(running: Running, new: NewOrganization) -> UUID:
    async with open_counter(running) as counter:
        return await counter.administration.create_organization(new)
