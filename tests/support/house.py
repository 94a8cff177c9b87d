<<<<<<< HEAD
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
=======
"""The processes of a running product, by name: who they are, what they use, and their end."""

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MARKS: Final = {
    "web": "cohoi.entrypoints.web",
    "projector": "projector.entrypoints.run",
    "jobs": "command_api.entrypoints.jobs",
    "scheduler": "report_worker.entrypoints.scheduler",
    "reports-fast": "reports.fast",
    "reports-slow": "reports.slow",
    "postgres": "/postgres -D",
    "redis": "redis.sock",
}
"""What a child's command line has and no other's."""

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Use:
    """What one process uses: memory of its own in bytes, and open files and sockets."""

    memory: int
    handles: int


def children(supervisor: int) -> dict[str, int]:
    """Return the pids of a supervisor's children by their names; who is dead is left out."""
    listed = subprocess.run(  # noqa: S603 - a fixed program
        ["ps", "-ww", "-o", "pid=,stat=,args=", "--ppid", str(supervisor)],  # noqa: S607 - the system's
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    ).stdout
    found: dict[str, int] = {}
    for line in listed.splitlines():
        pid, state, args = line.split(None, 2)
        names = [name for name, mark in MARKS.items() if mark in args]
        if names and not state.startswith("Z"):
            found[names[0]] = int(pid)
    return found


def kill(pid: int) -> None:
    """End a process as nobody asks it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def use_of(pid: int) -> Use | None:
    """Return what a process uses; None where it is gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        handles = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return None
    # shared pages are the database's buffers, or the interpreter's code
    return Use((int(pages[1]) - int(pages[2])) * _PAGE, handles)
>>>>>>> 7babdf5 (Try full queues, full disks, a database away, a stuck projector, clocks and a storm of kills; say what to do about each)
