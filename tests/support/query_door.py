"""The door of query-api over a test's database, asked in this process by real callers."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
from fastapi.routing import APIRoute
from pydantic import BaseModel

from query_api.application.event_stream import Pulse
from query_api.bootstrap import QuerySide, open_query_side
from query_api.entrypoints.http.app import ROUTERS, build_door, open_routes
from query_api.settings import Settings
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.http.door import Door
from service_runtime.http.health import Readiness
from service_runtime.tokens import access_claims, new_signing_key, public_key_set, sign_token
from support.read_rows import ReadRows

MASTER_KEY: Final = bytes(range(32))
_WAIT_S: Final = 1.0
OK: Final = 200


@dataclass(frozen=True)
class QueryDoor:
    """A door and the key that signs tokens for it."""

    app: Door
    side: QuerySide
    client: httpx.AsyncClient
    signing_key: dict[str, Any]

    def as_user(self, org: UUID, user: UUID, role: str = "rep") -> "Reader":
        """Return a reader that calls as a user."""
        claims = access_claims(
            org=org,
            user=user,
            role=Role(role),
            issued_at=utc_now(),
            lifetime=timedelta(hours=1),
        )
        return Reader(self, sign_token(self.signing_key, claims))

    def of(self, rows: ReadRows) -> "Reader":
        """Return a reader that calls as the first user of an organization."""
        return self.as_user(rows.org, rows.user)

    def with_credential(self, credential: str) -> "Reader":
        """Return a reader that calls with an API key."""
        return Reader(self, credential)


@dataclass(frozen=True)
class Reader:
    """Somebody who reads; every 2xx is compared with its documented shape."""

    door: QueryDoor
    credential: str

    async def ask(self, path: str, *, language: str | None = None, **query: Any) -> httpx.Response:
        """Ask a path; a list in the query repeats its key."""
        headers = {"Authorization": f"Bearer {self.credential}"}
        if language is not None:
            headers["Accept-Language"] = language
        response = await self.door.client.get(path, params=_texts(query), headers=headers)
        if response.status_code == OK:
            _demand_shape(path, response)
        return response

    async def read(self, path: str, **query: Any) -> Any:
        """Ask a path that answers, and return its body."""
        response = await self.ask(path, **query)
        assert response.status_code == OK, response.text
        return response.json()

    async def refused(self, path: str, **query: Any) -> tuple[int, str, str | None]:
        """Ask a path that refuses, and return status, slug and parameter."""
        response = await self.ask(path, **query)
        body = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert body["status"] == response.status_code
        return response.status_code, body["type"], body.get("parameter")

    async def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Follow the cursors of a list to its end, and return every page."""
        pages: list[dict[str, Any]] = []
        while not pages or pages[-1]["next_cursor"] is not None:
            cursor = {"cursor": pages[-1]["next_cursor"]} if pages else {}
            pages.append(await self.read(path, **query, **cursor))
        return pages


@asynccontextmanager
async def open_query_door(
    database: str,
    folder: Path,
    *,
    log: str | None = None,
    wait_s: float = _WAIT_S,
    pulse: Pulse | None = None,
) -> AsyncGenerator[QueryDoor]:
    """Open the door over a database, or over one and another of the log, as its process would."""
    key = new_signing_key()
    (folder / "jwks.json").write_text(json.dumps(public_key_set(key)), encoding="utf-8")
    (folder / "master.key").write_bytes(MASTER_KEY)
    settings = Settings(
        log_dsn=log or database,
        read_dsn=database,
        master_key_file=folder / "master.key",
        jwks=folder / "jwks.json",
        query_connections=4,
    )
    async with open_query_side(settings, wait_s=wait_s, pulse=pulse) as side:
        app = build_door(Readiness(), None)
        open_routes(app, side)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield QueryDoor(app, side, client, key)


def _texts(query: dict[str, Any]) -> httpx.QueryParams:
    return httpx.QueryParams(
        [
            (name, str(value).lower() if isinstance(value, bool) else str(value))
            for name, given in query.items()
            for value in (given if isinstance(given, list) else [given])
        ]
    )


def _demand_shape(path: str, response: httpx.Response) -> None:
    """Compare a body with the model that documents it, and look at the headers of every read."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.path_regex.fullmatch(path):
                model = route.response_model
                assert isinstance(model, type)
                assert issubclass(model, BaseModel)
                model.model_validate_json(response.content, strict=False)
                if "/lanes/" not in path:
                    assert int(response.headers["Cohoi-Position"]) >= 0
                body = response.json()
                if "items" in body and "/lanes/" not in path:
                    assert response.headers["Cohoi-Position"] == str(body["position"])
                return
    raise AssertionError(f"no route documents {path}")
