"""Opens sealed values with the keys that they name; what was erased reads None."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast
from uuid import UUID

import asyncpg

from opportunity_events.personal import Sealed, sealed_places
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, unseal

_SQL: Final = "command_api.adapters.sql"
_TIMEOUT_S: Final = 5.0


class Opener:
    """A vault to read from, all keys of a question in one call."""

    def __init__(self, pool: asyncpg.Pool, master_key: MasterKey) -> None:
        self._pool = pool
        self._master_key = master_key

    async def opened(
        self, org: UUID, sealed: Iterable[tuple[str, Sealed | None]]
    ) -> dict[Sealed, str | None]:
        """Open values given with their field names."""
        present = [(field, value) for field, value in sealed if value is not None]
        keys = await self._keys(org, {value.key for _, value in present})
        return {value: _open(org, field, value, keys) for field, value in present}

    async def open_data(self, org: UUID, data: Sequence[Any]) -> None:
        """Open every sealed value in facts' plain JSON, in place."""
        places = [place for one in data for place in sealed_places(one)]
        holders = [(cast("dict[Any, Any]", holder), key, field) for holder, key, field in places]
        keys = await self._keys(org, {UUID(holder[key]["key"]) for holder, key, _ in holders})
        for holder, key, field in holders:
            value = holder[key]
            sealed = Sealed(UUID(value["key"]), value["nonce"], value["ciphertext"])
            holder[key] = _open(org, field, sealed, keys)

    async def _keys(self, org: UUID, key_ids: set[UUID]) -> dict[UUID, tuple[str, bytes]]:
        if not key_ids:
            return {}
        rows = await self._pool.fetch(
            load_sql(_SQL, "open_keys"), list(key_ids), timeout=_TIMEOUT_S
        )
        return {
            row["key_id"]: (
                row["subject"],
                self._master_key.unwrap(row["wrapped"], org=org, subject=row["subject"]),
            )
            for row in rows
            if row["org"] == org
        }


def _open(org: UUID, field: str, sealed: Sealed, keys: dict[UUID, tuple[str, bytes]]) -> str | None:
    if sealed.key not in keys:
        return None
    subject, key = keys[sealed.key]
    return unseal(key, sealed, org=org, subject=subject, field=field)
