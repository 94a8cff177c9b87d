"""`cohoi api-key create`: a key for a program."""

import asyncio
import json
from typing import Annotated
from uuid import UUID

import typer

from cohoi.adapters.command_side import open_counter
from cohoi.application.naming import the_organization
from cohoi.application.running import Running
from cohoi.bootstrap import find_running
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from command_api.domain.text import NAME_CHARACTERS, normalize_name
from opportunity_events.v1 import RoleName
from service_runtime.api_keys import NewApiKey, new_api_key
from service_runtime.ids import new_id

api_key_app = typer.Typer(help="Keys for programs.", no_args_is_help=True)


@api_key_app.command("create")
def create(
    org: Annotated[str, typer.Option(help="The organization's name or id.")],
    name: Annotated[str, typer.Option(help="What the key is for; histories name it.")],
    role: Annotated[str, typer.Option(help="service, rep, manager, admin or auditor.")] = "service",
    data_dir: DataDir = None,
    *,
    operator: Annotated[
        bool, typer.Option(help="Whether it may use the operator's routes (service only).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print a new key: it is shown once and kept nowhere."""
    held = _role(role)
    if operator and held != "service":
        raise typer.BadParameter("only a service key can be an operator's", param_hint="--operator")
    plain = normalize_name(name)
    if not 1 <= len(plain) <= NAME_CHARACTERS:
        raise typer.BadParameter(f"1 to {NAME_CHARACTERS} characters", param_hint="--name")
    running = find_running(load_settings(data_dir=data_dir))
    made = new_api_key()
    key_uuid = asyncio.run(_keep(running, org, plain, held, made, operator=operator))
    typer.echo(
        json.dumps({"key": made.text, "id": str(key_uuid), "role": held}) if as_json else made.text
    )


def _role(role: str) -> RoleName:
    match role:
        case "service" | "rep" | "manager" | "admin" | "auditor":
            return role
        case _:
            raise typer.BadParameter("service, rep, manager, admin or auditor", param_hint="--role")


async def _keep(
    running: Running, org: str, name: str, role: RoleName, made: NewApiKey, *, operator: bool
) -> UUID:
    async with open_counter(running) as counter:
        organization = the_organization(org, await counter.registry.organizations())
        key_uuid = new_id()
        await counter.registry.add_api_key(
            key_id=made.key_id,
            key_uuid=key_uuid,
            org=organization.org,
            name=name,
            role=role,
            operator=operator,
            secret_hash=made.hash,
        )
        return key_uuid
