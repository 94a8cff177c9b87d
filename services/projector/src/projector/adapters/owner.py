"""The schemas' owner at a database, for work that no service may do."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from projector.adapters.codecs import set_codecs
from service_runtime.addresses import IS_IT_RIGHT, place_of
from service_runtime.migrations import OWNER_ROLE
from service_runtime.pools import TRANSIENT_CONNECT_ERRORS, DatabaseUnreachable, server_settings

_STATEMENT_TIMEOUT_S: Final = 600.0
_IDLE_TIMEOUT_S: Final = 6 * 3_600
"""How long a transaction may wait for us: a verification asks two databases by turns."""
_CONNECT_TIMEOUT_S: Final = 10


@asynccontextmanager
async def owner_at(
    dsn: str, application: str, *, statement_timeout_s: float = _STATEMENT_TIMEOUT_S
) -> AsyncGenerator[asyncpg.Connection]:
    """Connect as the schemas' owner.

    Raises DatabaseUnreachable where PostgreSQL takes no connection.
    """
    connection = await _connect(dsn, application, statement_timeout_s)
    try:
        yield connection
    finally:
        await connection.close(timeout=_CONNECT_TIMEOUT_S)


async def _connect(dsn: str, application: str, statement_timeout_s: float) -> asyncpg.Connection:
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
            "idle_in_transaction_session_timeout": str(_IDLE_TIMEOUT_S * 1_000),
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
            f"PostgreSQL at {place_of(dsn)} takes no connection for {application} "
            f"({type(error).__name__}). {IS_IT_RIGHT}"
        ) from error
    await set_codecs(connection)
    return connection
