"""Fixtures of tests that import files into a real log."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.import_room import ImportRoom, open_room
from support.office import Office
from support.projections import projector_settings, running_projector


@pytest.fixture
async def room(
    database: str, office: Office, tmp_path: Path
) -> AsyncGenerator[ImportRoom]:
    """Open a job process's parts, a projector beside them."""
    async with open_room(database, office, tmp_path) as opened:
        async with running_projector(projector_settings(database, tmp_path / "master.key")):
            yield opened
