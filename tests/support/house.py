"""A crowd behind both doors: commands over the real log, reads over what was projected of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

from projector.settings import Settings
from support.crowd import Crowd, Member
from support.projections import key_settings, project_all, until
from support.query_door import QueryDoor, Reader, open_query_door
from support.real_command_door import Person, RealDoor, open_door_process

_DEALS: Final = 300
_PROBED: Final = 3


@dataclass
class House:
    """The crowd, and how its members ask and tell."""

    crowd: Crowd
    commands: RealDoor
    queries: QueryDoor
    database: str
    settings: Settings

    def reader(self, member: Member) -> Reader:
        """Return a member as a reader."""
        return self.queries.as_user(self.crowd.office.org, member.id, member.role)

    def person(self, member: Member) -> Person:
        """Return a member as somebody who sends commands."""
        office = self.crowd.office
        return Person(self.commands.client, office.org, member.id, member.role)

    async def allow(self, setting: Literal["own", "team", "all"]) -> None:
        """Change the setting, project it, and wait until the door has heard of it."""
        await self.crowd.allow(setting)
        await self.project()
        for member in self.crowd.members[:_PROBED]:
            expected = self.owners(member)

            async def heard(
                credential: str = self.reader(member).credential, expected: Any = expected
            ) -> bool:
                caller = await self.queries.side.authenticator.caller(f"Bearer {credential}")
                return caller.owners == expected

            await until(heard, "the door has heard of the setting")

    async def project(self) -> None:
        """Let the read models catch up."""
        await project_all(self.database, self.settings)

    def owners(self, member: Member) -> frozenset[UUID] | None:
        """Return the owners whose opportunities a member sees; None: everybody's."""
        crowd = self.crowd
        if crowd.setting == "all" or member.role in ("admin", "auditor"):
            return None
        mates = {one.id for one in crowd.members if member.team and one.team == member.team}
        wide = crowd.setting == "team" or member.role == "manager"
        return frozenset({member.id} | (mates if wide else set()))


@asynccontextmanager
async def open_house(database: str, folder: Path) -> AsyncGenerator[House]:
    """Gather the crowd, and open both doors."""
    for part in ("commands", "queries", "keys"):
        (folder / part).mkdir()
    async with (
        open_door_process(database, folder / "commands") as process,
        open_query_door(database, folder / "queries", wait_s=5) as queries,
    ):
        door = await process.begin_organization()
        crowd = Crowd(door.office, Random(20261125))  # noqa: S311 - the same crowd every time
        await crowd.gather(_DEALS)
        yield House(crowd, door, queries, database, key_settings(database, folder / "keys"))
