"""The keys of people, fetched for each answer and kept nowhere: erasing one must show at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from opportunity_events.personal import Sealed
from query_api.adapters.asking import ACQUIRE_TIMEOUT_S
from query_api.adapters.fragments import load_fragments
from service_runtime.vault import MasterKey, unseal


@dataclass(frozen=True)
class OpenedKey:
    """A PersonKey, ready to open what was sealed under it."""

    org: UUID
    subject: str
    key: bytes

    def opened(self, sealed: Mapping[str, str], field: str) -> str:
        """Open a value that was sealed under this key for a field."""
        value = msgspec.convert(sealed, Sealed)
        return unseal(self.key, value, org=self.org, subject=self.subject, field=field)


class PostgresVault:
    """A Vault on schema `vault` and the installation's master key."""

    def __init__(self, pool: asyncpg.Pool, master: MasterKey) -> None:
        self._pool = pool
        self._master = master
        self._open_keys = load_fragments("vault")["open_keys"]

    async def keys(self, key_ids: Collection[UUID]) -> Mapping[UUID, OpenedKey]:
        """Return the keys that are still there; those of erased people are not."""
        if not key_ids:
            return {}
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            rows = await connection.fetch(self._open_keys, list(key_ids))
        return {
            row["key_id"]: OpenedKey(
                row["org"],
                row["subject"],
                self._master.unwrap(row["wrapped"], org=row["org"], subject=row["subject"]),
            )
            for row in rows
        }
