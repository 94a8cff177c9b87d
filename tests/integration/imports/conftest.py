"""Fixtures of tests that import files into a real log."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from command_api.entrypoints.http.app import build_app
from projector.settings import Settings as ProjectorSettings
from support.import_room import ImportRoom, open_room
from support.office import Office
from support.projections import running_projector
from support.real_command_door import RealDoor, write_settings


@pytest.fixture
async def room(database: str, office: Office, tmp_path: Path) -> AsyncGenerator[ImportRoom]:
    """Open a job process's parts, a projector beside them."""
    async with open_room(database, office, tmp_path) as opened:
        key = tmp_path / "master.key"
        settings = ProjectorSettings(log_dsn=database, read_dsn=database, master_key_file=key)
        async with running_projector(settings):
            yield opened


@pytest.fixture
async def door(database: str, office: Office, tmp_path: Path) -> AsyncGenerator[RealDoor]:
    """Open the door to the same organization."""
    app = build_app(write_settings(database, tmp_path))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://door") as client,
    ):
        yield RealDoor(client, office)
