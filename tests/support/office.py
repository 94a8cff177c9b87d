"""An organization with its committer over a real log: what tests of commands work with.

`open_office(database)` gives an `Office`; several over one database are several processes.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from command_api.adapters.log import PostgresLog
from command_api.application.committer import Committer
from command_api.application.submission import Accepted, Idempotency, Submission
from command_api.domain import commands as c
from opportunity_events.envelope import Cause
from opportunity_events.v1 import RoleName
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.pools import open_pool
from service_runtime.vault import MasterKey

MASTER_KEY = bytes(range(32))
SYSTEM = "system"


def no_ids() -> tuple[UUID, UUID, UUID]:
    return new_id(), new_id(), new_id()


@dataclass
class Office:
    """Submits commands as people of one organization."""

    committer: Committer
    pool: asyncpg.Pool
    org: UUID
    admin: UUID
    boards: dict[str, UUID] = field(default_factory=dict[str, UUID])

    async def ask(
        self,
        command: c.Command,
        *,
        role: RoleName = "admin",
        user: UUID | None = None,
        key: str | None = None,
        hmac: bytes = b"same",
        if_match: int | None = None,
    ) -> dict[str, Any]:
        """Submit a command and return its answer as a dictionary."""
        return msgspec.json.decode(
            (
                await self.submit(
                    command, role=role, user=user, key=key, hmac=hmac, if_match=if_match
                )
            ).body
        )

    async def submit(
        self,
        command: c.Command,
        *,
        role: RoleName = "admin",
        user: UUID | None = None,
        key: str | None = None,
        hmac: bytes = b"same",
        if_match: int | None = None,
    ) -> Accepted:
        """Submit a command and return what was accepted."""
        user_id = user or self.admin
        command_id = new_id()
        return await self.committer.submit(
            Submission(
                asker=c.Asker(self.org, f"user/{user_id}", user_id, role),
                command=command,
                cause=Cause(f"user/{user_id}", "api", command_id, command_id, str(command_id)),
                idempotency=None if key is None else Idempotency(key, hmac),
                if_match=if_match,
            )
        )

    async def add_user(self, name: str, role: RoleName = "rep") -> UUID:
        user_id = new_id()
        await self.ask(c.AddUser(user_id, name, None, role, None))
        return user_id

    async def add_customer(self, name: str = "Công ty An Phát") -> UUID:
        customer_id = new_id()
        await self.ask(c.AddCustomer(customer_id, name, None, person=False))
        return customer_id

    async def add_board(self, *actives: str) -> tuple[UUID, dict[str, UUID]]:
        """Create a board of these active statuses, Won and Lost; return its id and ids by name."""
        board_id = new_id()
        named: dict[str, UUID] = {name: new_id() for name in (*actives, "Won", "Lost")}
        kinds: dict[str, Any] = {"Won": "won", "Lost": "lost"}
        statuses = tuple(
            c.NewStatus(status_id, name, kinds.get(name, "active"), None, None)
            for name, status_id in named.items()
        )
        await self.ask(c.CreateBoard(board_id, "Sales", statuses, no_ids()))
        return board_id, named

    async def add_opportunity(
        self, board_id: UUID, customer_id: UUID, title: str = "Deal", **fields: Any
    ) -> UUID:
        opportunity_id = new_id()
        await self.ask(
            c.CreateOpportunity(opportunity_id, title, customer_id, board_id=board_id, **fields)
        )
        return opportunity_id


@asynccontextmanager
async def open_committer(database: str) -> AsyncGenerator[tuple[Committer, asyncpg.Pool]]:
    """Open a committer as one process of command-api has it."""
    pool = await open_pool(
        database, role="cohoi_command", application="tests", min_size=1, max_size=4
    )
    committer = Committer(PostgresLog(pool, MasterKey(MASTER_KEY)), utc_now)
    try:
        yield committer, pool
    finally:
        await committer.close()
        await pool.close()


@asynccontextmanager
async def open_office(database: str, name: str = "Cohoi Ltd") -> AsyncGenerator[Office]:
    """Begin an organization with an admin and give an office of it."""
    async with open_committer(database) as (committer, pool):
        yield await begin_office(committer, pool, name)


async def begin_office(committer: Committer, pool: asyncpg.Pool, name: str = "Cohoi Ltd") -> Office:
    """Begin an organization with an admin."""
    org = new_id()
    await pool.fetchval("select log.register_organization($1)", org)
    office = Office(committer, pool, org, new_id())
    command_id = new_id()
    await committer.submit(
        Submission(
            asker=c.Asker(org, SYSTEM, None, "admin"),
            command=c.CreateOrganization(org, name, "VND", "Asia/Ho_Chi_Minh", "vi"),
            cause=Cause(SYSTEM, "cli", command_id, command_id, str(command_id)),
        )
    )
    await office.ask(c.AddUser(office.admin, "Lan", "lan@example.com", "admin", None))
    return office
