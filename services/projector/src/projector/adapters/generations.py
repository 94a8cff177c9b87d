"""The generations of the read models, as their owner makes, flips and drops them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from projector.adapters.connection import Connection
from projector.adapters.definition import Definition
from projector.adapters.log_snapshot import LogSnapshot
from projector.adapters.log_tables import LogTables
from projector.adapters.owner import owner_at
from projector.application.changeover import LanesBusyError
from projector.application.rebuilding import RebuildRunningError
from service_runtime.addresses import Addresses
from service_runtime.migrations import OWNER_ROLE
from service_runtime.read_schema import schema_of
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_SQL: Final = "projector.adapters.sql"
_LOCK_KEY: Final = 0x636F686F69 + 1  # beside the one of migrations
_APPLICATION: Final = "cohoi rebuild"
_LOCK_PAUSE_S: Final = 0.2
_DROP_PAUSE_S: Final = 0.5


@dataclass(frozen=True)
class Current:
    """The current generation and the kept one, each with the fingerprint of its definition."""

    number: int
    fingerprint: str
    previous: int | None
    previous_fingerprint: str | None


@dataclass(frozen=True)
class Building:
    """How far the building of a generation is; `facts` is what the log has by now."""

    generation: int
    phase: str
    done: int
    total: int
    seconds: float
    applied: int | None
    facts: int
    running: bool
    """False where whoever built it is gone: the next rebuild clears it away."""


@asynccontextmanager
async def open_generations(
    addresses: Addresses, *, wait_s: float = 0
) -> AsyncGenerator["Generations"]:
    """Connect as the owner, as the only one who makes generations of these read models.

    Raises RebuildRunningError where another one goes on doing so for `wait_s`.
    """
    deadline = time.monotonic() + wait_s
    async with (
        owner_at(addresses.read, _APPLICATION) as connection,
        owner_at(addresses.log, _APPLICATION) as log,
    ):
        while not await connection.fetchval(load_sql(_SQL, "try_rebuild_lock"), _LOCK_KEY):
            if time.monotonic() >= deadline:
                raise RebuildRunningError(
                    "Another rebuild of this database is running. `cohoi rebuild --watch` shows "
                    "how far it is; wait until it has ended."
                )
            await asyncio.sleep(_LOCK_PAUSE_S)
        yield Generations(connection, log)


class Generations:
    """What may be done by the one holder of the right to make generations."""

    def __init__(self, connection: Connection, log_connection: Connection) -> None:
        self._connection = connection
        self._log_connection = log_connection
        self._log = LogTables(log_connection)

    async def prove(self, master: MasterKey) -> None:
        """Raise WrongMasterKey where the log is sealed under another one."""
        await LogSnapshot(self._log_connection, master).prove_master_key()

    async def current(self) -> Current | None:
        """Return which is current, and which is kept; None before there is any."""
        row = await self._connection.fetchrow(load_sql(_SQL, "describe_current"))
        return None if row is None else Current(*row)

    async def log_is_empty(self) -> bool:
        """Say whether there is nothing to fold."""
        return await self._log.is_empty()

    async def create(self, definition: Definition) -> int:
        """Make an empty generation; it is `building` until a flip."""
        async with self._connection.transaction():
            added = load_sql(_SQL, "add_generation")
            number: int = await self._connection.fetchval(added, definition.fingerprint) or 0
            # as whoever connected: the owner's right to make schemas does not come with a copy
            await self._connection.execute("set local role none")
            await self._connection.execute(
                f"create schema {schema_of(number)} authorization {OWNER_ROLE}"
            )
            await self._connection.execute(f"set local role {OWNER_ROLE}")
            await self._connection.execute(definition.of(number))
        return number

    async def note(self, number: int, phase: str, done: int, total: int) -> None:
        """Leave word of how far a building is."""
        await self._connection.execute(load_sql(_SQL, "note_progress"), number, phase, done, total)

    async def heads(self) -> Mapping[int, int]:
        """Return the lanes' heads."""
        return {lane: head for lane, (head, _) in (await self._log.lanes()).items()}

    async def analyze(self, number: int) -> None:
        """Let the planner know what is in the tables, before anybody asks them."""
        statements = load_sql(_SQL, "analyze_tables")
        for row in await self._connection.fetch(statements, schema_of(number)):
            await self._connection.execute(row["statement"])

    @asynccontextmanager
    async def flip(self, number: int) -> AsyncGenerator[Mapping[int, int]]:
        """Hold every lane of the current generation, and make another one current at the end.

        Yields how far the lanes are; nobody moves them meanwhile, so whoever brings the other
        one as far sees to it that no position goes back. Raises LanesBusyError where a lane is
        not to be had at once; whatever is raised inside leaves all as it was.
        """
        connection = self._connection
        try:
            async with connection.transaction():
                await connection.execute(load_sql(_SQL, "settle_flip"))
                lanes = [*await self._log.lanes()]
                rows = await connection.fetch(load_sql(_SQL, "take_all_lanes"), lanes)
                yield {row["lane"]: row["lane_position"] for row in rows}
                erases_beyond = await self._erases_beyond(number)
                await connection.execute(load_sql(_SQL, "free_lanes"), number)
                await connection.execute(load_sql(_SQL, "flip"), number)
                await connection.execute(load_sql(_SQL, "name_states"))
                if erases_beyond:  # the other one would keep what is erased by now
                    await connection.execute(load_sql(_SQL, "give_up_kept"))
                await connection.execute(load_sql(_SQL, "announce"), "")
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            raise LanesBusyError from error

    async def _erases_beyond(self, number: int) -> bool:
        """Say whether somebody was erased between the current generation and another one."""
        rows = await self._connection.fetch(load_sql(_SQL, "lanes_beyond"), number)
        return await self._log.erases_between(
            {row["lane"]: (row["after"], row["upto"]) for row in rows}
        )

    async def give_up_building(self) -> None:
        """Let go what is being built: by whoever is gone, or by us, who failed."""
        await self._connection.execute(load_sql(_SQL, "give_up_building"))

    async def give_up_kept(self) -> None:
        """Let go the generation that is kept to roll back to."""
        await self._connection.execute(load_sql(_SQL, "give_up_kept"))

    async def drop_gone(self, *, patience_s: float) -> int:
        """Drop what is done with; return how many somebody still reads after that time."""
        deadline = time.monotonic() + patience_s
        while True:
            left = await self._connection.fetchval(load_sql(_SQL, "drop_gone")) or 0
            if not left or time.monotonic() >= deadline:
                return left
            await asyncio.sleep(_DROP_PAUSE_S)


async def watch_building(addresses: Addresses) -> AsyncGenerator[Building | None]:
    """Yield how far the building of a generation is, each time one asks; None for none."""
    application = f"{_APPLICATION} --watch"
    async with (
        owner_at(addresses.read, application) as connection,
        owner_at(addresses.log, application) as log,
    ):
        while True:
            row = await connection.fetchrow(load_sql(_SQL, "watch_building"))
            runs = await connection.fetchval(load_sql(_SQL, "rebuild_runs"), _LOCK_KEY)
            heads = (await LogTables(log).lanes()).values()
            facts = sum(head for head, _ in heads)
            yield None if row is None else Building(*row, facts=facts, running=bool(runs))
