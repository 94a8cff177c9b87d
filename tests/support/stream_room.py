"""An organization that writes, and the door of query-api on a socket, with its event stream."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from command_api.domain import commands as c
from opportunity_events.v1 import RoleName
from query_api.application.event_stream import Pulse
from service_runtime.ids import new_id
from support.office import Office
from support.query_door import QueryDoor, Reader, open_query_door
from support.served_streams import Follower, Served, serve


@dataclass
class Room:
    """Who writes, where it is read, and everybody who follows."""

    office: Office
    door: QueryDoor
    served: Served
    board: UUID
    customer: UUID
    followers: list[Follower] = field(default_factory=list[Follower])

    def reader(self, user: UUID | None = None, role: RoleName = "admin") -> Reader:
        """Return somebody who reads over HTTP; the admin where nobody is named."""
        return self.door.as_user(self.office.org, user or self.office.admin, role)

    def follower(self, user: UUID | None = None, role: RoleName = "admin") -> Follower:
        """Return a client of the stream; the admin's where nobody is named."""
        return self.follower_with(self.reader(user, role).credential)

    def follower_with(self, credential: str) -> Follower:
        """Return a client of the stream with a credential."""
        self.followers.append(Follower(self.served.port, credential))
        return self.followers[-1]

    async def write(self, *, title: str = "Deal", owner: UUID | None = None, **fields: Any) -> int:
        """Create an opportunity and return the position of its fact."""
        command = c.CreateOpportunity(
            new_id(), title, self.customer, board_id=self.board, owner_id=owner, **fields
        )
        return int((await self.office.ask(command))["position"])

    async def edit_user(self, user: UUID, **fields: Any) -> int:
        """Change a user and return the position of the fact."""
        return int((await self.office.ask(c.EditUser(user, **fields)))["position"])

    async def see(self, visibility: Any) -> int:
        """Change the organization's setting and return the position of the fact."""
        answer = await self.office.ask(c.EditOrganization(visibility=visibility))
        return int(answer["position"])


@asynccontextmanager
async def open_room(
    office: Office, database: str, folder: Path, pulse: Pulse | None = None
) -> AsyncGenerator[Room]:
    """Open a door over the office's database, on a socket."""
    board, _ = await office.add_board("Lead", "Talks")
    customer = await office.add_customer()
    async with (
        open_query_door(database, folder, pulse=pulse) as door,
        serve(door.app, door.side.streams.end_all) as served,
    ):
        room = Room(office, door, served, board, customer)
        try:
            yield room
        finally:
            for follower in room.followers:
                follower.tear()
