"""Keys of persons out of the vault, opened with the master key."""

from collections.abc import Collection, Mapping
from uuid import UUID

import asyncpg

from opportunity_events.personal import Sealed
from projector.adapters.connection import Connection
from projector.domain.personal import Keyring
from service_runtime.sql import load_sql
from service_runtime.vault import MasterKey, WrongMasterKey, unseal

_SQL = "projector.adapters.sql"


class VaultKeyring:
    """The keys that one batch of facts needs; each is unwrapped when it is first used."""

    def __init__(self, master: MasterKey, wrapped: Mapping[UUID, tuple[UUID, str, bytes]]) -> None:
        self._master = master
        self._wrapped = wrapped
        self._keys: dict[UUID, bytes] = {}

    def open(self, org: UUID, field: str, sealed: Sealed) -> str | None:
        """Open a value; None where its key is deleted.

        Raises SealBroken or WrongMasterKey where the key is there and does not open it.
        """
        found = self._wrapped.get(sealed.key)
        if found is None:
            return None
        owner, subject, wrapped = found
        key = self._keys.get(sealed.key)
        if key is None:
            key = self._master.unwrap(wrapped, org=owner, subject=subject)
            self._keys[sealed.key] = key
        return unseal(key, sealed, org=org, subject=subject, field=field)


class Vault:
    """Loads keys by the ids that sealed values name."""

    def __init__(self, connections: asyncpg.Pool | Connection, master: MasterKey) -> None:
        self._connections = connections
        self._master = master

    async def prove_master_key(self) -> None:
        """Try some keys, as the owner alone may: raise WrongMasterKey if not one of them opens."""
        rows = await self._connections.fetch(load_sql(_SQL, "sample_keys"))
        wrong: WrongMasterKey | None = None
        for row in rows:
            try:
                self._master.unwrap(row["wrapped"], org=row["org"], subject=row["subject"])
            except WrongMasterKey as error:
                wrong = error
            else:
                return
        if wrong is not None:
            raise wrong

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that still exist."""
        rows = await self._connections.fetch(load_sql(_SQL, "open_keys"), [*keys]) if keys else []
        wrapped = {row["key_id"]: (row["org"], row["subject"], row["wrapped"]) for row in rows}
        return VaultKeyring(self._master, wrapped)
