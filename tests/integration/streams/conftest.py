"""Fixtures of tests of the event stream: a room with the product's patience, and one with less."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from query_api.application.event_stream import Pulse
from support.office import Office
from support.stream_room import Room, open_room


@pytest_asyncio.fixture
async def room(office: Office, database: str, tmp_path: Path) -> AsyncGenerator[Room]:
    async with open_room(office, database, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def hasty_room(office: Office, database: str, tmp_path: Path) -> AsyncGenerator[Room]:
    """Give a room whose signs of life come often, and whose patience is short."""
    pulse = Pulse(comment_s=0.1, stalled_s=0.5)
    async with open_room(office, database, tmp_path, pulse) as opened:
        yield opened
