"""Migrations: numbered SQL files, applied forward only, each once, under one lock."""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

import asyncpg

from service_runtime.addresses import IS_IT_RIGHT, place_of
from service_runtime.pools import (
    TRANSIENT_CONNECT_ERRORS,
    DatabaseUnreachable,
    server_settings,
)
from service_runtime.sql import load_sql_folder

OWNER_ROLE = "cohoi_owner"
_ROLES_SCHEMA = "roles"
_NO_TRANSACTION = "-- no-transaction"
_FILE_NAME = re.compile(r"\d{4}_[a-z0-9]+(_[a-z0-9]+)+\.sql")
_LOCK_KEY = 0x636F686F69  # "cohoi", one lock a database
_LOCK_TIMEOUT = "3s"
_PAUSE_S = 0.2
_CONNECT_TIMEOUT_S = 10
_SQL = "service_runtime.migration_records"


class MigrationRefused(Exception):  # noqa: N818 - a refusal with a sentence for the operator
    """The files and the database do not go together; the message says how to mend it."""


class MigrationsPending(MigrationRefused):
    """A service met a database that lacks migrations which it needs."""


@dataclass(frozen=True)
class Migrations:
    """The folder of `NNNN_verb_noun.sql` files that belong to one schema.

    The files run as the role cohoi_owner, so that what they make belongs to it. A file whose
    first line is `-- no-transaction` holds one statement that may not stand in a transaction
    (CREATE INDEX CONCURRENTLY), and must be safe to run again.
    """

    schema: str
    files: Traversable


@dataclass(frozen=True)
class _File:
    schema: str
    name: str
    text: str

    @property
    def title(self) -> str:
        return f"{self.schema}/{self.name}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def in_transaction(self) -> bool:
        return not self.text.startswith(_NO_TRANSACTION)


_Recorded = dict[tuple[str, str], str]


async def migrate(
    dsn: str,
    sets: Sequence[Migrations],
    *,
    wait_s: float = 120,
    statement_timeout_s: float = 600,
) -> list[str]:
    """Apply what is missing, the roles first; return the names applied, as `schema/file`.

    Several may call this at once: one works, the others wait up to `wait_s` and find it done.
    Raises MigrationRefused where a file was changed, is missing or comes too late.
    """
    files = _all_files(sets)
    deadline = time.monotonic() + wait_s
    async with _connection(dsn, statement_timeout_s, deadline) as connection:
        await _take_lock(connection, deadline)
        await connection.execute(load_sql_folder(_SQL)["create_table"])
        pending = _pending(files, await _recorded(connection))
        for file in pending:
            await _apply_patiently(connection, file, deadline)
        return [file.title for file in pending]


async def check(dsn: str, sets: Sequence[Migrations], *, wait_s: float = 30) -> None:
    """Raise MigrationsPending where the database lacks a migration of these sets.

    A database that is ahead is welcome: migrations only add, and during an upgrade the old
    program runs on the new schema.
    """
    files = _all_files(sets)
    async with _connection(dsn, wait_s, time.monotonic() + wait_s) as connection:
        pending = _pending(files, await _recorded(connection))
    if pending:
        names = ", ".join(file.title for file in pending[:5])
        more = f" and {len(pending) - 5} more" if len(pending) > 5 else ""  # noqa: PLR2004 - the five shown
        raise MigrationsPending(
            f"The database {place_of(dsn)} lacks {len(pending)} migration(s): {names}{more}. "
            "Run `cohoi migrate` first; a service does not migrate by itself."
        )


def _all_files(sets: Sequence[Migrations]) -> list[_File]:
    roles = Migrations(_ROLES_SCHEMA, resources.files("service_runtime").joinpath("roles"))
    return [file for chosen in (roles, *sets) for file in _files(chosen)]


def _files(chosen: Migrations) -> Iterator[_File]:
    """Yield the files of a set in order; refuse names that would leave the order in doubt."""
    names = sorted(file.name for file in chosen.files.iterdir() if file.name.endswith(".sql"))
    for before, name in zip(["", *names], names, strict=False):
        if not _FILE_NAME.fullmatch(name):
            raise MigrationRefused(
                f"{chosen.schema}/{name} is no NNNN_verb_noun.sql in lower case: rename the file."
            )
        if name[:4] == before[:4]:
            raise MigrationRefused(
                f"{chosen.schema} has two migrations {name[:4]} ({before}, {name}): "
                "give the newer one the next free number."
            )
        text = chosen.files.joinpath(name).read_text(encoding="utf-8")
        yield _File(chosen.schema, name, text)


def _pending(files: Sequence[_File], recorded: _Recorded) -> list[_File]:
    """Return the files that are not applied yet, after comparing the ones that are."""
    pending: list[_File] = []
    newest = {
        schema: max(name for other, name in recorded if other == schema) for schema, _ in recorded
    }
    for file in files:
        applied = recorded.get((file.schema, file.name))
        if applied == file.sha256:
            continue
        if applied is not None:
            raise MigrationRefused(
                f"{file.title} was changed after it had been applied to this database. "
                "Restore the file as it was, and put the change into a new migration."
            )
        if file.name < newest.get(file.schema, ""):
            raise MigrationRefused(
                f"{file.title} comes before {newest[file.schema]}, which is applied already. "
                "Give the file the next free number."
            )
        pending.append(file)
    _refuse_vanished(files, recorded)
    return pending


def _refuse_vanished(files: Sequence[_File], recorded: _Recorded) -> None:
    """Refuse a folder with a hole; names beyond its end are those of a newer program."""
    known = {(file.schema, file.name) for file in files}
    last: dict[str, str] = {}
    for file in files:
        last[file.schema] = max(last.get(file.schema, ""), file.name)
    for schema, name in sorted(recorded):
        if (schema, name) not in known and name < last.get(schema, ""):
            raise MigrationRefused(
                f"{schema}/{name} is applied to this database, but the file is gone. "
                "Restore the file: migrations are never renamed or removed."
            )


@asynccontextmanager
async def _connection(
    dsn: str, statement_timeout_s: float, deadline: float
) -> AsyncGenerator[asyncpg.Connection, None]:
    """Hold one connection of our own: the lock is the session's and a pool would pass it on."""
    settings = server_settings(
        role=None,
        application="cohoi migrate",
        statement_timeout_s=statement_timeout_s,
        extra={"lock_timeout": _LOCK_TIMEOUT},
    )
    while True:
        try:
            connection = await asyncpg.connect(
                dsn,
                timeout=_CONNECT_TIMEOUT_S,
                command_timeout=statement_timeout_s,
                server_settings=settings,
            )
            break
        except TRANSIENT_CONNECT_ERRORS as error:
            if time.monotonic() + _PAUSE_S >= deadline:
                raise DatabaseUnreachable(
                    f"PostgreSQL at {place_of(dsn)} takes no connection for migrating "
                    f"({type(error).__name__}). {IS_IT_RIGHT}"
                ) from error
            await asyncio.sleep(_PAUSE_S)
    try:
        yield connection
    finally:
        await connection.close(timeout=_CONNECT_TIMEOUT_S)


async def _take_lock(connection: asyncpg.Connection, deadline: float) -> None:
    """Take the session's lock by asking again and again.

    Not by pg_advisory_lock: a session that waits in a statement holds a snapshot, for which
    the CREATE INDEX CONCURRENTLY of the one that works would wait in turn, for ever.
    """
    statement = load_sql_folder(_SQL)["try_lock"]
    while not await connection.fetchval(statement, _LOCK_KEY):
        if time.monotonic() >= deadline:
            raise MigrationRefused(
                "Another migration of this database is still running. Wait for it and try again."
            )
        await asyncio.sleep(_PAUSE_S)


async def _recorded(connection: asyncpg.Connection) -> _Recorded:
    try:
        rows = await connection.fetch(load_sql_folder(_SQL)["list_applied"])
    except asyncpg.UndefinedTableError:
        return {}
    return {(row["schema"], row["name"]): row["sha256"] for row in rows}


async def _apply_patiently(connection: asyncpg.Connection, file: _File, deadline: float) -> None:
    """Apply one file; where it waits for a lock, let the others pass and try again."""
    while True:
        try:
            await _apply(connection, file)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            if time.monotonic() >= deadline:
                raise MigrationRefused(
                    f"{file.title} did not get its locks in time: something holds its tables. "
                    "Nothing of it is applied; end the long transaction and try again."
                ) from error
        except asyncpg.InternalServerError as error:
            # two databases of a cluster that grant the same role in the same instant
            if "concurrently updated" not in str(error) or time.monotonic() >= deadline:
                raise
        else:
            return
        await asyncio.sleep(_PAUSE_S)


async def _apply(connection: asyncpg.Connection, file: _File) -> None:
    as_owner = file.schema != _ROLES_SCHEMA  # which is not there before them
    record = load_sql_folder(_SQL)["record"]
    if file.in_transaction:
        async with connection.transaction():
            if as_owner:
                await connection.execute(f"SET LOCAL ROLE {OWNER_ROLE}")
            await connection.execute(file.text)
            await connection.execute("RESET ROLE")
            await connection.execute(record, file.schema, file.name, file.sha256)
        return
    if as_owner:
        await connection.execute(f"SET ROLE {OWNER_ROLE}")
    try:
        await connection.execute(file.text)
    finally:
        await connection.execute("RESET ROLE")
    await connection.execute(record, file.schema, file.name, file.sha256)
