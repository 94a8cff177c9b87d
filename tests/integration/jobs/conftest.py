"""Fixtures of tests of jobs over a real log: a job process's parts, the door, a projector."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from command_api.entrypoints.http.app import build_app
from projector.settings import Settings as ProjectorSettings
from support.job_room import JobRoom
from support.office import Office
from support.projections import running_projector
from support.real_command_door import RealDoor, write_settings


@pytest.fixture
async def room(database: str, office: Office, tmp_path: Path) -> AsyncGenerator[JobRoom]:
    """Open a job process's parts, a projector beside them."""
    async with JobRoom.opened(database, office, tmp_path) as room:
        key = tmp_path / "master.key"
        settings = ProjectorSettings(log_dsn=database, read_dsn=database, master_key_file=key)
        async with running_projector(settings):
            yield room


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
