"""`cohoi token`: a token for a user, who is made where there is none."""

import asyncio
import json
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from cohoi.adapters.command_side import open_counter
from cohoi.adapters.installation_keys import InstallationKeys, read_signing_key
from cohoi.application.naming import the_organization, the_user
from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import find_running
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from command_api.domain.text import NAME_CHARACTERS, normalize_name
from opportunity_events.v1 import RoleName
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.tokens import access_claims, sign_token

_LONGEST_DAYS = 366


def token(
    org: Annotated[str, typer.Option(help="The organization's name or id.")],
    user: Annotated[str, typer.Option(help="The user's name, e-mail or id.")],
    role: Annotated[str, typer.Option(help="rep, manager, admin or auditor.")],
    days: Annotated[int, typer.Option(min=1, max=_LONGEST_DAYS, help="How long it is good.")] = 30,
    data_dir: DataDir = None,
    *,
    as_json: Json = False,
) -> None:
    """Print a token for a user, and nothing else; make the user where there is none."""
    wanted = user_role(role)
    if not 1 <= len(normalize_name(user)) <= NAME_CHARACTERS:
        raise typer.BadParameter(f"1 to {NAME_CHARACTERS} characters", param_hint="--user")
    running = find_running(load_settings(data_dir=data_dir))
    keys = InstallationKeys(running.master_key_file, running.jwks, running.signing_key)
    signing_key = read_signing_key(keys)
    org_id, user_id = asyncio.run(_user(running, org, user, wanted))
    claims = access_claims(
        org=org_id,
        user=user_id,
        role=Role(wanted),
        issued_at=utc_now(),
        lifetime=timedelta(days=days),
    )
    signed = sign_token(signing_key, claims)
    typer.echo(
        json.dumps({"token": signed, "org": str(org_id), "user_id": str(user_id), "role": wanted})
        if as_json
        else signed
    )


def user_role(role: str) -> RoleName:
    """Return the role of a user; a service is a key and no user."""
    match role:
        case "rep" | "manager" | "admin" | "auditor":
            return role
        case "service":
            raise typer.BadParameter(
                "a service has a key and no user: see `cohoi api-key create`", param_hint="--role"
            )
        case _:
            raise typer.BadParameter("rep, manager, admin or auditor", param_hint="--role")


async def _user(running: Running, org: str, user: str, role: RoleName) -> tuple[UUID, UUID]:
    async with open_counter(running) as counter:
        organization = the_organization(org, await counter.registry.organizations())
        found = the_user(user, await counter.registry.users(organization.org))
        if found is None:
            email = user if "@" in user else None
            name = user.partition("@")[0] if email else user
            return organization.org, await counter.administration.add_user(
                organization.org, name, email, role
            )
        if found.role != role:
            raise Refused(
                f"{found.name or found.user_id} has the role {found.role}, not {role}. Ask for "
                f"`--role {found.role}`, or let an admin change the role. Where no admin is left, "
                "make one: `cohoi token --user NEW-NAME --role admin`."
            )
        if not found.active:
            raise Refused(
                f"{found.name or found.user_id} is not active: let an admin activate the user. "
                "Where no admin is left, make one: `cohoi token --user NEW-NAME --role admin`."
            )
        return organization.org, found.user_id
