"""The door of command-api over stand-ins."""

from collections.abc import AsyncGenerator

import pytest

from support.command_door import CommandDoor, open_command_door


@pytest.fixture
async def door() -> AsyncGenerator[CommandDoor]:
    """Open the door; whoever commits behind it keeps what it is given."""
    async with open_command_door() as opened:
        yield opened
