"""Callers looked up in the log's database."""

from uuid import UUID

import asyncpg

from service_runtime.authentication import KnownKey, KnownUser
from service_runtime.callers import Role
from service_runtime.sql import load_sql_folder
from service_runtime.visibility import Visibility

_QUERIES = "service_runtime.caller_queries"
_TIMEOUT_S = 5.0


class PostgresCallerDirectory:
    """A CallerDirectory on the functions of schema `log` that may be called for this."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._user = load_sql_folder(_QUERIES)["user"]
        self._api_key = load_sql_folder(_QUERIES)["api_key"]

    async def user(self, org: UUID, user_id: UUID) -> KnownUser | None:
        """Return a user of an organization as it is now."""
        async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
            row = await connection.fetchrow(self._user, org, user_id, timeout=_TIMEOUT_S)
        if row is None:
            return None
        return KnownUser(
            role=Role(row["role"]),
            team_id=row["team_id"],
            active=row["active"],
            language=row["language"],
            visibility=Visibility(row["visibility"]),
            teammates=frozenset(row["teammates"]),
        )

    async def api_key(self, key_id: str) -> KnownKey | None:
        """Return what is stored of the key with this id."""
        async with self._pool.acquire(timeout=_TIMEOUT_S) as connection:
            row = await connection.fetchrow(self._api_key, key_id, timeout=_TIMEOUT_S)
        if row is None:
            return None
        return KnownKey(
            org=row["org"],
            key_uuid=row["key_uuid"],
            name=row["name"],
            role=Role(row["role"]),
            operator=row["operator"],
            hash=bytes(row["hash"]),
            revoked_at=row["revoked_at"],
            visibility=Visibility(row["visibility"]),
        )
