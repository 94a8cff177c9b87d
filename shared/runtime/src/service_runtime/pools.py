"""Connections to PostgreSQL as the services hold them: under a role, with time-outs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import asyncpg

from service_runtime.addresses import IS_IT_RIGHT, place_of
from service_runtime.fence import FencedConnection
from service_runtime.read_schema import ReadModelsMissing

_CONNECT_TIMEOUT_S = 10.0
_RETRY_PAUSE_S = 0.25
_LOCK_TIMEOUT_MS = 5_000
_NAME_LIMIT = 63  # PostgreSQL cuts application_name there

# A server that is starting, stopping, full or not there yet; all else would not mend itself.
TRANSIENT_CONNECT_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.ConnectionRejectionError,
)


class DatabaseUnreachable(Exception):  # noqa: N818 - says what is so, not that it is an error
    """PostgreSQL did not take a connection within the time that was given to it."""


# What a query can meet though it is right: the server went away, is full, or let others go first.
_TROUBLE: tuple[type[Exception], ...] = (
    *TRANSIENT_CONNECT_ERRORS,
    DatabaseUnreachable,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # a lane that takes no facts until somebody decides
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.ConnectionDoesNotExistError,
    ReadModelsMissing,
)


def is_database_trouble(error: BaseException) -> bool:
    """Say whether an error speaks of the database's state, so that a later try may succeed."""
    if isinstance(error, asyncpg.InterfaceError):
        # a closed connection or pool is trouble; a value that no column takes is a defect
        return not isinstance(error, asyncpg.DataError | asyncpg.InternalClientError)
    if isinstance(error, asyncpg.InternalClientError):
        # the server said goodbye on an idle connection, and its end has not been read yet
        return str(error).startswith("cannot switch to state")
    return isinstance(error, _TROUBLE)


def server_settings(
    *,
    role: str | None,
    application: str,
    statement_timeout_s: float,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the startup settings of a connection; RESET ALL between two uses keeps them.

    The statement timeout lies a second beyond the client's own, so that it is the client that
    speaks first and the server that makes sure.
    """
    chosen = {
        "application_name": application[:_NAME_LIMIT],
        "statement_timeout": str(int(statement_timeout_s * 1000) + 1000),
        "lock_timeout": str(_LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(int(statement_timeout_s * 1000) + 1000),
        "jit": "off",  # it costs tens of milliseconds on plans that run for two
        "timezone": "UTC",
    }
    if role is not None:
        chosen["role"] = role
    chosen.update(extra or {})
    return chosen


async def _leave_the_session_as_it_is(connection: object) -> None:
    """Spare the round trip of DISCARD and the like each time a connection comes back.

    The driver has rolled an open transaction back by then. What we set in sessions beyond it is
    the organization, which every connection remembers: settings come with the connection, locks
    are a transaction's, listeners have connections of their own.
    """
    del connection


async def open_pool(  # noqa: PLR0913 - a pool has these knobs, each named by its caller
    dsn: str,
    *,
    role: str | None,
    application: str,
    min_size: int,
    max_size: int,
    command_timeout_s: float = 30,
    settings: Mapping[str, str] | None = None,
    connect_within_s: float = 30,
    init: Callable[[asyncpg.Connection], Awaitable[None]] | None = None,
) -> asyncpg.Pool:
    """Open a pool whose connections stand under `role`; wait a bounded time for the server.

    `settings` are further server settings of every connection and win over ours; `init` is
    called with each new connection, to set its codecs.
    Raises DatabaseUnreachable after `connect_within_s`; what waiting cannot mend (a wrong
    password, an unknown database or role) is raised at once.
    """
    deadline = time.monotonic() + connect_within_s
    while True:
        pool = asyncpg.create_pool(
            dsn,
            min_size=min_size,
            max_size=max_size,
            command_timeout=command_timeout_s,
            timeout=_CONNECT_TIMEOUT_S,
            connection_class=FencedConnection,
            init=init,
            reset=_leave_the_session_as_it_is,
            server_settings=server_settings(
                role=role,
                application=application,
                statement_timeout_s=command_timeout_s,
                extra=settings,
            ),
        )
        try:
            # bounded as a whole: the pool's own time-out is for one connection
            async with asyncio.timeout(max(0.1, deadline - time.monotonic())):
                await pool
        except TRANSIENT_CONNECT_ERRORS as error:
            if time.monotonic() + _RETRY_PAUSE_S >= deadline:
                raise DatabaseUnreachable(
                    f"PostgreSQL at {place_of(dsn)} takes no connection for {application} "
                    f"({type(error).__name__}); waited {connect_within_s:g} s. {IS_IT_RIGHT}"
                ) from error
            await asyncio.sleep(_RETRY_PAUSE_S)
        else:
            return pool
