"""The crowd of the tests of visibility, gathered anew for each."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from support.house import House, open_house


@pytest_asyncio.fixture
async def house(database: str, tmp_path: Path) -> AsyncGenerator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened
