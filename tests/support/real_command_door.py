"""The real door of command-api over a real log, with people who carry real tokens."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import msgspec

from command_api.application.committer import Committer
from command_api.entrypoints.http.app import build_app
from command_api.settings import Settings
from opportunity_events.v1 import RoleName
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.tokens import access_claims, new_signing_key, public_key_set, sign_token
from support.office import MASTER_KEY, Office, begin_office, open_committer

_SIGNING_KEY: Final = new_signing_key()


def token(org: UUID, user: UUID, role: str) -> str:
    """Return a token as `cohoi token` prints it."""
    claims = access_claims(
        org=org,
        user=user,
        role=Role(role),
        issued_at=utc_now(),
        lifetime=timedelta(hours=1),
    )
    return sign_token(_SIGNING_KEY, claims)


@dataclass
class Person:
    """Somebody of an organization, who sends commands through the door."""

    client: httpx.AsyncClient
    org: UUID
    user: UUID
    role: RoleName

    @property
    def authorization(self) -> str:
        """The header that says who this is."""
        return f"Bearer {token(self.org, self.user, self.role)}"

    async def send(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """Send a command; headers by their names with underscores."""
        sent = {
            "Authorization": self.authorization,
            "Accept-Language": "en",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        return await self.client.request(method, path, content=content, headers=sent)

    async def make(self, path: str, body: dict[str, Any]) -> str:
        """Make something and return its id."""
        response = await self.send("POST", path, body)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def do(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Send a command that is accepted, and return its answer."""
        response = await self.send(method, path, body, **headers)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def refused(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> dict[str, Any]:
        """Send a command that is refused, and return the problem document."""
        response = await self.send(method, path, body, **headers)
        assert not response.is_success, response.text
        assert response.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = response.json()
        assert problem["status"] == response.status_code
        return problem


@dataclass
class RealDoor:
    """The door, an organization behind it with an admin, and the means to add more."""

    client: httpx.AsyncClient
    office: Office

    @property
    def admin(self) -> Person:
        """The admin of the first organization."""
        return Person(self.client, self.office.org, self.office.admin, "admin")

    async def person(self, role: RoleName, name: str = "Minh") -> Person:
        """Add somebody to the first organization."""
        user = await self.office.add_user(name, role)
        return Person(self.client, self.office.org, user, role)

    async def stranger(self) -> Person:
        """Begin another organization and return its admin."""
        other = await begin_office(self.office.committer, self.office.pool, "Elsewhere")
        return Person(self.client, other.org, other.admin, "admin")

    async def facts(self) -> list[dict[str, Any]]:
        """Return all facts of the first organization as they stand in the log."""
        rows = await self.office.pool.fetch(
            "select bytes from log.organization_facts($1, 0, 10000)", self.office.org
        )
        return [msgspec.json.decode(row["bytes"]) for row in rows]


def write_settings(database: str, folder: Path) -> Settings:
    """Return settings over a database, with the key files that they name."""
    (folder / "master.key").write_bytes(MASTER_KEY)
    (folder / "jwks.json").write_text(json.dumps(public_key_set(_SIGNING_KEY)), encoding="utf-8")
    return Settings(
        log_dsn=database,
        read_dsn=database,
        master_key_file=folder / "master.key",
        jwks=folder / "jwks.json",
    )


@dataclass
class DoorProcess:
    """The running door, and a committer beside it for what has no route."""

    client: httpx.AsyncClient
    committer: Committer
    pool: asyncpg.Pool
    database: str

    async def begin_organization(self) -> RealDoor:
        """Begin an organization with an admin behind the door."""
        return RealDoor(self.client, await begin_office(self.committer, self.pool))


@asynccontextmanager
async def open_door_process(database: str, folder: Path) -> AsyncGenerator[DoorProcess]:
    """Start the door as its process does."""
    app = build_app(write_settings(database, folder))
    transport = httpx.ASGITransport(app)
    async with (
        open_committer(database) as (committer, pool),
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://door") as client,
    ):
        yield DoorProcess(client, committer, pool, database)


def anything() -> str:
    """Return an id that names nothing."""
    return str(new_id())
