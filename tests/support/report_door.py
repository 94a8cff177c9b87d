"""The door of /v1/reports in this process, with callers who hold real tokens and keys."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx
import psycopg

from report_worker.bootstrap.background import build_maker
from report_worker.entrypoints.http.app import build_app
from service_runtime.api_keys import new_api_key
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.tokens import access_claims, new_signing_key, public_key_set, sign_token
from support.read_tables import ReadTables
from support.report_service import ReportService


class OfOrganization(Protocol):
    """What belongs to an organization, and whoever calls with it."""

    @property
    def org(self) -> UUID:
        """The organization."""
        ...


class ReportDoor:
    """Sends requests to the door, each as somebody."""

    def __init__(
        self, client: httpx.AsyncClient, service: ReportService, key: dict[str, Any]
    ) -> None:
        self._client = client
        self._service = service
        self._key = key

    def token(self, world: OfOrganization, user: UUID, role: str = "rep") -> dict[str, str]:
        """Return the headers of a user with a token."""
        claims = access_claims(
            org=world.org,
            user=user,
            role=Role(role),
            issued_at=utc_now(),
            lifetime=timedelta(hours=1),
        )
        return {"Authorization": f"Bearer {sign_token(self._key, claims)}"}

    def api_key(self, world: ReadTables, role: str = "service") -> dict[str, str]:
        """Return the headers of a program with a new API key."""
        made = new_api_key()
        with psycopg.connect(self._service.settings.log_dsn, autocommit=True) as connection:
            connection.execute(
                "select log.add_api_key(%s, %s, %s, 'program', %s, false, %s)",
                (made.key_id, new_id(), world.org, role, made.hash),
            )
        return {"Authorization": f"Bearer {made.text}"}

    async def request(
        self, method: str, path: str, headers: dict[str, str], **more: Any
    ) -> httpx.Response:
        """Send a request."""
        return await self._client.request(method, f"/v1/reports{path}", headers=headers, **more)

    async def order(self, headers: dict[str, str], **body: Any) -> httpx.Response:
        """Order a report, CSV where nothing else is said."""
        wish = {"kind": "opportunities", "format": "csv", **body}
        return await self.request("POST", "", headers, json=wish)

    async def get(self, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        """Ask for something."""
        return await self.request("GET", path, headers, **more)

    async def made(self, headers: dict[str, str], **body: Any) -> dict[str, Any]:
        """Order a report, make it, and return it as the door shows it then."""
        report = (await self.order(headers, **body)).json()["id"]
        build_maker(self._service.settings).make(UUID(report), 1)
        return (await self.get(f"/{report}", headers)).json()


def _write_key_set(service: ReportService, key: Mapping[str, Any]) -> None:
    Path(service.settings.jwks).write_text(json.dumps(public_key_set(key)), encoding="utf-8")


@asynccontextmanager
async def open_report_door(service: ReportService) -> AsyncGenerator[ReportDoor]:
    """Open the door over the service's database."""
    key = new_signing_key()
    _write_key_set(service, key)
    app = build_app(service.settings)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://cohoi") as client,
    ):
        yield ReportDoor(client, service, key)
