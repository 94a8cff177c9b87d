"""Fixtures of tests that work on a real log."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from support.office import Office, open_office


@pytest_asyncio.fixture
async def office(database: str) -> AsyncGenerator[Office]:
    """Open an organization with an admin over a fresh log."""
    async with open_office(database) as opened:
        yield opened
