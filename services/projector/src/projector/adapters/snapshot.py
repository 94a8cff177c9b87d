"""Log and read models of one moment: a REPEATABLE READ transaction of the owner."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from opportunity_events.codec import CODEC, MalformedFactError, UnknownFactError
from opportunity_events.logged_fact import LoggedFact
from opportunity_events.v1 import ContactErased, CustomerErased, UserErased
from opportunity_events.wire_types import WIRE_NAMES
from projector.adapters.codecs import set_codecs
from projector.adapters.connection import Connection
from projector.adapters.definition import present_definition
from projector.adapters.keyrings import Vault
from projector.domain.personal import Keyring, erased_key
from projector.domain.tables import Row, Table
from service_runtime.migrations import OWNER_ROLE
from service_runtime.pools import TRANSIENT_CONNECT_ERRORS, DatabaseUnreachable, server_settings
from service_runtime.read_schema import ReadModelsMissing, placed
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey

_SQL: Final = "projector.adapters.sql"
_UNDER_KEYS: Final = (
    " join unnest($1::uuid[], $2::uuid[], $3::integer[]) as n (org, id, version)"
    " on t.org = n.org and t.id = n.id and t.version = n.version"
)
_CHUNK_ROWS: Final = 2_000
_STATEMENT_TIMEOUT_S: Final = 600.0
_CONNECT_TIMEOUT_S: Final = 10
_ERASING: Final = [WIRE_NAMES[cls] for cls in (UserErased, CustomerErased, ContactErased)]


async def connect_as_owner(
    dsn: str, application: str, *, statement_timeout_s: float = _STATEMENT_TIMEOUT_S
) -> asyncpg.Connection:
    """Connect as the schemas' owner, for work that no service may do.

    Raises DatabaseUnreachable where PostgreSQL takes no connection.
    """
    settings = server_settings(
        role=OWNER_ROLE,
        application=application,
        statement_timeout_s=statement_timeout_s,
        extra={
            # plans for few rows in large tables, whatever the statistics say
            "enable_hashjoin": "off",
            "enable_mergejoin": "off",
            # whoever was killed lets go of locks even in the middle of a long statement
            "client_connection_check_interval": "2000",
        },
    )
    try:
        connection = await asyncpg.connect(
            dsn,
            timeout=_CONNECT_TIMEOUT_S,
            command_timeout=statement_timeout_s,
            server_settings=settings,
        )
    except TRANSIENT_CONNECT_ERRORS as error:
        raise DatabaseUnreachable(
            f"PostgreSQL takes no connection for {application} ({type(error).__name__}). "
            "Is it running, and is DATABASE_URL right?"
        ) from error
    await set_codecs(connection)
    return connection


@asynccontextmanager
async def open_snapshot(dsn: str, master: MasterKey) -> AsyncGenerator["LogSnapshot"]:
    """Hold one moment of the database open."""
    connection = await connect_as_owner(dsn, "cohoi verify")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await Vault(connection, master).prove_master_key()
            yield LogSnapshot(connection, master, await _hold_current(connection))
    finally:
        await connection.close(timeout=_CONNECT_TIMEOUT_S)


async def _hold_current(connection: Connection) -> int:
    """Return the current generation, which from then on is not dropped before the end."""
    row = await connection.fetchrow(load_sql(_SQL, "describe_current"))
    if row is None or row["fingerprint"] != present_definition().fingerprint:
        raise ReadModelsMissing(
            "The read models are not those of this program. Run `cohoi migrate` first."
        )
    await connection.execute(placed(load_sql(_SQL, "hold_generation"), row["number"]))
    return row["number"]


class LogSnapshot:
    """Reads log and read models within one transaction."""

    def __init__(self, connection: Connection, master: MasterKey, number: int) -> None:
        self._connection = connection
        self._number = number
        self._vault = Vault(connection, master)

    async def checkpoints(self) -> Mapping[int, int]:
        """Return how far each lane is applied."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_checkpoints"))
        return {row["lane"]: row["lane_position"] for row in rows}

    async def lanes(self) -> Mapping[int, tuple[int, datetime]]:
        """Return each lane's head, and when it was last written."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_lane_heads"))
        return {row["lane"]: (row["head"], row["recorded_at"]) for row in rows}

    async def organizations(self) -> Mapping[UUID, tuple[int, int]]:
        """Return each organization's lane and head."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_organization_heads"))
        return {row["org"]: (row["lane"], row["head"]) for row in rows}

    async def count_facts(self) -> int:
        """Return how many facts there are."""
        return await self._connection.fetchval(load_sql(_SQL, "count_facts")) or 0

    async def erased_keys(self) -> Mapping[UUID, tuple[int, int]]:
        """Return the keys that facts say are deleted, with lane and lane position of the fact."""
        rows = await self._connection.fetch(load_sql(_SQL, "list_erasing_facts"), _ERASING)
        keys: dict[UUID, tuple[int, int]] = {}
        for row in rows:
            try:
                key = erased_key(CODEC.decode(row["bytes"]).data)
            except (UnknownFactError, MalformedFactError):
                continue  # a damaged fact: named when its turn comes
            if key is not None:
                keys[key] = (row["lane"], row["lane_position"])
        return keys

    async def facts(self, lane: int) -> AsyncIterator[Sequence[LoggedFact]]:
        """Yield a lane's facts in order."""
        async for rows in self._chunks(load_sql(_SQL, "list_facts"), lane):
            yield [LoggedFact(*row) for row in rows]

    def streams(self) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the rows of decision state."""
        return self._chunks(load_sql(_SQL, "list_streams"))

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that exist."""
        return await self._vault.load(keys)

    def rows(self, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the rows of a table."""
        return self._chunks(_select(table, table.columns))

    async def versions(self, table: Table, keys: Sequence[Row]) -> Sequence[Sequence[Any]]:
        """Return the rows of a history table under some keys."""
        statement = placed(_select(table, table.columns) + _UNDER_KEYS, self._number)
        return await self._connection.fetch(statement, *map(list, zip(*keys, strict=True)))

    async def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        statement = f"select count(*) from read.{table.name}"  # noqa: S608 - a table of ours
        return await self._connection.fetchval(placed(statement, self._number)) or 0

    def keys(self, table: Table) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the keys of a table."""
        return self._chunks(_select(table, table.columns[: table.key_width]))

    async def _chunks(self, statement: str, *arguments: object) -> AsyncIterator[list[Any]]:
        cursor = await self._connection.cursor(placed(statement, self._number), *arguments)
        while rows := await cursor.fetch(_CHUNK_ROWS):
            yield rows


def _select(table: Table, columns: Sequence[str]) -> str:
    names = ", ".join(f't."{column}"' for column in columns)
    return f"select {names} from read.{table.name} t"  # noqa: S608 - names of domain/tables.py
